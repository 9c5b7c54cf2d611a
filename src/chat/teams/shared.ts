/** Several ask the same at the same time: one asks, all hear the answer. */
import type { Clock } from '../../clock.ts';
import { type Millis, SECOND } from '../../core/time.ts';
import { ChatError, type ChatIo } from '../platform.ts';

const LONGEST: Millis = 10 * SECOND;

interface Running {
  readonly since: Millis;
  readonly answer: Promise<unknown>;
}

export class SharedQuestions {
  readonly #clock: Pick<Clock, 'monotonic' | 'timeLimit'>;
  readonly #oldest: Millis;
  readonly #running = new Map<string, Running>();

  /** @param oldest how long ago a question may have been asked whose answer will do */
  constructor(clock: Pick<Clock, 'monotonic' | 'timeLimit'>, oldest: Millis) {
    this.#clock = clock;
    this.#oldest = oldest;
  }

  ask<Result>(key: string, io: ChatIo, work: (own: ChatIo) => Promise<Result>): Promise<Result> {
    const before = this.#running.get(key);
    if (before !== undefined && this.#clock.monotonic() - before.since <= this.#oldest)
      return unlessAborted(before.answer as Promise<Result>, io);
    return unlessAborted(this.#begin(key, work), io);
  }

  #begin<Result>(key: string, work: (own: ChatIo) => Promise<Result>): Promise<Result> {
    // Not the first caller's signal: when they give up, the others still want to know.
    const own = { signal: this.#clock.timeLimit(LONGEST) };
    const answer = unlessAborted(work(own), own).finally(() => {
      if (this.#running.get(key)?.answer === answer) this.#running.delete(key);
    });
    this.#running.set(key, { since: this.#clock.monotonic(), answer });
    return answer;
  }
}

function unlessAborted<Result>(work: Promise<Result>, { signal }: ChatIo): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new ChatError('timeout', 'The question was given up.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
