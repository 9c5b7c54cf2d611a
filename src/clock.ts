/** The clock port, the system's clock, and one that tests step by hand. */
import type { Instant, Millis } from './core/time.ts';

export interface Clock {
  /** Wall-clock time. May step backwards when the system's clock is set. */
  now(): Instant;
  /** Milliseconds from an arbitrary start; never steps. */
  monotonic(): Millis;
  /** Calls `ring` once, at or after `delay`. The returned function cancels it. */
  after(delay: Millis, ring: () => void): () => void;
}

/** setTimeout takes 32-bit delays; a longer one would fire at once. */
const LONGEST_TIMER: Millis = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delay, ring) {
    const timer = setTimeout(ring, Math.min(Math.max(0, delay), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

interface Alarm {
  readonly at: Millis;
  readonly ring: () => void;
}

/** A clock that stands still until it is stepped. */
export class ManualClock implements Clock {
  #now: Instant;
  #monotonic: Millis = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  monotonic(): Millis {
    return this.#monotonic;
  }

  after(delay: Millis, ring: () => void): () => void {
    const alarm = { at: this.#monotonic + Math.max(0, delay), ring };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Time passes: alarms that fall due ring in their order, each at its own moment. */
  advance(by: Millis): void {
    const target = this.#monotonic + by;
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#alarms.delete(next);
      this.#moveTo(next.at);
      next.ring();
    }
    this.#moveTo(target);
  }

  /** The wall clock is set, without time passing: what NTP or an administrator does. */
  step(by: Millis): void {
    this.#now += by;
  }

  #moveTo(monotonic: Millis): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #next(until: Millis): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms)
      if (alarm.at <= until && (first === undefined || alarm.at < first.at)) first = alarm;
    return first;
  }
}
