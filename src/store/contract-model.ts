/** Random lives of an effect, beside the smallest model that says what must come of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commit, effect } from './contract-examples.ts';
import type { EffectRow, Settlement, Store } from './store.ts';

const LEASE = 10;

interface Modelled {
  readonly payload: number;
  readonly attempt: number;
  readonly leasedUntil: number | null;
  readonly again: number | null;
  readonly cancelled: boolean;
}

const FRESH = { leasedUntil: null, again: null, cancelled: false };

type Step =
  | { readonly do: 'draft' | 'cancel' | 'lease' }
  | { readonly do: 'settle'; readonly nth: number; readonly done: boolean }
  | { readonly do: 'wait'; readonly for: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('draft', 'cancel') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lease') }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('settle'), nth: fc.nat(2), done: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), for: fc.constantFrom(1, LEASE) }) },
);

/** @param numRuns how many lives: fewer where each write waits for a disk */
export function describeEffectModel(store: () => Store, numRuns: number): void {
  it('lives through any order of drafting, leasing, settling and cancelling', async () => {
    let runs = 0;
    const steps = fc.array(step, { maxLength: 40, size: 'max' });
    const property = fc.asyncProperty(steps, async (life) => {
      const run = new Run(store(), `effect ${++runs}`);
      for (const one of life) await run.step(one);
    });
    await fc.assert(property, { numRuns });
  });
}

class Run {
  readonly #store: Store;
  readonly #key: string;
  /** Every lease ever taken, so that late ones are settled too. */
  readonly #taken: EffectRow[] = [];
  #row: Modelled | undefined;
  #now = 1000;
  #payload = 0;

  constructor(store: Store, key: string) {
    this.#store = store;
    this.#key = key;
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'wait') this.#now += step.for;
    else if (step.do === 'settle') await this.#settle(step.nth, step.done);
    else if (step.do === 'draft') await this.#draft();
    else if (step.do === 'cancel') await this.#cancel();
    else await this.#lease();
    const stored = await this.#store.effect(this.#key);
    const { payload, attempt, leasedUntil } = this.#row ?? {};
    expect([stored?.payload, stored?.attempt, stored?.leasedUntil]).toEqual([
      payload,
      attempt,
      leasedUntil,
    ]);
  }

  async #draft(): Promise<void> {
    const payload = ++this.#payload;
    const draft = effect(this.#key, { payload, dueAt: this.#now });
    await this.#store.commit(commit({ at: this.#now, effects: [draft] }));
    const row = this.#row;
    if (row === undefined) this.#row = { payload, attempt: 1, ...FRESH };
    else if (this.#isLeased(row)) this.#row = { ...row, again: payload, cancelled: false };
    else this.#row = { payload, attempt: attemptToRun(row), ...FRESH };
  }

  async #cancel(): Promise<void> {
    await this.#store.commit(commit({ at: this.#now, cancels: [this.#key] }));
    const row = this.#row;
    const running = row !== undefined && this.#isLeased(row);
    this.#row = running ? { ...row, again: null, cancelled: true } : undefined;
  }

  async #lease(): Promise<void> {
    const found = await this.#store.effect(this.#key);
    const only = { effect: found?.id ?? 0, attempt: found?.attempt ?? 0 };
    const leaseFor = () => LEASE;
    const taken = await this.#store.lease({ now: this.#now, leaseFor, limit: 1, only });
    this.#taken.push(...taken);
    const row = this.#row;
    const free = row !== undefined && !this.#isLeased(row);
    expect(taken).toHaveLength(free && !row.cancelled ? 1 : 0);
    if (!free) return;
    const payload = row.again ?? row.payload;
    const leased = { ...FRESH, leasedUntil: this.#now + LEASE };
    this.#row = row.cancelled ? undefined : { payload, attempt: attemptToRun(row), ...leased };
  }

  async #settle(nth: number, done: boolean): Promise<void> {
    const taken = this.#taken.at(-1 - nth);
    if (taken === undefined) return;
    const next: Settlement['next'] = done
      ? { kind: 'done' }
      : { kind: 'again', dueAt: this.#now, failures: 1, progress: null };
    const settles = { effect: taken.id, attempt: taken.attempt, next };
    const result = await this.#store.commit(commit({ at: this.#now, settles }));
    const row = this.#row;
    const current = this.#taken.at(-1) === taken && row?.leasedUntil === taken.leasedUntil;
    expect(result.kind).toBe(row !== undefined && current ? 'committed' : 'conflict');
    if (row === undefined || !current) return;
    const payload = row.again ?? row.payload;
    const over = row.again === null && (done || row.cancelled);
    this.#row = over ? undefined : { payload, attempt: row.attempt + 1, ...FRESH };
  }

  #isLeased(row: Modelled): boolean {
    return row.leasedUntil !== null && row.leasedUntil > this.#now;
  }
}

function attemptToRun(row: Modelled): number {
  return row.leasedUntil === null ? row.attempt : row.attempt + 1;
}
