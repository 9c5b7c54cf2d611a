/** The provider port in front of a simulated gate: each of its answers and faults, by chance. */
import { z } from 'zod';
import { ask, type Desk } from '../src/access/aws-identity-center/asking.ts';
import type { Way } from '../src/access/aws-identity-center/client.ts';
import type {
  Answer,
  Held,
  Io,
  Plan,
  PlanAsk,
  Provider,
  ProviderErrorCode,
  Reading,
  Wish,
} from '../src/access/provider.ts';
import { ProviderError } from '../src/access/provider.ts';
import type { Json } from '../src/core/policy.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Bureau } from './bureau.ts';
import type { Census } from './census.ts';
import type { Chance } from './chance.ts';
import { type Gate, type GateEntry, SHOWS_AFTER } from './gate.ts';
import type { Life } from './life.ts';
import type { Troubles } from './troubles.ts';
import { passage } from './troubles.ts';
import type { Asking, TurnedAway } from './turned-away.ts';

/** The longest propagation: no reading is older. */
const SETTLE: Millis = 2 * SECOND;
export const CALL_TIMEOUT: Millis = 5 * SECOND;

export interface Office {
  readonly gate: Gate;
  /** Who does what the gate is asked for; null: it does that itself, at once. */
  readonly bureau: Bureau | null;
  readonly turnedAway: TurnedAway;
  /** Whether it can be reached at all just now. */
  readonly isOut: () => boolean;
  /** Whether it answers, and neither shows nor changes anything. */
  readonly isBlind: () => boolean;
  /** Whether it shows all, and lets the bot change nothing: somebody else has it for now. */
  readonly isLocked: () => boolean;
}

/** The name of the outage in which a gate is blind. */
export const blindness = (gate: string): string => `the sight of ${gate}`;
/** And of that in which it is locked. */
export const lock = (gate: string): string => `the writing of ${gate}`;

const targetSchema = z.strictObject({ resource: z.string(), key: z.string() });
const handleSchema = z.strictObject({ v: z.literal(1), key: z.string() });

/** As a process sees it that lives this life. */
export function simulatedProvider(office: Office, life: Life, census: Census): Provider {
  const { gate } = office;
  const chance = life.chance.stream(`provider/${gate.name}`);
  const call = <Result>(what: string, io: Io, work: () => Result): Promise<Result> => {
    const trouble = office.isOut() ? 1 : life.around.troubles().gate;
    const way = passage(chance, trouble, CALL_TIMEOUT);
    const fate = office.isOut() ? ('turned-away' as const) : way.fate;
    return life.remote(
      `${gate.name}.${what}`,
      work,
      { ...way, fate },
      {
        signal: io.signal,
        turnedAway: () => fault(chance.pick(TURNED_AWAY), census),
        givenUp: () => fault('timeout', census),
      },
    );
  };
  const trouble = () => life.around.troubles();
  const provider: Provider = {
    type: gate.name,
    capabilities: {
      nativeExpiry: gate.keepsEnds ? 'enforced' : 'none',
      settle: SETTLE,
      callTimeout: CALL_TIMEOUT,
      useLag: SHOWS_AFTER,
    },
    connectionSchema: z.strictObject({}),
    targetSchema,
    // One gate is gone to at a pace, the other one by one attempt at a time for each right.
    way: (handle) =>
      gate.keepsNames
        ? { scope: gate.name, alone: `${gate.name} ${keyOf(handle)}` }
        : { scope: gate.name, perSecond: 20 },
    wayThrough: () => ({ scope: gate.name }),
    check: () => [],
    isLocal: () => true,
    plan: (ask, io) =>
      call('plan', io, () => {
        const plan = planned(ask);
        const tells = plan.kind === 'planned' && gate.keepsNames;
        return census.plan(tells ? { ...plan, tellsUse: true } : plan);
      }),
    converge: (handle, wish, io) =>
      call('converge', io, () => {
        if (office.isBlind()) return census.answer(BLIND);
        if (office.isLocked()) return census.answer(LOCKED);
        return census.answer(write(gate, keyOf(handle), wish, chance, trouble().gate, life));
      }),
    read: (handle, io) =>
      call('read', io, () =>
        census.reading(office.isBlind() ? UNSEEN : look(gate, keyOf(handle), chance, trouble())),
      ),
    list: (spec, io) =>
      call('list', io, () => {
        if (office.isBlind()) throw fault('unavailable', census);
        return listed(gate, targetSchema.parse(spec.target).resource);
      }),
    doctor: async () => [],
    tellsUse: () => gate.keepsNames,
  };
  if (office.bureau !== null) {
    const desk = deskAt(office, office.bureau, { call, chance, trouble, census });
    const converge = async (handle: Json, wish: Wish, io: Io) => {
      const key = keyOf(handle);
      let asking: Asking | undefined;
      const note = async (receipt: Json) => {
        await wish.note(receipt);
        asking = office.turnedAway.asking(key);
      };
      const answer = census.answer(await ask(desk, key, { ...wish, note }, io));
      const isFirst = wish.receipt === null && !wish.held;
      if (asking !== undefined && isFirst && TURNS_AWAY.has(answer.kind))
        asking.wasTurnedAway = true;
      const { history } = life.around;
      history.note(`${key}: ${JSON.stringify(wish.receipt)} comes to ${JSON.stringify(answer)}`);
      return answer;
    };
    return { ...provider, converge };
  }
  if (!gate.keepsNames) return provider;
  return {
    ...provider,
    used: (handle, { since }, io) =>
      call('used', io, () => {
        if (office.isBlind()) return { kind: 'unknown', why: 'no answer of any node' };
        // NB. Told by how long ago it was, as a target does whose clock nobody knows.
        const lastAt = Math.floor(io.now - gate.lastUse(keyOf(handle), SHOWS_AFTER));
        return lastAt < since ? { kind: 'unused' } : { kind: 'used', count: null, lastAt };
      }),
    arm: (handle, at, io) =>
      call('arm', io, () => census.answer(set(gate, keyOf(handle), at, chance, trouble().gate))),
  };
}

/** What is answered when nothing is done. */
const TURNS_AWAY: ReadonlySet<Answer['kind']> = new Set(['throttled', 'failed']);

type Call = <Result>(what: string, io: Io, work: () => Result) => Promise<Result>;

interface Line {
  readonly call: Call;
  readonly chance: Chance;
  readonly trouble: () => Troubles;
  readonly census: Census;
}

/** Each question is a call of its own, and a process may die between any two. */
function deskAt(
  { gate, isBlind, isLocked }: Office,
  bureau: Bureau,
  { call, chance, trouble, census }: Line,
): Desk<string> {
  const asked = <Result>(what: string, io: Io, work: () => Result) =>
    call(what, io, () => {
      if (isBlind() || chance.is(trouble().gate / 2)) throw fault(chance.pick(TURNED_AWAY), census);
      return work();
    });
  const changed = (way: Way, key: string, io: Io) =>
    asked(way, io, () => {
      if (isLocked()) throw fault('conflict', census);
      return bureau.accept(way, key);
    });
  return {
    stands: (key, io) =>
      asked('stands', io, () => {
        const { stale } = trouble();
        const at = chance.is(stale)
          ? gate.entryBefore(key, chance.int(0, SETTLE))
          : gate.entry(key);
        return at !== undefined;
      }),
    create: (key, io) => changed('create', key, io),
    delete: (key, io) => changed('delete', key, io),
    progress: (_key, _way, request, io) => asked('progress', io, () => bureau.progress(request)),
  };
}

/** How often what a timer starts comes to nothing: nobody is told. */
const FORGETFUL = 0.7;

function set(gate: Gate, key: string, at: Instant | null, chance: Chance, trouble: number): Answer {
  if (chance.is(trouble)) return chance.pick(WRITE_TROUBLES);
  if (gate.timer(key) === at) return { kind: 'already', owner: at === null ? 'absent' : 'ours' };
  const forgets = chance.is(FORGETFUL);
  gate.setTimer(key, at, () => {
    if (!forgets && gate.entry(key)?.by === 'bot') gate.remove(key);
  });
  return { kind: 'done' };
}

/** How a call is turned away before anything is done. */
const TURNED_AWAY: readonly [ProviderErrorCode, ...ProviderErrorCode[]] = [
  'unavailable',
  'rate-limited',
  'permission-denied',
  'conflict',
  'bad-answer',
  'misconfigured',
];

function fault(code: ProviderErrorCode, census: Census): ProviderError {
  census.providerFault(code);
  const retryAfter = code === 'rate-limited' ? { retryAfter: 3 * SECOND } : {};
  return new ProviderError(code, `simulated: ${code}`, retryAfter);
}

const keyOf = (handle: Json): string => handleSchema.parse(handle).key;

function planned({ spec, inputs, requester }: PlanAsk): Plan {
  const { resource, key } = targetSchema.parse(spec.target);
  const who = key === 'email' ? requester.email : inputs[key];
  if (who === undefined || who === '') return { kind: 'refused', why: `There is no ${key}.` };
  if (who === '192.0.2.66') return { kind: 'refused', why: 'Not for this address.' };
  const right = `${resource} for ${who}`;
  return {
    kind: 'planned',
    key: right,
    handle: { v: 1, key: right },
    summary: right,
    residue: null,
  };
}

const BLIND: Answer = { kind: 'unknown', why: 'no answer of any node' };
const LOCKED: Answer = { kind: 'conflict', why: 'somebody else has it for now' };
const UNSEEN: Reading = { kind: 'unreadable', why: 'no answer of any node' };

/** What a write may come to besides what it should, before anything is done. */
const WRITE_TROUBLES: readonly [Answer, ...Answer[]] = [
  { kind: 'conflict', why: 'somebody else writes' },
  { kind: 'throttled', retryAfter: 4 * SECOND },
  { kind: 'throttled', retryAfter: null },
  { kind: 'unknown', why: 'cut off' },
  { kind: 'failed', class: 'auth', why: 'not allowed' },
  { kind: 'failed', class: 'quota', why: 'no room' },
  { kind: 'failed', class: 'config', why: 'no such map' },
  { kind: 'failed', class: 'unsupported', why: 'not here' },
];

function write(
  gate: Gate,
  key: string,
  wish: Wish,
  chance: Chance,
  trouble: number,
  life: Life,
): Answer {
  if (chance.is(trouble)) {
    const how = chance.int(0, WRITE_TROUBLES.length + 1);
    const answer = WRITE_TROUBLES[how];
    if (answer !== undefined) return answer;
    if (how === WRITE_TROUBLES.length) {
      life.around.line.in(chance.int(0, SETTLE), () => put(gate, key, wish));
      return { kind: 'pending', pollAfter: SECOND, receipt: { of: key } };
    }
    put(gate, key, wish);
    return { kind: 'unknown', why: 'cut off afterwards' };
  }
  return put(gate, key, wish);
}

/**
 * A gate that keeps ends knows what is ours by its end alone, as a map file does; the other one has the
 * name of whoever wrote it.
 */
function isOurs({ keepsEnds }: Gate, { by, until }: GateEntry, { aims, held }: Wish): boolean {
  if (!keepsEnds) return by !== 'hand';
  return held || (until !== null && aims.includes(until));
}

function put(gate: Gate, key: string, wish: Wish): Answer {
  const { wanted } = wish;
  const entry = gate.entry(key);
  if (entry !== undefined && !isOurs(gate, entry, wish))
    return { kind: 'already', owner: 'foreign' };
  if (entry?.wasFirst) gate.taken.push(key);
  if (wanted.kind === 'nothing')
    return gate.remove(key) ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
  const until = gate.keepsEnds ? wanted.until : null;
  if (entry?.by === 'bot' && entry.until === until) return { kind: 'already', owner: 'ours' };
  if (!gate.keepsEnds && !gate.hadTimer(key, MINUTE)) gate.untimed.push(key);
  gate.put(key, { until, by: 'bot' });
  return { kind: 'done' };
}

/** The gate that keeps no ends has the name of whoever wrote; of the other nobody can tell. */
function listed(gate: Gate, resource: string): readonly Held[] {
  return gate.keys
    .filter((key) => key.startsWith(`${resource} for `))
    .flatMap((key): readonly Held[] => {
      const entry = gate.entry(key);
      if (entry === undefined) return [];
      const held = { key, until: entry.until, evidence: key };
      if (!gate.keepsNames) return [held];
      return entry.by === 'hand'
        ? [{ ...held, owner: 'foreign' }]
        : [{ ...held, owner: 'ours', handle: { v: 1, key } }];
    });
}

function look(
  gate: Gate,
  key: string,
  chance: Chance,
  { stale, gate: trouble }: { readonly stale: number; readonly gate: number },
): Reading {
  if (chance.is(trouble / 2))
    return chance.is(0.5)
      ? { kind: 'unreadable', why: 'no answer of one node' }
      : { kind: 'partial', evidence: 'one node of two' };
  const entry = chance.is(stale) ? gate.entryBefore(key, chance.int(0, SETTLE)) : gate.entry(key);
  if (entry === undefined) return { kind: 'absent', evidence: 'nothing there' };
  gate.sayPresent(key);
  return { kind: 'present', until: entry.until, evidence: 'it stands' };
}
