/** Random lives of a few effects, beside the smallest model that says what must come of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commit, effect } from './contract-examples.ts';
import type { EffectRow, Settlement, Store } from './store.ts';

const LEASE = 10;

interface Modelled {
  payload: number;
  attempt: number;
  leasedUntil: number | null;
  again: number | null;
  cancelled: boolean;
}

type Step =
  | { readonly do: 'draft' | 'cancel' | 'lease'; readonly key: string }
  | { readonly do: 'settle'; readonly nth: number; readonly done: boolean }
  | { readonly do: 'wait'; readonly for: number };

const key = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('draft', 'cancel', 'lease'), key }),
  fc.record({ do: fc.constant('settle'), nth: fc.nat(5), done: fc.boolean() }),
  fc.record({ do: fc.constant('wait'), for: fc.constantFrom(1, LEASE) }),
);

export function describeEffectModel(store: () => Store): void {
  it('lives through any order of drafting, leasing, settling and cancelling', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = new Run(store());
        for (const one of steps) await run.step(one);
        await run.clear();
      }),
      { numRuns: 60 },
    );
  });
}

class Run {
  readonly #store: Store;
  readonly #model = new Map<string, Modelled>();
  /** Every lease ever taken, so that late ones are settled too. */
  readonly #taken: EffectRow[] = [];
  #now = 1000;
  #payload = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'wait') this.#now += step.for;
    else if (step.do === 'settle') await this.#settle(step.nth, step.done);
    else
      await { draft: this.#draft, cancel: this.#cancel, lease: this.#lease }[step.do].call(
        this,
        step.key,
      );
    for (const key of ['a', 'b']) await this.#compare(key);
  }

  async clear(): Promise<void> {
    this.#now += LEASE;
    for (const key of this.#model.keys()) await this.#cancel(key);
    expect(await this.#store.unfinished(9)).toEqual([]);
  }

  async #draft(key: string): Promise<void> {
    const payload = ++this.#payload;
    await this.#store.commit(
      commit({ at: this.#now, effects: [effect(key, { payload, dueAt: this.#now })] }),
    );
    const row = this.#model.get(key);
    if (row === undefined)
      this.#model.set(key, {
        payload,
        attempt: 1,
        leasedUntil: null,
        again: null,
        cancelled: false,
      });
    else if (this.#isLeased(row)) Object.assign(row, { again: payload, cancelled: false });
    else renew(row, payload, row.leasedUntil === null ? 0 : 1);
  }

  async #cancel(key: string): Promise<void> {
    await this.#store.commit(commit({ at: this.#now, cancels: [key] }));
    const row = this.#model.get(key);
    if (row === undefined) return;
    if (this.#isLeased(row)) Object.assign(row, { again: null, cancelled: true });
    else this.#model.delete(key);
  }

  async #lease(key: string): Promise<void> {
    const found = await this.#store.effect(key);
    const only = { effect: found?.id ?? 0, attempt: found?.attempt ?? 0 };
    const taken = await this.#store.lease({
      now: this.#now,
      leaseFor: () => LEASE,
      limit: 1,
      only,
    });
    this.#taken.push(...taken);
    const row = this.#model.get(key);
    if (row === undefined || this.#isLeased(row)) return expect(taken).toEqual([]);
    if (row.cancelled) this.#model.delete(key);
    else {
      renew(row, row.again ?? row.payload, row.leasedUntil === null ? 0 : 1);
      row.leasedUntil = this.#now + LEASE;
    }
    expect(taken).toHaveLength(row.cancelled ? 0 : 1);
  }

  async #settle(nth: number, done: boolean): Promise<void> {
    const row = this.#taken[this.#taken.length - 1 - nth];
    if (row === undefined) return;
    const next: Settlement['next'] = done
      ? { kind: 'done' }
      : { kind: 'again', dueAt: this.#now, failures: 1, progress: null };
    const settles = { effect: row.id, attempt: row.attempt, next };
    const result = await this.#store.commit(commit({ at: this.#now, settles }));
    const held = this.#model.get(row.key);
    const fits = held?.attempt === row.attempt && held.leasedUntil === row.leasedUntil;
    expect(result.kind).toBe(fits && this.#isNewest(row) ? 'committed' : 'conflict');
    if (held === undefined || result.kind === 'conflict') return;
    if (held.again !== null) renew(held, held.again, 1);
    else if (done || held.cancelled) this.#model.delete(row.key);
    else renew(held, held.payload, 1);
  }

  async #compare(key: string): Promise<void> {
    const stored = await this.#store.effect(key);
    const { payload, attempt, leasedUntil } = this.#model.get(key) ?? {};
    expect([stored?.payload, stored?.attempt, stored?.leasedUntil]).toEqual([
      payload,
      attempt,
      leasedUntil,
    ]);
  }

  #isLeased(row: Modelled): boolean {
    return row.leasedUntil !== null && row.leasedUntil > this.#now;
  }

  /** A key that was finished and drafted anew begins with the first attempt, under another id. */
  #isNewest(row: EffectRow): boolean {
    return this.#taken.every((other) => other.key !== row.key || other.id <= row.id);
  }
}

function renew(row: Modelled, payload: number, more: number): void {
  const attempt = row.attempt + more;
  Object.assign(row, { payload, attempt, leasedUntil: null, again: null, cancelled: false });
}
