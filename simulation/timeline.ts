/**
 * Simulated time. Everything that happens is a moment on one line; between two moments the program
 * runs until it waits for one. So one seed gives one order of events, whatever the machine does.
 */
import TinyQueue from 'tinyqueue';
import type { Millis } from '../src/core/time.ts';

interface Moment {
  readonly at: Millis;
  /** Of two moments at the same time, the one that was set first comes first. */
  readonly order: number;
  readonly happen: () => void;
  cancelled: boolean;
}

/** Turns of the event loop without work before the program counts as waiting. */
const QUIET_TURNS = 2;

export class Timeline {
  #now: Millis = 0;
  #order = 0;
  #busy = 0;
  readonly #moments = new TinyQueue<Moment>([], (a, b) => a.at - b.at || a.order - b.order);

  /** Milliseconds since the beginning of the world. */
  get now(): Millis {
    return this.#now;
  }

  /** @returns what cancels it */
  in(delay: Millis, happen: () => void): () => void {
    this.#order += 1;
    const at = this.#now + Math.max(0, delay);
    const moment: Moment = { at, order: this.#order, happen, cancelled: false };
    this.#moments.push(moment);
    return () => {
      moment.cancelled = true;
    };
  }

  wait(delay: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.in(delay, resolve);
    });
  }

  /** Work that the event loop still turns for, and that takes no simulated time. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  /** The next moment, and all that the program does about it. @returns false when there is none */
  async step(): Promise<boolean> {
    const moment = this.#next();
    if (moment === undefined) return false;
    this.#now = moment.at;
    moment.happen();
    await this.#quiet();
    return true;
  }

  #next(): Moment | undefined {
    for (;;) {
      const moment = this.#moments.pop();
      if (moment === undefined || !moment.cancelled) return moment;
    }
  }

  async #quiet(): Promise<void> {
    for (let left = QUIET_TURNS; left > 0; left = this.#busy > 0 ? QUIET_TURNS : left - 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
