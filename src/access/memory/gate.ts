/** A gate that exists in this process only. It may outlive the provider that writes it. */
import type { Clock } from '../../clock.ts';
import type { Instant } from '../../core/time.ts';

export interface GateEntry {
  /** null: it stands until somebody removes it. */
  readonly until: Instant | null;
  /** Put there, or changed, by somebody who is not this program. */
  readonly byHand: boolean;
}

export type GateExpiry = 'enforced' | 'timer' | 'none';

export interface GateOptions {
  /**
   * `enforced`, the default: the gate itself turns people away at the end. `timer`: it does not look at
   * ends, and can be told to remove an entry at a moment.
   */
  readonly nativeExpiry?: GateExpiry;
}

export class MemoryGate {
  readonly entries = new Map<string, GateEntry>();
  readonly nativeExpiry: GateExpiry;
  /** While true, every call to the provider fails: an outage. */
  unreachable = false;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  readonly #uses: { readonly key: string; readonly at: Instant }[] = [];
  readonly #timers = new Map<string, { readonly at: Instant; readonly cancel: () => void }>();

  constructor(clock: Clock, options: GateOptions = {}) {
    this.#clock = clock;
    this.nativeExpiry = options.nativeExpiry ?? 'enforced';
  }

  /** Would the gate let this key in now? `key` as in `Plan`: `edge-admin for maya@example.com`. */
  opens(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    if (this.nativeExpiry !== 'enforced' || entry.until === null) return true;
    return this.#clock.now() < entry.until;
  }

  /** Somebody goes through, if they are let in. */
  use(key: string): void {
    if (this.opens(key)) this.#uses.push({ key, at: this.#clock.now() });
  }

  /** When, since then. */
  usesOf(key: string, since: Instant): readonly Instant[] {
    return this.#uses.filter((use) => use.key === key && use.at >= since).map(({ at }) => at);
  }

  putByHand(key: string, until: Instant | null): void {
    this.entries.set(key, { until, byHand: true });
  }

  /** What stands for this key is removed at that moment, whoever put it there. null: it is not. */
  setTimer(key: string, at: Instant | null): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    if (at === null) return;
    const cancel = this.#clock.after(at - this.#clock.now(), () => {
      this.#timers.delete(key);
      this.entries.delete(key);
    });
    this.#timers.set(key, { at, cancel });
  }

  timer(key: string): Instant | null {
    return this.#timers.get(key)?.at ?? null;
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
