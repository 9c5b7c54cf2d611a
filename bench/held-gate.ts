/** A gate that ends nothing by itself, notes when something leaves it, and holds what it was filled with by rule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type GateEntry, MemoryGate } from '../src/access/memory/gate.ts';
import type { Held } from './prefill.ts';
import { laterBy } from './prefill.ts';

/** The gate's own book. */
class WatchedEntries extends Map<string, GateEntry> {
  readonly goneAt = new Map<string, number>();

  override delete(key: string): boolean {
    const was = super.delete(key);
    if (was) this.goneAt.set(key, Date.now());
    return was;
  }

  async emptied(until: number): Promise<void> {
    while (this.size > 0) {
      if (Date.now() > until) throw new Error(`${this.size} entries never left the gate`);
      await sleep(20);
    }
  }
}

export class WatchedGate extends MemoryGate {
  override readonly entries = new WatchedEntries();
}

/** NB. The gate is not the program: a hundred thousand entries of its book are worked out, not kept. */
class HeldEntries extends WatchedEntries {
  readings = 0;
  readonly #held: Held;

  constructor(held: Held) {
    super();
    this.#held = held;
  }

  override get(key: string): GateEntry | undefined {
    const address = /^lb-held for 10\.(\d+)\.(\d+)\.(\d+)$/.exec(key);
    if (address === null) return super.get(key);
    this.readings += 1;
    const [, high, middle, low] = address.map(Number) as [number, number, number, number];
    const { grants, endsAt } = this.#held;
    return { until: endsAt + laterBy((high << 16) | (middle << 8) | low, grants), byHand: false };
  }
}

export class HeldGate extends MemoryGate {
  override readonly entries: HeldEntries;

  constructor(clock: ConstructorParameters<typeof MemoryGate>[0], held: Held) {
    super(clock, { nativeExpiry: 'none' });
    this.entries = new HeldEntries(held);
  }
}
