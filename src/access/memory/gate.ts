/** A gate that exists in this process only. It may outlive the provider that writes it. */
import type { Clock } from '../../clock.ts';
import type { Instant } from '../../core/time.ts';

export interface GateEntry {
  /** null: it stands until somebody removes it. */
  readonly until: Instant | null;
  /** Put there, or changed, by somebody who is not this program. */
  readonly byHand: boolean;
}

export interface GateOptions {
  /** `enforced`, the default: the gate itself turns people away at the end. */
  readonly nativeExpiry?: 'enforced' | 'none';
}

export class MemoryGate {
  readonly entries = new Map<string, GateEntry>();
  readonly nativeExpiry: 'enforced' | 'none';
  /** While true, every call to the provider fails: an outage. */
  unreachable = false;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();

  constructor(clock: Clock, options: GateOptions = {}) {
    this.#clock = clock;
    this.nativeExpiry = options.nativeExpiry ?? 'enforced';
  }

  /** Would the gate let this key in now? `key` as in `Plan`: `edge-admin for maya@example.com`. */
  opens(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    if (this.nativeExpiry === 'none' || entry.until === null) return true;
    return this.#clock.now() < entry.until;
  }

  putByHand(key: string, until: Instant | null): void {
    this.entries.set(key, { until, byHand: true });
  }

  /** 1, 2, 3 … for each name: what sentinel resources go by. */
  count(name: string): number {
    const next = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, next);
    return next;
  }

  /** The next `times` calls of `spend` are true. */
  owe(name: string, times: number): void {
    this.#counts.set(name, times);
  }

  spend(name: string): boolean {
    const left = this.#counts.get(name) ?? 0;
    this.#counts.set(name, Math.max(0, left - 1));
    return left > 0;
  }
}
