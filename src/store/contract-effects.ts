/** The part of the contract that is about work for after the commit. */
import { describe, expect, it } from 'vitest';
import { commit, effect, NOON } from './contract-examples.ts';
import type { Commit, EffectDraft, EffectRow, LeaseQuery, Settlement, Store } from './store.ts';

const LEASE = 1000;
const DONE: Settlement['next'] = { kind: 'done' };
const NOTHING_LEFT = { progress: null, aftermath: null };

export function describeEffects(store: () => Store): void {
  const draft = (key: string, changes: Partial<EffectDraft> = {}, at = NOON) =>
    write({ at, effects: [effect(key, changes)] });
  const write = async (changes: Partial<Commit>): Promise<readonly EffectRow[]> => {
    const result = await store().commit(commit(changes));
    if (result.kind === 'conflict') throw new Error(`conflict on ${result.on}`);
    return result.effects;
  };
  const lease = (changes: Partial<LeaseQuery> = {}) =>
    store().lease({ now: NOON, leaseFor: () => LEASE, limit: 9, ...changes });
  const leaseOne = async (changes: Partial<LeaseQuery> = {}): Promise<EffectRow> => {
    const [row, ...more] = await lease(changes);
    if (row === undefined || more.length > 0) throw new Error('not one');
    return row;
  };
  const settle = (row: EffectRow, next: Settlement['next'] = DONE, more: Partial<Commit> = {}) =>
    store().commit(commit({ ...more, settles: { effect: row.id, attempt: row.attempt, next } }));
  const again = { kind: 'again', dueAt: NOON + 10, failures: 2, progress: { step: 1 } } as const;

  describe('effects', () => {
    it('tells which effects a commit added', async () => {
      const added = await draft('a');
      expect(added).toEqual([
        {
          ...effect('a'),
          ...{ id: 1, attempt: 1, failures: 0, leasedUntil: null },
          ...NOTHING_LEFT,
        },
      ]);
      expect(await store().effect('a')).toEqual(added[0]);
    });

    it('leases what is due, by lane and then by time', async () => {
      await draft('late', { dueAt: NOON + 1 });
      await draft('slow', { lane: 2, dueAt: NOON - 9 });
      await draft('second', { dueAt: NOON - 1 });
      await draft('first', { dueAt: NOON - 2 });
      const taken = await lease({ limit: 3 });
      expect(taken.map(({ key }) => key)).toEqual(['first', 'second', 'slow']);
      expect(taken.map(({ leasedUntil }) => leasedUntil)).toEqual(Array(3).fill(NOON + LEASE));
      expect(await lease()).toEqual([]);
    });

    it('keeps the time by which it has leased, and of no lease none', async () => {
      await draft('a');
      expect(await lease({ now: NOON - 1 })).toEqual([]);
      expect(await store().lastCommittedAt()).toBe(NOON);
      await leaseOne({ now: NOON + 5_000 });
      expect(await store().lastCommittedAt()).toBe(NOON + 5_000);
      expect(await lease({ now: NOON + 5_001 })).toEqual([]);
      expect(await store().lastCommittedAt()).toBe(NOON + 5_000);
    });

    it('gives each effect to one of many workers that come at once', async () => {
      for (let nth = 0; nth < 20; nth += 1) await draft(`e${nth}`);
      const shares = await Promise.all(Array.from({ length: 30 }, () => lease({ limit: 1 })));
      const keys = shares.flat().map(({ key }) => key);
      expect(new Set(keys).size).toBe(20);
      expect(keys).toHaveLength(20);
    });

    it('leases no more than it is asked for', async () => {
      for (const key of ['a', 'b', 'c']) await draft(key);
      expect(await lease({ limit: 2 })).toHaveLength(2);
    });

    it('leases one effect only for the attempt that would run, and when it is due', async () => {
      const [row] = await draft('a', { dueAt: NOON + 5 });
      const only = { effect: row?.id ?? 0, attempt: 1 };
      expect(await lease({ only })).toEqual([]);
      const due = NOON + 5;
      expect(await lease({ only: { ...only, attempt: 2 }, now: due })).toEqual([]);
      expect(await lease({ only, now: due })).toHaveLength(1);
      expect(await lease({ only, now: due })).toEqual([]);
    });

    it('leases what fell due long enough ago', async () => {
      await draft('old', { dueAt: NOON - 100 });
      await draft('new', { dueAt: NOON - 10 });
      expect((await leaseOne({ overdueBy: 50 })).key).toBe('old');
    });

    it('gives an attempt whose lease ran out another number', async () => {
      await draft('a');
      const lost = await leaseOne();
      expect(await lease({ now: NOON + LEASE - 1 })).toEqual([]);
      const next = await leaseOne({ now: NOON + LEASE });
      expect([lost.attempt, next.attempt]).toEqual([1, 2]);
      expect(await settle(lost)).toEqual({ kind: 'conflict', on: 'effect' });
      expect((await settle(next)).kind).toBe('committed');
      expect(await store().effect('a')).toBeUndefined();
    });

    it('leaves nothing behind when the attempt that is settled is not the one that runs', async () => {
      const [row] = await draft('a');
      if (row === undefined) throw new Error('not added');
      const follow = { effects: [effect('b')] };
      expect(await settle(row, DONE, follow)).toEqual({ kind: 'conflict', on: 'effect' });
      expect(await settle({ ...row, id: 77 }, DONE, follow)).toMatchObject({ on: 'effect' });
      expect(await store().effect('b')).toBeUndefined();
    });

    it('lets what is not done yet fall due again, with what the attempt left', async () => {
      await draft('a');
      const result = await settle(await leaseOne(), again);
      expect(result).toMatchObject({ effects: [{ key: 'a', attempt: 2, dueAt: NOON + 10 }] });
      const next = await leaseOne({ now: NOON + 10 });
      expect(next).toMatchObject({ attempt: 2, failures: 2, progress: { step: 1 } });
    });

    it('keeps nothing of what an attempt that was lost went by', async () => {
      await draft('a');
      await settle(await leaseOne(), again);
      const lost = await leaseOne({ now: NOON + 10 });
      expect(lost.progress).toEqual({ step: 1 });
      const next = await leaseOne({ now: NOON + 10 + LEASE });
      expect(next).toMatchObject({ attempt: 3, progress: null });
    });

    const aftermath = { until: NOON + 50, receipt: { job: 7 } };

    it('begins nothing before it shows what came of an attempt, whatever is drafted meanwhile', async () => {
      await draft('a');
      const running = await leaseOne();
      await draft('a', { payload: 'new' });
      const moved = { payload: 'new', dueAt: NOON + 50, progress: null, aftermath };
      expect(await settle(running, { ...again, aftermath })).toMatchObject({ effects: [moved] });
      expect(await draft('a', { payload: 'newer' })).toMatchObject([
        { ...moved, payload: 'newer' },
      ]);
      expect(await lease({ now: NOON + 49 })).toEqual([]);
      expect(await leaseOne({ now: NOON + 50 })).toMatchObject({ attempt: 2, aftermath });
    });

    it('keeps what may still come of an attempt until one that says what did', async () => {
      await draft('a');
      await settle(await leaseOne(), { ...again, aftermath });
      const lost = await leaseOne({ now: NOON + 10 });
      expect(lost).toMatchObject({ attempt: 2, aftermath });
      const found = await leaseOne({ now: NOON + 10 + LEASE });
      expect(found).toMatchObject({ attempt: 3, aftermath });
      const next = { ...again, dueAt: NOON + 2 * LEASE };
      expect(await settle(found, next)).toMatchObject({ effects: [{ aftermath }] });
      const knowing = await leaseOne({ now: next.dueAt });
      const known = await settle(knowing, { ...next, aftermath: null });
      expect(known).toMatchObject({ effects: [{ aftermath: null }] });
    });

    it('is told on the way what may come of an attempt, which goes on and is still the one that runs', async () => {
      await draft('a');
      const running = await leaseOne();
      const noted = { kind: 'noted', aftermath } as const;
      expect(await settle(running, noted)).toMatchObject({ kind: 'committed', effects: [] });
      expect(await lease({ now: NOON + 1 })).toEqual([]);
      expect(await store().effect('a')).toMatchObject({ ...running, aftermath });
      const lost = await leaseOne({ now: NOON + 10 + LEASE });
      expect(lost).toMatchObject({ attempt: 2, aftermath });
      expect(await settle(running, noted)).toEqual({ kind: 'conflict', on: 'effect' });
      await settle(lost, { ...again, dueAt: NOON + 2 * LEASE, aftermath: null });
      expect(await store().effect('a')).toMatchObject({ aftermath: null });
    });

    it('keeps what is noted while the attempt is drafted anew or cancelled', async () => {
      await draft('a');
      const running = await leaseOne();
      await draft('a', { payload: 'new' });
      await settle(running, { kind: 'noted', aftermath });
      expect(await settle(running)).toMatchObject({ effects: [{ payload: 'new' }] });
    });

    it('never gives an id twice', async () => {
      const [first] = await draft('a');
      await settle(await leaseOne());
      const [second] = await draft('a');
      expect(second?.id).toBeGreaterThan(first?.id ?? 0);
    });

    it('melts a second draft into one that waits', async () => {
      await draft('a');
      await settle(await leaseOne(), again);
      const changed = { payload: { new: true }, lane: 0, dueAt: NOON + 99 };
      const [row] = await draft('a', changed);
      expect(row).toMatchObject({ ...changed, attempt: 2, failures: 0, progress: null });
      expect(await store().upcoming(0, NOON * 2)).toEqual([row]);
    });

    it.each([
      ['done', DONE],
      ['to be tried again', again],
    ])('keeps a draft for one that runs until that is settled as %s', async (_, next) => {
      await draft('a');
      const running = await leaseOne();
      expect(await draft('a', { payload: 'new', dueAt: NOON + 30 })).toEqual([]);
      expect(await store().effect('a')).toEqual(running);
      const result = await settle(running, next);
      const moved = { payload: 'new', dueAt: NOON + 30, attempt: 2, failures: 0, progress: null };
      expect(result).toMatchObject({ effects: [{ id: running.id, ...moved, leasedUntil: null }] });
    });

    it('makes new work of a draft in the commit that settles its key', async () => {
      await draft('a');
      const result = await settle(await leaseOne(), DONE, { effects: [effect('a')] });
      expect(result).toMatchObject({ effects: [{ key: 'a', id: 2, attempt: 1 }] });
    });

    it('gives a draft to the next attempt when the one that ran is lost', async () => {
      await draft('a');
      const lost = await leaseOne();
      await draft('a', { payload: 'new' });
      const next = await leaseOne({ now: NOON + LEASE });
      expect(next).toMatchObject({ attempt: 2, payload: 'new' });
      expect(await settle(lost)).toMatchObject({ on: 'effect' });
    });

    it('does not let a lost attempt settle what was drafted after its lease', async () => {
      await draft('a');
      const lost = await leaseOne();
      const [moved] = await draft('a', { payload: 'new' }, NOON + LEASE);
      expect(moved).toMatchObject({ attempt: 2, payload: 'new', leasedUntil: null });
      expect(await settle(lost)).toMatchObject({ on: 'effect' });
    });

    it('forgets a cancelled effect at once when nobody works on it', async () => {
      await draft('a');
      await write({ cancels: ['a', 'unknown'] });
      expect(await store().effect('a')).toBeUndefined();
    });

    it('forgets a cancelled effect when the attempt that runs is settled, however it ended', async () => {
      await draft('a');
      const running = await leaseOne();
      await write({ cancels: ['a'] });
      expect(await store().effect('a')).toEqual(running);
      expect(await settle(running, again)).toMatchObject({ kind: 'committed', effects: [] });
      expect(await store().effect('a')).toBeUndefined();
    });

    it('forgets a cancelled effect whose attempt was lost', async () => {
      await draft('a');
      await leaseOne();
      await write({ cancels: ['a'] });
      expect(await lease({ now: NOON + LEASE })).toEqual([]);
      expect(await store().effect('a')).toBeUndefined();
    });

    it('takes a draft after the cancelling for new work', async () => {
      await draft('a');
      const running = await leaseOne();
      await write({ cancels: ['a'] });
      await draft('a', { payload: 'new' });
      await settle(running);
      expect(await store().effect('a')).toMatchObject({ payload: 'new', attempt: 2 });
    });

    it('knows when the next one falls due, and how many are due', async () => {
      expect(await store().nextDueAt()).toBeUndefined();
      await draft('a', { dueAt: NOON - 5 });
      await draft('b', { dueAt: NOON + 5 });
      expect(await store().nextDueAt()).toBe(NOON - 5);
      await lease();
      expect(await store().nextDueAt()).toBe(NOON + 5);
      expect([await store().dueCount(NOON), await store().dueCount(NOON + 5)]).toEqual([1, 2]);
      expect((await store().upcoming(0, NOON * 2)).map(({ key }) => key)).toEqual(['a', 'b']);
      expect(await store().upcoming(NOON * 2, NOON * 3)).toEqual([]);
    });
  });
}
