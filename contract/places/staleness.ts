/** What stood there a moment ago is what another of its machines still knows, for as long as it settles. */
import type { Instant, Millis } from '../../src/core/time.ts';
import type { What } from '../troubles.ts';

/** All that a stand-in holds, taken out of it and put back. */
export interface State<T> {
  readonly get: () => T;
  readonly set: (state: T) => void;
}

export class Staleness<T> {
  readonly #state: State<T>;
  readonly #settle: Millis;
  readonly #now: () => Instant;
  #before: T | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param settle how long after a write its old state may still be answered with */
  constructor(state: State<T>, settle: Millis, now: () => Instant) {
    this.#state = state;
    this.#settle = settle;
    this.#now = now;
  }

  /** Answers as things are, and remembers how they were before a write. */
  keeping<Reply>(what: What, answer: () => Reply): Reply {
    if (what === 'read') return answer();
    this.#before = this.#state.get();
    this.#changedAt = this.#now();
    return answer();
  }

  /** Answers as things were, if that is a moment ago. */
  earlier<Reply>(answer: () => Reply): Reply {
    const now = this.#state.get();
    const isLate = this.#now() - this.#changedAt < this.#settle;
    if (this.#before !== undefined && isLate) this.#state.set(this.#before);
    try {
      return answer();
    } finally {
      this.#state.set(now);
    }
  }
}
