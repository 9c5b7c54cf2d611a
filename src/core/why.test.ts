import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { factsFrom } from './fixtures/facts.ts';
import { glassLife } from './fixtures/glass.ts';
import { GLASS, policyOf, roleWith } from './fixtures/policies.ts';
import type { PolicyHash, PrincipalId, RequestId } from './ids.ts';
import type { Policy, Role } from './policy.ts';
import type { AccessRequest, Pending } from './request.ts';
import { planHashOf } from './right.ts';
import { HOUR, MINUTE } from './time.ts';
import { whyView } from './why.ts';

const ada = 'p_ada' as PrincipalId;
const grace = 'p_grace' as PrincipalId;
const asked = Date.UTC(2026, 10, 21);

const role: Role = {
  name: 'lb-admin',
  description: 'the whole load balancer',
  targets: [],
  who: ['operators'],
  maxDuration: HOUR,
  defaultDuration: HOUR,
  reason: { required: true, pattern: 'CHG-\\d+', example: 'CHG-7' },
  inputs: { port: { kind: 'port', label: 'local port', required: true, min: 1, max: 9 } },
  approval: { kind: 'stages', stages: [[{ count: 1, of: 'leads' }]] },
  conditions: [],
  separation: [],
  limits: { perDay: null, live: null, cooldown: null },
  channel: { platform: 'local', channel: 'lb' },
  fallbackChannel: null,
  expireAfter: 30 * MINUTE,
  startWithin: HOUR,
  escalation: [],
  revokers: [],
  attesters: [],
  warnBefore: MINUTE,
};

const pending: Pending = {
  status: 'pending',
  id: '0123456789' as RequestId,
  requester: ada,
  role,
  applied: [],
  policyHash: 'old' as PolicyHash,
  duration: HOUR,
  inputs: { port: '7' },
  reason: { digest: 'why' },
  rights: [],
  askedAt: asked,
  approvals: [],
  waitsFor: [{ count: 1, of: 'leads' }],
  escalated: 0,
};

const person = (id: PrincipalId, name: string) =>
  [id, { id, name, email: `${name}@example.com`, accounts: [] }] as const;
const emails = (...names: string[]) =>
  ({
    kind: 'known',
    accounts: new Set<string>(),
    emails: new Set(names.map((n) => `${n}@example.com`)),
  }) as const;

function factsWith(
  change: Partial<Facts> = {},
  roles: Policy['roles'] = { 'lb-admin': role },
): Facts {
  const policy = {
    hash: 'old' as PolicyHash,
    groups: {},
    roles,
    zone: 'UTC',
    freezes: {},
    restorers: [],
    switchers: [],
    alarmChannel: null,
    reconciliation: { every: HOUR, channel: null, orphans: 'report' },
  } as const;
  return {
    now: asked,
    policy,
    past: [],
    linked: new Map(),
    reasons: new Map(),
    groups: new Map([
      ['operators', emails('ada')],
      ['leads', emails('grace')],
    ]),
    people: new Map([person(ada, 'ada'), person(grace, 'grace')]),
    absent: new Set(),
    timing: { revokeAlarm: MINUTE, giveUp: MINUTE },
    ...change,
  };
}

const TEXTS = new Map([['why', 'CHG-7 rotate']]);
const metBy = (request: AccessRequest, facts: Facts, texts = TEXTS) =>
  whyView(request, facts, texts).conditions.map(({ met }) => met);

test('what waits for approval has every other condition met', () => {
  expect(metBy(pending, factsWith())).toEqual([
    ...['yes', 'yes', 'yes', 'yes', 'yes'],
    ...['waiting', 'waiting', 'yes'],
  ]);
});

test('an approval that is there is named, with when it was given', () => {
  const approvals = [{ by: grace, at: asked + MINUTE, plan: planHashOf(pending.rights) }];
  const approved: Pending = { ...pending, approvals, waitsFor: [] };
  const { conditions } = whyView(approved, factsWith(), TEXTS);
  expect(conditions[5]).toEqual({
    met: 'yes',
    text: [
      'Approved by 1',
      ': ',
      { kind: 'person', id: grace },
      ' at ',
      { kind: 'instant', at: asked + MINUTE },
    ],
  });
});

test('a stage that still waits says for whom', () => {
  const approvals = [{ by: grace, at: asked + MINUTE, plan: planHashOf(pending.rights) }];
  const waitsFor = [{ count: 1, of: 'security' }];
  const { conditions } = whyView({ ...pending, approvals, waitsFor }, factsWith(), TEXTS);
  expect(conditions[5]).toMatchObject({ met: 'waiting' });
  expect(conditions[5]?.text.slice(-3)).toEqual([
    ...['; needs ', '1 of ', { kind: 'bold', text: 'security' }],
  ]);
});

test('a denial stands among the conditions that are not met', () => {
  const denied: AccessRequest = {
    ...pending,
    ...{ status: 'denied', by: grace, why: { digest: 'no' }, closedAt: asked },
  };
  expect(metBy(denied, factsWith()).slice(5, 7)).toEqual(['no', 'no']);
});

test('what cannot be read is unknown, and an erased reason is too', () => {
  const groups = new Map([['operators', { kind: 'unreachable', why: 'slack' } as const]]);
  const met = metBy(pending, factsWith({ groups }), new Map());
  expect([met[0], met[2], met[4]]).toEqual(['unknown', 'unknown', 'unknown']);
});

test('a reason of another form, a missing input and a changed target are not met', () => {
  const odd = { ...pending, inputs: {} };
  const changed = { ...role, targets: [{ provider: 'x', type: 'x', connection: {}, target: {} }] };
  const facts = factsWith({}, { 'lb-admin': changed });
  const met = metBy(odd, facts, new Map([['why', 'because']]));
  expect([met[2], met[3], met.at(-1)]).toEqual(['no', 'no', 'no']);
});

test('the view says which policy is in force', () => {
  const inForce = (facts: Facts) => whyView(pending, facts, TEXTS).inForce;
  const other = { ...factsWith().policy, hash: 'new' as PolicyHash };
  expect(inForce(factsWith())).toBe('same');
  expect(inForce(factsWith({ policy: other }))).toBe('another');
  expect(inForce(factsWith({ policy: { ...other, roles: {} } }))).toBe('without-the-role');
});

test('of a break-glass it says by which rule, and whether it was reviewed, and nothing of approval', () => {
  const policy = policyOf(roleWith({ breakGlass: GLASS }));
  const { over, reviewed } = glassLife(policy);
  const [rule, review, ...others] = whyView(over, factsFrom({ policy }), TEXTS).conditions;
  expect(rule).toMatchObject({ met: 'yes' });
  expect(JSON.stringify(rule?.text)).toContain('at most 2 times within');
  expect(review).toMatchObject({ met: 'waiting' });
  expect(JSON.stringify(others)).not.toContain('pprov');
  expect(whyView(reviewed, factsFrom({ policy }), TEXTS).conditions[1]).toMatchObject({
    met: 'yes',
  });
});
