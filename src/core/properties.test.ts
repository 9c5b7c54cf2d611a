/** What no sequence of commands, readings, lost people and changed policies can bring about. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { wantedOf } from './access.ts';
import { canonical, firstFault, happeningOf } from './audit.ts';
import { actionsOn, buttonsFor, sharedButtons } from './buttons.ts';
import { cardView } from './card.ts';
import { deadlines } from './deadlines.ts';
import { decide } from './decide.ts';
import { evolveAccess, evolveRequest } from './evolve.ts';
import { checkExtendable } from './extending.ts';
import { ada, CAST, grace, linus, margaret } from './fixtures/cast.ts';
import { factsFrom, GROUPS, TIMING } from './fixtures/facts.ts';
import type { Played } from './fixtures/oracle.ts';
import { judge } from './fixtures/oracle.ts';
import { play } from './fixtures/play.ts';
import { policyOf } from './fixtures/policies.ts';
import type { Glance, Sight, Step } from './fixtures/steps.ts';
import { FIRST_POLICY, POLICIES } from './fixtures/steps.ts';
import type { Deed } from './fixtures/world.ts';
import { World } from './fixtures/world.ts';
import type { AccessId } from './ids.ts';
import type { AccessRequest } from './request.ts';
import { isLive, isWaiting, JUDGEMENTS } from './request.ts';
import type { Rich } from './rich.ts';
import { threadText } from './telling.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

const person = fc.constantFrom(...CAST);
const few = fc.nat({ max: 7 });
const deed = fc.constantFrom<Deed>('approve', 'deny', 'withdraw', 'return', 'revoke', 'attest');
const decider = fc.constantFrom(ada, grace, linus, margaret);
const judgement = fc.constantFrom(...JUDGEMENTS);
const no = fc.constantFrom<Deed>('deny', 'withdraw');
const sight = fc.constantFrom<Sight>(
  ...(['as wanted', 'endless', 'an earlier aim', 'a foreign end'] as const),
  ...(['absent', 'foreign', 'partial', 'unreadable'] as const),
);
const likely = fc.constantFrom<Sight>('as wanted', 'as wanted', 'absent');

const glance: fc.Arbitrary<Glance> = fc.record({
  aim: fc.constantFrom(...(['wanted', 'wanted', 'wanted', 'nothing', 'another end'] as const)),
  found: fc.oneof(likely, sight),
  left: fc.oneof(likely, sight),
  hopeless: fc.constantFrom(false, false, false, true),
  firstAbsent: fc.constantFrom(
    ...(['never', 'just now', 'settle time ago', 'settle time ago', 'long ago'] as const),
  ),
});

const role = fc.constantFrom('lb-admin', 'lb-pair', 'lb-open', 'lb-staged');
const duration = fc.constantFrom(
  undefined,
  SECOND,
  15 * MINUTE,
  90 * MINUTE + 7,
  4 * HOUR,
  9 * HOUR,
);
const longer = fc.constantFrom(SECOND, 15 * MINUTE, 90 * MINUTE + 7, 4 * HOUR);
const later = fc.constantFrom(
  ...([undefined, undefined, undefined, undefined, undefined, undefined, 0] as const),
  ...([5 * MINUTE, 70 * MINUTE, 3 * HOUR, 3 * DAY] as const),
);
const time = fc.oneof(
  fc.nat({ max: 20 * SECOND }),
  fc.constantFrom(5 * MINUTE, 11 * MINUTE, 56 * MINUTE, 2 * HOUR),
);
const group = fc.constantFrom('engineers', 'sre', 'leads', 'security', 'payments', 'crew');
const members = fc.oneof(
  { weight: 4, arbitrary: fc.subarray([...CAST], { minLength: 4 }) },
  { weight: 1, arbitrary: fc.constant('unreachable' as const) },
);
const policy = fc.constantFrom(...POLICIES);
const some = fc.subarray([...CAST], { maxLength: 2 });

const of = <Kind extends Step['kind'], Rest>(
  kind: Kind,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) => fc.record({ kind: fc.constant(kind), ...rest });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: of('ask', { by: person, role, duration, later }) },
  { weight: 3, arbitrary: of('break', { by: person, role, duration }) },
  { weight: 3, arbitrary: of('review', { judgement, by: person, request: few }) },
  { weight: 7, arbitrary: of('press', { deed, by: person, request: few }) },
  { weight: 4, arbitrary: of('press', { deed: fc.constant('approve'), by: person, request: few }) },
  { weight: 4, arbitrary: of('press', { deed: no, by: decider, request: few }) },
  { weight: 2, arbitrary: of('offer', { by: person, request: few, duration: longer, later }) },
  { weight: 4, arbitrary: of('extend', { by: fc.option(person), request: few, duration: longer }) },
  { weight: 3, arbitrary: of('wait', { time }) },
  { weight: 5, arbitrary: of('ring', { request: few, timer: few }) },
  { weight: 8, arbitrary: of('look', { access: few, seen: glance }) },
  { weight: 1, arbitrary: of('policy', { policy }) },
  { weight: 1, arbitrary: of('group', { group, members }) },
  { weight: 1, arbitrary: of('absent', { people: some }) },
  { weight: 1, arbitrary: of('forgotten', { people: some }) },
) as fc.Arbitrary<Step>;

const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });

const RUNS = 150;

/** Plays and calls back after each step. */
function whatever(check: (played: Played) => void): void {
  const property = fc.property(steps, (script) => {
    const world = new World(FIRST_POLICY);
    for (const step of script) check(playOne(world, step));
  });
  fc.assert(property, { numRuns: RUNS });
}

function playOne(world: World, step: Step): Played {
  const before = new Map(world.requests);
  const logged = world.log.length;
  world.seen = undefined;
  play(world, step);
  const happenings = world.log.slice(logged).map((entry) => happeningOf(entry));
  return { world, step, before, happenings, seen: world.seen };
}

/** The requests that the step changed. */
function changed({ world, before }: Played): AccessRequest[] {
  return [...world.requests.values()].filter((request) => before.get(request.id) !== request);
}

function words(text: Rich): string {
  return text.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
}

describe('whatever happens', () => {
  it('nothing is given, taken or told gone without what the promises demand', () => {
    whatever(judge);
  });

  it('what is wanted of an access is the latest end of its live grants', () => {
    whatever(({ world }) => {
      for (const access of world.accesses.values())
        expect(wantedOf(access)).toEqual(wantedByRequests(world, access));
    });
  });

  it('an access that somebody may still hold is never forgotten', () => {
    whatever(({ world }) => {
      for (const request of world.requests.values()) {
        if (!isLive(request)) continue;
        for (const { accessId, state } of request.grants) {
          const lease = world.access(accessId).leases.find((one) => one.request === request.id);
          if (state.kind !== 'gone') expect(lease?.endsAt).toBe(request.endsAt);
        }
      }
    });
  });

  it('replaying the log gives the rows', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const world = new World(FIRST_POLICY);
        for (const step of script) play(world, step);
        expect(firstFault(world.log)).toBeUndefined();
        const again = replayed(world);
        expect(canonical([...again.requests])).toBe(canonical([...world.requests]));
        expect(canonical([...again.accesses])).toBe(canonical([...world.accesses]));
      }),
      { numRuns: RUNS },
    );
  });

  it('a request begins once, ends once, on a whole second and not later than was given', () => {
    whatever((played) => {
      const { world } = played;
      for (const request of changed(played)) {
        if (!('endsAt' in request)) continue;
        expect(request.endsAt % 1_000).toBe(0);
        expect(request.endsAt).toBeLessThanOrEqual(request.startedAt + request.duration);
        for (const type of ['asked', 'activation-started', 'activated', 'finished'])
          expect(countOf(world, request, type)).toBeLessThanOrEqual(1);
        const ends = countOf(world, request, 'revoking-started');
        expect(ends).toBe(request.status === 'activating' || request.status === 'active' ? 0 : 1);
      }
    });
  });

  it('nothing waits without a deadline, and each deadline does something when it is due', () => {
    whatever((played) => {
      for (const request of changed(played)) {
        const due = deadlines(request, TIMING);
        const waits = isWaiting(request) || isLive(request) || request.review?.kind === 'open';
        expect(due.length > 0).toBe(waits);
        for (const { at, command } of due) {
          const facts = { ...played.world.facts, now: at };
          const decision = decide(request, played.world.accesses, command, facts, null);
          // Whether it may begin cannot be told, and is asked again.
          if (command.kind === 'begin' && decision.kind === 'refused') continue;
          expect(decision.kind === 'accepted' && decision.happenings.length).toBeGreaterThan(0);
        }
      }
    });
  });

  it('a person sees just the buttons that would be accepted', () => {
    whatever((played) => {
      const { facts, accesses } = played.world;
      for (const request of changed(played)) {
        for (const { id } of CAST) {
          const shown = buttonsFor(request, { id, facts }).map(({ action }) => action);
          const accepted = actionsOn(request).filter(
            (action) => outcome(request, accesses, action, id, facts) !== undefined,
          );
          const own = outcome(request, accesses, 'revoke', id, facts) === 'return';
          expect(shown).toEqual(accepted.filter((action) => action !== 'revoke' || !own));
        }
      }
    });
  });

  it('a channel sees just the buttons that somebody could press, under an unchanged policy', () => {
    whatever((played) => {
      for (const request of changed(played)) {
        const facts = factsFrom({
          ...{ policy: policyOf(request.role), now: request.askedAt },
          ...{ groups: { ...GROUPS, ...eligible(request) }, absent: [] },
        });
        const shown = sharedButtons(request).map(({ action }) => action);
        const actions = ['approve', 'deny', 'return', 'extend', 'revoke', ...JUDGEMENTS] as const;
        const pressable = actions.filter((action) =>
          CAST.some(({ id }) => {
            const done = outcome(request, played.world.accesses, action, id, facts);
            return done !== undefined && (action !== 'revoke' || done !== 'return');
          }),
        );
        expect(shown).toEqual(pressable);
      }
    });
  });

  it('a card says open or gone only when each grant was read so', () => {
    whatever((played) => {
      for (const request of changed(played)) {
        const base = { version: 1, texts: new Map(), viewer: null, mentions: null };
        const card = cardView({ request, ...base });
        const said = words([...card.headline, ...card.fields.flatMap(({ value }) => value)]);
        const grants = 'grants' in request ? request.grants : [];
        const confirmed = grants.length > 0 && grants.every((g) => g.state.kind === 'confirmed');
        expect(said.includes('Open until')).toBe(request.status === 'active');
        if (said.includes('Open until')) expect(confirmed).toBe(true);
        if (said.includes('Proven gone'))
          expect(grants.map((g) => g.state.kind === 'gone' && g.state.proof.kind)).toEqual(
            grants.map(() => 'proven'),
          );
        expect(said).not.toContain('undefined');
      }
    });
  });

  it('each event has a line in the thread that ends as a sentence does', () => {
    const texts = new Map([['why', 'because.']]);
    whatever(({ world, happenings }) => {
      for (const { subject, id, event } of happenings) {
        if (subject !== 'request') continue;
        const said = words(threadText(event, world.request(id), texts));
        expect(said).toMatch(/[.!?]$/);
        expect(said).not.toContain('undefined');
      }
    });
  });
});

/** Everybody is in the groups that may ask. */
function eligible({ role }: AccessRequest): Readonly<Record<string, typeof CAST>> {
  return Object.fromEntries(role.who.map((group) => [group, CAST]));
}

function wantedByRequests(world: World, { id }: Access) {
  const ends = [...world.requests.values()].flatMap((request) =>
    (request.status === 'activating' || request.status === 'active') &&
    request.grants.some(({ accessId }) => accessId === id)
      ? [request.endsAt]
      : [],
  );
  return ends.length === 0 ? { kind: 'nothing' } : { kind: 'until', until: Math.max(...ends) };
}

function replayed({ log }: World) {
  const requests = new Map<string, AccessRequest>();
  const accesses = new Map<string, Access>();
  for (const entry of log) {
    const { subject, id, event, at } = happeningOf(entry);
    if (subject === 'request') requests.set(id, evolveRequest(requests.get(id), event, at));
    if (subject === 'access') accesses.set(id, evolveAccess(accesses.get(id), event, at));
  }
  return { requests, accesses };
}

function countOf({ log }: World, { id }: AccessRequest, type: string): number {
  return log.filter((entry) => entry.id === id && happeningOf(entry).event.type === type).length;
}

type Action = ReturnType<typeof actionsOn>[number];

/** The cause, where access is taken; `done` otherwise; undefined when it is refused. */
function outcome(
  request: AccessRequest,
  accesses: ReadonlyMap<AccessId, Access>,
  kind: Action,
  by: (typeof CAST)[number]['id'],
  facts: ReturnType<typeof factsFrom>,
): string | undefined {
  if (kind === 'extend')
    return checkExtendable(request, by, facts).kind === 'fine' ? 'done' : undefined;
  const base = { by, request: request.id, reason: 'because' };
  const command =
    kind === 'justified' || kind === 'unjustified'
      ? ({ kind: 'review', judgement: kind, ...base } as const)
      : { kind, ...base };
  const decision = decide(request, accesses, command, facts, { why: { digest: 'why' } });
  if (decision.kind === 'refused') return undefined;
  const causes = decision.happenings.flatMap(({ event }) =>
    event.type === 'revoking-started' ? [event.cause.kind] : [],
  );
  // Whoever revokes what is theirs and has not begun takes it back.
  if (kind === 'revoke' && decision.happenings.some(({ event }) => event.type === 'withdrawn'))
    return 'return';
  return causes[0] ?? 'done';
}

describe('the game that is played', () => {
  it('comes to every event', () => {
    const types = new Set<string>();
    for (const script of fc.sample(steps, { numRuns: 2_000, seed: 7 })) {
      const world = new World(FIRST_POLICY);
      for (const step of script)
        for (const { event } of playOne(world, step).happenings) types.add(event.type);
    }
    expect([...types].toSorted()).toEqual(EVERY_EVENT);
  });
});

const EVERY_EVENT = [
  ...['activated', 'activation-started', 'alarm-raised', 'approved', 'asked', 'attested'],
  'cancelled',
  ...['confirmed-absent', 'confirmed-present', 'denied', 'drift-seen', 'drifted', 'escalated'],
  ...[
    'expired',
    'extension-asked',
    'extension-closed',
    'finished',
    'glass-broken',
    'grant-confirmed',
    'grant-gone',
    'grant-unsure',
    'lease-added',
    'lease-attested',
  ],
  ...['lease-dropped', 'review-overdue', 'reviewed', 'revoking-started', 'scheduled', 'warned'],
  ...['withdrawn'],
];
