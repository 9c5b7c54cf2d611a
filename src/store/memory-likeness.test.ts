/** The store in maps beside the one that the program runs on: any life of both, and no difference. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PrincipalId } from '../core/ids.ts';
import { STATUSES } from '../core/request.ts';
import { silentLog } from '../log.ts';
import * as example from './contract-examples.ts';
import { openMemory } from './memory.ts';
import { openSqlite } from './sqlite.ts';
import type { Commit, EffectRow, LeaseQuery, Scope, Settlement, Store } from './store.ts';

const LATEST = 60;
const REQUESTS = ['r1', 'r2', 'r3'];
const PEOPLE = ['p_1', 'p_2', 'p_3'] as PrincipalId[];
const EMAILS = ['', 'a@example.com', 'b@example.com'];
const KEYS = ['a', 'b', 'c', 'd'];

const time = fc.nat(LATEST);
const key = fc.constantFrom(...KEYS);
const requestName = fc.constantFrom(...REQUESTS);
const personId = fc.constantFrom(...PEOPLE);
const userId = fc.constantFrom('U1', 'U2', 'U3');
const few = <Value>(one: fc.Arbitrary<Value>) => fc.array(one, { minLength: 1, maxLength: 3 });
const accountOf = (user: string) => ({ platform: 'slack', tenant: 'T1', userId: user });

const scope: fc.Arbitrary<Scope> = fc.oneof(
  requestName.map((name) => ({ kind: 'request' as const, id: example.requestId(name) })),
  personId.map((id) => ({ kind: 'person' as const, id })),
  fc.constant({ kind: 'installation' as const }),
);
const expectation = fc.record({ scope, version: fc.nat(1) });

const request = fc
  .tuple(requestName, fc.constantFrom(...STATUSES), fc.nat(2))
  .map(([id, status, askedAt]) => {
    const requester = id === 'r2' ? 'p_2' : 'p_1';
    const role = { ...example.role, name: id === 'r3' ? 'other' : 'lb-admin' };
    return example.request(id, status, { askedAt, requester: requester as PrincipalId, role });
  });

const person = fc
  .tuple(
    fc.tuple(personId, fc.array(userId, { maxLength: 2 }), fc.constantFrom(...EMAILS)),
    fc.subarray(EMAILS),
  )
  .map(([known, otherEmails]) => {
    const record = example.person(...known);
    return { ...record, principal: { ...record.principal, otherEmails } };
  });

const home = fc.record({ account: userId.map(accountOf), principal: personId, openedAt: time });

const copy = fc
  .tuple(
    fc.constantFrom('c1', 'c2', 'c3'),
    fc.record({
      principal: fc.option(personId),
      ref: fc.option(fc.constantFrom({ ts: '1' }, { ts: '2' })),
      drawnVersion: fc.nat(3),
      toldSeq: fc.nat(9),
      undeliverable: fc.boolean(),
    }),
  )
  .map(([id, changes]) => example.copy(id, id === 'c3' ? 'r2' : 'r1', changes));

const draft = fc
  .record(
    { key, payload: fc.nat(1), dueAt: time, lane: fc.nat(2), leaseUntil: time },
    { requiredKeys: ['key', 'payload', 'dueAt', 'lane'] },
  )
  .map(({ key, ...changes }) => example.effect(key, changes));

const tally = fc.oneof(
  fc.record({ key, op: fc.constant('open' as const), detail: fc.constantFrom(null, { of: 1 }) }),
  fc.record({ key, op: fc.constant('count' as const) }),
  fc.record(
    { key, op: fc.constant('close' as const), count: fc.nat(1) },
    { requiredKeys: ['key', 'op'] },
  ),
);

const parts = {
  expecting: fc.array(expectation, { minLength: 1, maxLength: 2 }),
  touches: few(scope),
  requests: few(request),
  accesses: few(fc.constantFrom('edge', 'core').map(example.access)),
  people: few(person),
  happenings: few(requestName.map(example.asked)),
  texts: few(fc.record({ digest: key, salt: fc.constant('s'), text: fc.string() })),
  erases: few(key),
  copies: few(copy),
  effects: few(draft),
  cancels: few(key),
  received: fc.record({ key, at: time, delivery: fc.constantFrom(null, { text: 'x' }) }),
  answered: fc.record({ key, answer: fc.constantFrom(null, 'ok') }),
  tallies: few(tally),
  homes: few(home),
  policyHash: fc.constantFrom('h1', 'h2'),
  sealKey: fc.constantFrom('5ea1', '5ea2'),
};

/** NB. Of all that may be said each says a little, or none would ever fit. */
function some<Parts extends object>(
  of: { [Name in keyof Parts]: fc.Arbitrary<Parts[Name]> },
  most: number,
): fc.Arbitrary<Partial<Parts>> {
  const names = Object.keys(of) as (keyof Parts)[];
  return fc
    .tuple(fc.subarray(names, { maxLength: most }), fc.record(of))
    .map(([picked, all]) =>
      Object.fromEntries(picked.map((name) => [name, all[name]])),
    ) as fc.Arbitrary<Partial<Parts>>;
}

const whole = fc
  .tuple(time, some(parts, 5))
  .map(([at, changes]): Commit => ({ at, expecting: [], ...changes }));
const work = fc
  .record({ at: time, effects: few(draft), cancels: fc.array(key, { maxLength: 1 }) })
  .map((changes): Commit => ({ expecting: [], ...changes }));
const commit = fc.oneof(whole, work);

const limits = {
  only: fc.record({
    effect: fc.integer({ min: 1, max: 4 }),
    attempt: fc.integer({ min: 1, max: 2 }),
  }),
  overdueBy: fc.nat(20),
  fromLane: fc.nat(2),
  toLane: fc.nat(2),
};
const lease = fc
  .tuple(fc.record({ now: time, limit: fc.nat(3) }), some(limits, 1))
  .map(([query, more]): LeaseQuery => ({ leaseFor: () => 10, ...query, ...more }));

const next: fc.Arbitrary<Settlement['next']> = fc.oneof(
  fc.constant({ kind: 'done' as const }),
  fc.record({ kind: fc.constant('noted' as const), aftermath: fc.record({ until: time }) }),
  fc.record({
    kind: fc.constant('again' as const),
    dueAt: time,
    failures: fc.nat(2),
    progress: fc.constantFrom(null, { step: 1 }),
  }),
);

type Step =
  | { readonly commit: Commit; readonly settles?: { nth: number; next: Settlement['next'] } }
  | { readonly lease: LeaseQuery }
  | { readonly prune: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ commit }) },
  {
    weight: 2,
    arbitrary: fc.record({ commit, settles: fc.record({ nth: fc.nat(2), next }) }),
  },
  { weight: 3, arbitrary: fc.record({ lease }) },
  { weight: 1, arbitrary: fc.record({ prune: time }) },
);

it('answers as SQLite does, whatever happens to both', async () => {
  const steps = fc.array(step, { maxLength: 30, size: 'max' });
  const property = fc.asyncProperty(steps, async (life) => {
    const stores = [openMemory(), openSqlite({ file: ':memory:', log: silentLog })] as const;
    const taken: EffectRow[] = [];
    for (const one of life) {
      const [mine, theirs] = [await done(stores[0], one, taken), await done(stores[1], one, taken)];
      expect(mine).toEqual(theirs);
      if ('lease' in one && Array.isArray(theirs)) taken.push(...theirs);
      expect(await told(stores[0])).toEqual(await told(stores[1]));
    }
    for (const store of stores) await store.close();
  });
  await fc.assert(property, { numRuns: 25 });
}, 30_000);

async function done(store: Store, step: Step, taken: readonly EffectRow[]): Promise<unknown> {
  if ('prune' in step) return store.prune(step.prune);
  if ('lease' in step) return store.lease(step.lease);
  const row = taken.at(-1 - (step.settles?.nth ?? 0));
  const settles = row &&
    step.settles && { effect: row.id, attempt: row.attempt, next: step.settles.next };
  return store.commit({ ...step.commit, ...(settles && { settles }) }).catch(() => 'refused');
}

/** All that a store tells when it is asked. */
async function told(store: Store): Promise<readonly unknown[]> {
  const everyone = { accounts: new Set(['slack/T1/U1']), emails: new Set(EMAILS.slice(1)) };
  const ids = REQUESTS.map(example.requestId);
  return Promise.all([
    ...ids.map((id) => store.request(id)),
    ...ids.map((id) => store.copiesOf(id)),
    ...PEOPLE.map((id) => store.person(id)),
    ...PEOPLE.map((requester) => store.requests({ requester, limit: 2 })),
    ...EMAILS.map((email) => store.peopleByEmail(email)),
    ...EMAILS.map((email) => store.peopleEverOf(email)),
    ...KEYS.flatMap((key) => [store.effect(key), store.inbox(key), store.tally(key)]),
    ...KEYS.map((key) => store.text(key)),
    ...[10, 30, LATEST].flatMap((at) => [store.dueCount(at), store.upcoming(at - 10, at + 10)]),
    ...['U1', 'U2', 'U3'].map((user) => store.personByAccount(accountOf(user))),
    store.requests({ limit: 9 }),
    store.requests({ role: 'lb-admin', statuses: ['pending', 'active', 'ended'], limit: 9 }),
    store.requests({ unreviewed: true, limit: 9 }),
    store.requestsAfter('r1', 9),
    store.requestCount(),
    store.accesses(),
    store.people([...PEOPLE].reverse()),
    store.homes([...PEOPLE].reverse()),
    store.homesIn(everyone),
    store.laggingCopies(),
    store.entries({ afterSeq: 2, limit: 5 }),
    store.entries({ afterSeq: 1, limit: 2, id: 'r1', subject: 'request' }),
    store.entries({ afterSeq: 0, limit: 9, subject: 'request' }),
    store.lastEntry(),
    store.nextDueAt(),
    store.policyHash(),
    store.sealKey(),
    store.lastCommittedAt(),
    store.version({ kind: 'installation' }),
  ]);
}
