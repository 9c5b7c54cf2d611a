/** The part of the contract that is about one commit, or several at once. */
import { describe, expect, it } from 'vitest';
import { firstFault } from '../core/audit.ts';
import { STATUSES } from '../core/request.ts';
import {
  access,
  ada,
  asked,
  asking,
  ben,
  commit,
  effect,
  NOON,
  person,
  request,
  requestId,
  right,
} from './contract-examples.ts';
import type { Scope, Store } from './store.ts';

const ONE: Scope = { kind: 'request', id: requestId('r1') };
const HERE: Scope = { kind: 'installation' };

export function describeCommits(store: () => Store): void {
  describe('commit', () => {
    it.each(STATUSES)('gives back a request that is %s as it was written', async (status) => {
      const written = request('r1', status);
      await store().commit(commit({ requests: [written] }));
      expect(await store().request(written.id)).toEqual({ value: written, version: 1 });
    });

    it('gives back an access as it was written', async () => {
      await store().commit(commit({ accesses: [access()] }));
      expect(await store().access(right().accessId)).toEqual({ value: access(), version: 1 });
      expect(await store().accesses()).toEqual([{ value: access(), version: 1 }]);
    });

    it('moves each scope that it writes or touches by one, however often it is named', async () => {
      const mine: Scope = { kind: 'person-role', id: ada, role: 'lb-admin' };
      const writes = { requests: [request('r1')], touches: [ONE, mine, mine], policyHash: 'h1' };
      await store().commit(commit({ ...writes, people: [person(ada, ['U1'])] }));
      const scopes: Scope[] = [ONE, mine, HERE, { kind: 'person', id: ada }];
      for (const scope of scopes) expect(await store().version(scope)).toBe(1);
      expect(await store().version({ kind: 'person-role', id: ada, role: 'other' })).toBe(0);
      expect(await store().policyHash()).toBe('h1');
    });

    it('keeps a standstill until it is taken back, and moves the installation by each', async () => {
      expect(await store().standstill()).toBeNull();
      const standstill = { by: ada, why: { digest: 'why' }, since: NOON };
      await store().commit(commit({ standstill }));
      expect(await store().standstill()).toEqual(standstill);
      await store().commit(commit({ policyHash: 'h1' }));
      expect(await store().standstill()).toEqual(standstill);
      await store().commit(commit({ standstill: null }));
      expect(await store().standstill()).toBeNull();
      expect(await store().version(HERE)).toBe(3);
    });

    it('lets one of two commits win that decided upon the same version', async () => {
      await store().commit(asking('r1'));
      const change = commit({
        expecting: [{ scope: ONE, version: 1 }],
        requests: [request('r1', 'withdrawn')],
      });
      const results = await Promise.all([store().commit(change), store().commit(change)]);
      expect(results.map(({ kind }) => kind)).toEqual(['committed', 'conflict']);
      expect(await store().version(ONE)).toBe(2);
    });

    it('leaves nothing behind when it conflicts', async () => {
      await store().commit(commit({ effects: [effect('old')] }));
      const stale = { ...asking('r1'), expecting: [{ scope: HERE, version: 7 }] };
      const result = await store().commit({
        ...stale,
        cancels: ['old'],
        received: { key: 'd1', at: NOON, delivery: {} },
        tallies: [{ key: 't1', op: 'open', detail: null }],
        people: [person(ada, ['U1'])],
        policyHash: 'other',
      });
      expect(result).toEqual({ kind: 'conflict', on: 'installation' });
      expect(await store().request(requestId('r1'))).toBeUndefined();
      expect(await store().version(ONE)).toBe(0);
      expect(await store().lastEntry()).toBeUndefined();
      expect(await store().text('reason of r1')).toBeUndefined();
      expect(await store().copiesOf(requestId('r1'))).toEqual([]);
      expect((await store().upcoming(0, NOON * 2)).map(({ key }) => key)).toEqual(['old']);
      expect(await store().inbox('d1')).toBeUndefined();
      expect(await store().tally('t1')).toBeUndefined();
      expect(await store().person(ada)).toBeUndefined();
      expect(await store().policyHash()).toBeUndefined();
    });

    it('lets the others of a group through when every third conflicts', async () => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, nth) => {
          const stale = [{ scope: HERE, version: 1 }];
          const one = asking(`r${nth}`);
          return store().commit(nth % 3 === 2 ? { ...one, expecting: stale } : one);
        }),
      );
      const kinds = results.map(({ kind }) => kind);
      expect(kinds).toEqual(kinds.map((_, nth) => (nth % 3 === 2 ? 'conflict' : 'committed')));
      const entries = await store().entries({ afterSeq: 0, limit: 1000 });
      expect(entries).toHaveLength(67);
      expect(firstFault(entries)).toBeUndefined();
      expect(results.flatMap((one) => (one.kind === 'committed' ? one.entries : []))).toEqual(
        entries,
      );
    });

    it('undoes one commit that cannot be written, and none of its neighbours', async () => {
      const bad = {
        ...asking('r2'),
        requests: [{ ...request('r2'), status: 'lost' as 'pending' }],
      };
      const [first, second, third] = await Promise.allSettled([
        store().commit(asking('r1')),
        store().commit(bad),
        store().commit(asking('r3')),
      ]);
      expect([first.status, second.status, third.status]).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(await store().version({ kind: 'request', id: requestId('r2') })).toBe(0);
      const entries = await store().entries({ afterSeq: 0, limit: 9 });
      expect(entries.map(({ id }) => id)).toEqual(['r1', 'r3']);
      expect(firstFault(entries)).toBeUndefined();
    });

    it('takes a delivery once', async () => {
      const received = { key: 'd1', at: NOON, delivery: { text: '/jit' } };
      await store().commit(commit({ received }));
      const again = await store().commit(commit({ received, happenings: [asked('r1')] }));
      expect(again).toEqual({ kind: 'conflict', on: 'inbox' });
      expect(await store().inbox('d1')).toEqual({ row: received, answer: null });
    });

    it('keeps the first answer to a delivery', async () => {
      const received = { key: 'd1', at: NOON, delivery: null };
      await store().commit(commit({ received, answered: { key: 'd1', answer: { n: 1 } } }));
      await store().commit(commit({ answered: { key: 'd1', answer: { n: 2 } } }));
      expect((await store().inbox('d1'))?.answer).toEqual({ n: 1 });
    });

    it('forgets what was delivered as soon as it is answered', async () => {
      const received = { key: 'd1', at: NOON, delivery: { text: '/jit lb-admin because' } };
      await store().commit(commit({ received }));
      await store().commit(commit({ answered: { key: 'd1', answer: 'ok' } }));
      expect((await store().inbox('d1'))?.row.delivery).toBeNull();
    });

    it('does not make two people of one account', async () => {
      const meet = (id: typeof ada) => commit({ people: [person(id, ['U1'])] });
      const results = await Promise.all([store().commit(meet(ada)), store().commit(meet(ben))]);
      expect(results.map(({ kind }) => kind)).toEqual(['committed', 'conflict']);
    });

    it('does not make two people of one e-mail who are met at once', async () => {
      const meet = (id: typeof ada) => commit({ people: [person(id, [id], 'a@example.com')] });
      const results = await Promise.all([store().commit(meet(ada)), store().commit(meet(ben))]);
      expect(results.map(({ kind }) => kind)).toEqual(['committed', 'conflict']);
      expect(await store().person(ben)).toBeUndefined();
    });

    it('makes two people of one e-mail for whoever has seen the first as they still are', async () => {
      await store().commit(commit({ people: [person(ada, ['U1'], 'a@example.com')] }));
      const seen = (version: number) => [{ scope: { kind: 'person', id: ada }, version } as const];
      const people = [person(ben, ['U2'], 'a@example.com')];
      expect((await store().commit(commit({ people, expecting: seen(0) }))).kind).toBe('conflict');
      expect((await store().commit(commit({ people, expecting: seen(1) }))).kind).toBe('committed');
      const found = await store().peopleByEmail('a@example.com');
      expect(found.map(({ value }) => value.principal.id)).toEqual([ada, ben]);
    });

    it('lets somebody who is known take an e-mail that somebody else has, and no e-mail too', async () => {
      await store().commit(commit({ people: [person(ada, ['U1'], 'a@example.com')] }));
      await store().commit(commit({ people: [person(ben, ['U2'])] }));
      for (const email of ['a@example.com', '']) {
        const people = [person(ben, ['U2'], email)];
        expect((await store().commit(commit({ people }))).kind).toBe('committed');
      }
    });

    it('moves an account from one person to another when both are written', async () => {
      await store().commit(commit({ people: [person(ada, ['U1', 'U2'])] }));
      await store().commit(commit({ people: [person(ben, ['U2']), person(ada, ['U1'])] }));
      const account = { platform: 'slack', tenant: 'T1', userId: 'U2' };
      expect((await store().personByAccount(account))?.value.principal.id).toBe(ben);
    });

    it('counts in a tally that is open, and conflicts on any other', async () => {
      const open = commit({ tallies: [{ key: 't', op: 'open', detail: { of: 'x' } }] });
      const count = commit({ tallies: [{ key: 't', op: 'count' }] });
      expect((await store().commit(count)).kind).toBe('conflict');
      expect((await store().commit(open)).kind).toBe('committed');
      expect((await store().commit(open)).kind).toBe('conflict');
      await store().commit(count);
      expect(await store().tally('t')).toEqual({
        key: 't',
        openedAt: NOON,
        count: 1,
        detail: { of: 'x' },
      });
      const close = (seen: number) => commit({ tallies: [{ key: 't', op: 'close', count: seen }] });
      expect((await store().commit(close(0))).kind).toBe('conflict');
      expect((await store().commit(close(1))).kind).toBe('committed');
      expect(await store().tally('t')).toBeUndefined();
    });

    it('remembers the latest time that anything was committed at', async () => {
      expect(await store().lastCommittedAt()).toBe(0);
      await Promise.all([store().commit(commit({ at: 50 })), store().commit(commit({ at: 40 }))]);
      await store().commit(commit({ at: 30 }));
      await store().commit(commit({ at: 90, expecting: [{ scope: HERE, version: 3 }] }));
      const settles = { effect: 1, attempt: 1, next: { kind: 'done' } } as const;
      await store().commit(commit({ at: 80, settles }));
      expect(await store().lastCommittedAt()).toBe(50);
    });

    it('refuses what comes after the closing, and writes what came before it', async () => {
      const before = store().commit(asking('r1'));
      const closing = store().close();
      await expect(store().commit(asking('r2'))).rejects.toMatchObject({ code: 'unavailable' });
      expect((await before).kind).toBe('committed');
      await closing;
      await expect(store().request(requestId('r1'))).rejects.toThrow();
    });
  });
}
