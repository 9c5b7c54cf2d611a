/**
 * Every status × every command, with the awkward people, as one table: `fixtures/whole-life.txt`. Read
 * it when it changes; each cell is a rule. Its records are keyed by status and by command, so that a new
 * one does not compile until it is here.
 */
import { describe, expect, it } from 'vitest';
import type { Happening } from './audit.ts';
import type { Decision } from './decide.ts';
import { decide, decideAsk } from './decide.ts';
import { evolveRequest } from './evolve.ts';
import { decideExtend } from './extending.ts';
import type { Facts } from './facts.ts';
import * as cast from './fixtures/cast.ts';
import { askFactsFrom, factsFrom, GROUPS, NOON, TIMING } from './fixtures/facts.ts';
import { glassLife } from './fixtures/glass.ts';
import { lives } from './fixtures/lives.ts';
import { GLASS, policyOf, quorumOf, roleWith, stagesOf, TEAMS } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { RequestId } from './ids.ts';
import type { Principal } from './principal.ts';
import type { AccessRequest } from './request.ts';
import { STATUSES } from './request.ts';
import type { ChangeCommand, PersonCommand, RoleCommand, TimerCommand } from './request-command.ts';
import { planHashOf } from './right.ts';
import { DAY, MINUTE } from './time.ts';

const role = roleWith({ approval: quorumOf(2) });
const policy = policyOf(role);
const { ada, grace, linus, mallory } = cast;

/** linus approved the pending request, and has left the approvers since. */
const groups = {
  ...GROUPS,
  sre: [ada, cast.adaAgain, grace, cast.graceAgain, cast.margaret, cast.dennis],
};

const PEOPLE: Readonly<Record<string, Principal>> = {
  requester: ada,
  'requester again': cast.adaAgain,
  approver: grace,
  'left approvers': linus,
  attester: cast.margaret,
  revoker: cast.ken,
  outsider: mallory,
  'account gone': cast.dennis,
  'not in facts': cast.ghost,
};

type PersonKind = Exclude<PersonCommand['kind'], RoleCommand['kind']>;

const BY_PEOPLE: Readonly<Record<PersonKind, true>> = {
  approve: true,
  deny: true,
  withdraw: true,
  return: true,
  extend: true,
  revoke: true,
  attest: true,
  review: true,
};

type Unattended = TimerCommand['kind'] | 'halt';

/** When each falls due for the requests below, which were all asked at noon. */
const BY_TIME: { readonly [Kind in Unattended]: (id: RequestId) => ChangeCommand } = {
  expire: (request) => ({ kind: 'expire', request }),
  begin: (request) => ({ kind: 'begin', request }),
  escalate: (request) => ({ kind: 'escalate', request, step: 0 }),
  nudge: (request) => ({ kind: 'nudge', request }),
  warn: (request) => ({ kind: 'warn', request }),
  end: (request) => ({ kind: 'end', request }),
  'give-up': (request) => ({ kind: 'give-up', request }),
  alarm: (request) => ({ kind: 'alarm', request, nth: 1 }),
  remind: (request) => ({ kind: 'remind', request, nth: 1 }),
  halt: (request) => ({
    ...{ kind: 'halt', request },
    cause: { kind: 'freeze', by: cast.margaret.id, reason: { digest: 'why' } },
  }),
};

function cell(before: AccessRequest | undefined, decision: Decision, facts: Facts): string {
  if (decision.kind === 'refused') return decision.refusal.code;
  if (decision.happenings.length === 0) return '·';
  const after = statusAfter(before, decision.happenings, facts);
  const first = decision.happenings.find(({ subject }) => subject === 'request');
  return after === before?.status ? `+ ${first?.event.type}` : `→ ${after}`;
}

function statusAfter(
  before: AccessRequest | undefined,
  happenings: readonly Happening[],
  { now }: Facts,
): string | undefined {
  let after = before;
  for (const happening of happenings)
    if (happening.subject === 'request') after = evolveRequest(after, happening.event, now);
  return after?.status;
}

function pressed(request: AccessRequest, kind: PersonKind, by: Principal, facts: Facts): string {
  const base = { by: by.id, request: request.id, reason: 'because' };
  if (kind === 'extend') return extended(request, { kind, ...base, duration: MINUTE }, facts);
  const command =
    kind === 'review' ? ({ kind, ...base, judgement: 'justified' } as const) : { kind, ...base };
  const spoken = { why: { digest: 'why' } };
  return cell(request, decide(request, new Map(), command, facts, spoken), facts);
}

/** What becomes of what is extended. */
function extended(
  request: AccessRequest,
  command: Extract<PersonCommand, { kind: 'extend' }>,
  facts: Facts,
): string {
  const birth = { id: 'req0000002' as RequestId, reasonDigest: 'digest-of-why', open: [] };
  const decision = decideExtend(request, command, { ...facts, ...birth });
  if (decision.kind === 'refused') return cell(request, decision, facts);
  const happenings = decision.happenings.filter(({ id }) => id === request.id);
  return cell(request, { kind: 'accepted', happenings }, facts);
}

function rang(request: AccessRequest, kind: Unattended, facts: Facts): string {
  const command = BY_TIME[kind](request.id);
  return cell(request, decide(request, new Map(), command, facts, null), facts);
}

type AskedUnder = 'quorum' | 'automatic' | 'unreachable' | 'break-glass' | 'no break-glass';

function asked(by: Principal, approval: AskedUnder): string {
  const asks = roleWith({
    approval: approval === 'automatic' ? { kind: 'automatic' } : quorumOf(1),
    ...(approval === 'break-glass' ? { breakGlass: GLASS } : {}),
  });
  const facts = askFactsFrom('req0000001' as RequestId, asks, {
    policy: policyOf(asks),
    groups: approval === 'unreachable' ? { ...GROUPS, sre: 'unreachable' } : GROUPS,
  });
  const kind = approval.endsWith('break-glass') ? 'break-glass' : 'ask';
  const base = { kind, by: by.id, role: asks.name, inputs: {}, reason: 'OPS-1' } as const;
  return cell(undefined, decideAsk({ ...base, duration: undefined }, facts), facts);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column, head) => {
    const aligned = rows.filter((row) => row.length === head.length || column < row.length - 1);
    return Math.max(...aligned.map((row) => row[column]?.length ?? 0));
  });
  const line = (row: readonly string[]) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(record) as Key[];

const names = keysOf(PEOPLE);
const everybody = Object.values(PEOPLE);
const requests = lives(policy);

/** What is the same for everybody is said once. */
const together = (cells: readonly string[]): readonly string[] =>
  new Set(cells).size === 1 ? [`everybody: ${cells[0]}`] : cells;

/** The pending request with another approval, by somebody who is still an approver. */
const oneToGo: AccessRequest = evolveRequest(
  requests.pending,
  {
    type: 'approved',
    by: cast.margaret.id,
    have: 1,
    need: 2,
    waitsFor: [{ count: 1, of: 'sre' }],
    opened: [],
    plan: planHashOf(requests.pending.rights),
  },
  NOON,
);

function byPeople(): string {
  const facts = factsFrom({ policy, groups, now: NOON + MINUTE });
  const row = (name: string, request: AccessRequest, kind: PersonKind) => [
    ...[name, kind],
    ...together(everybody.map((by) => pressed(request, kind, by, facts))),
  ];
  const rows = STATUSES.flatMap((status) =>
    keysOf(BY_PEOPLE).map((kind) => row(status, requests[status], kind)),
  );
  rows.push(row('… one to go', oneToGo, 'approve'));
  return table([['status', 'command', ...names], ...rows]);
}

/** First one of the leads, then one of security and one of sre; margaret has approved where the second waits. */
function byStages(): string {
  const approval = stagesOf(
    [{ count: 1, of: 'leads' }],
    [
      { count: 1, of: 'security' },
      { count: 1, of: 'sre' },
    ],
  );
  const separation = ['own-team'] as const;
  const staged = { ...policyOf(roleWith({ approval, separation })), groups: TEAMS };
  const world = new World(staged);
  const id = given(world.ask(ada));
  const first = world.request(id);
  world.does(cast.margaret, 'approve', id);
  const row = (name: string, request: AccessRequest, kind: PersonKind) => [
    ...[name, kind],
    ...everybody.map((by) => pressed(request, kind, by, world.facts)),
  ];
  const rows = [first, world.request(id)].flatMap((request, stage) => [
    row(`stage ${stage + 1}`, request, 'approve'),
    row(`stage ${stage + 1}`, request, 'deny'),
  ]);
  return table([['waits', 'command', ...names], ...rows]);
}

/** Reviewed by security or leads: the attester is of the latter. */
function byBreakGlass(): string {
  const glassy = policyOf(roleWith({ approval: quorumOf(2), breakGlass: GLASS }));
  const broken = glassLife(glassy);
  const facts = factsFrom({ policy: glassy, groups, now: NOON + MINUTE });
  const late = factsFrom({ policy: glassy, now: NOON + 3 * DAY });
  const rows = Object.entries(broken).flatMap(([name, request]) => [
    ...(['review', 'approve', 'extend', 'return', 'revoke'] as const).map((kind) => [
      ...[name, kind],
      ...together(everybody.map((by) => pressed(request, kind, by, facts))),
    ]),
    [
      name,
      'remind',
      `after a minute ${rang(request, 'remind', facts)}, after three days ${rang(request, 'remind', late)}`,
    ],
  ]);
  return table([['break-glass', 'command', ...names], ...rows]);
}

function byTime(): string {
  const soon = factsFrom({ policy, now: NOON + MINUTE });
  const late = factsFrom({ policy, now: NOON + DAY });
  const rows = STATUSES.flatMap((status) =>
    keysOf(BY_TIME).map((kind) => [
      ...[status, kind],
      ...[rang(requests[status], kind, soon), rang(requests[status], kind, late)],
    ]),
  );
  return table([['status', 'command', 'after a minute', 'after a day'], ...rows]);
}

function byAsking(): string {
  const rules = [
    ...(['quorum', 'automatic', 'unreachable', 'break-glass', 'no break-glass'] as const),
  ];
  const rows = rules.map((rule) => [rule, ...everybody.map((by) => asked(by, rule))]);
  return table([['rule', ...names], ...rows]);
}

describe('the whole life', () => {
  it('is as the table says', async () => {
    const parts = [
      'A cell is what becomes of it: a status (→), an event (+), nothing at all (·) or a refusal.',
      `Asking\n\n${byAsking()}`,
      `What people want of a request for which two must approve\n\n${byPeople()}`,
      `What people want of a request that must be approved in stages, by nobody of the own team\n\n${byStages()}`,
      `What people want of a break-glass, and when its review is overdue\n\n${byBreakGlass()}`,
      `What time wants of it, or a freeze (halt); a deadline that no longer applies does nothing\n\n${byTime()}`,
    ];
    await expect(`${parts.join('\n\n\n')}\n`).toMatchFileSnapshot('fixtures/whole-life.txt');
  });

  it('gives each command a row in each status', () => {
    const kinds = keysOf({ ...BY_PEOPLE, ...BY_TIME }).length;
    expect(byPeople().split('\n').length + byTime().split('\n').length - 3).toBe(
      STATUSES.length * kinds,
    );
    expect(keysOf(requests).toSorted()).toEqual([...STATUSES].toSorted());
    expect(TIMING.giveUp).toBeGreaterThan(MINUTE);
  });
});
