/**
 * How much one account may ask of Hallpass: a burst, and then one thing a second. Whatever is taken in
 * costs calls at the platform, whose limits everybody shares.
 */
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';

export const BURST = 20;
const EVERY: Millis = SECOND;
const REMEMBERED = 10_000;

export class Pace {
  readonly #clock: Clock;
  readonly #burst: number;
  /** Who came last stands last. */
  readonly #seen = new Map<string, { readonly left: number; readonly at: Millis }>();

  constructor(clock: Clock, burst: number) {
    this.#clock = clock;
    this.#burst = burst;
  }

  /** 0: go on; otherwise how long to wait. */
  take(who: string): Millis {
    const at = this.#clock.monotonic();
    const before = this.#seen.get(who) ?? { left: this.#burst, at };
    const left = Math.min(this.#burst, before.left + (at - before.at) / EVERY);
    const isFree = left >= 1;
    this.#seen.delete(who);
    this.#seen.set(who, { left: isFree ? left - 1 : left, at });
    this.#forget();
    return isFree ? 0 : EVERY;
  }

  #forget(): void {
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}
