/**
 * Channels and groups that fail on purpose, in tests and in a demo alike.
 *
 * - `archived`: cannot be posted to, now or ever
 * - `throttled`: every other call is told to come back in a second
 * - `flaky`: every other call is done, and its answer is lost on the way
 * - `unreadable`: takes posts, does not show its history
 * - the group `unreachable`: nobody can say who is in it
 */
import { SECOND } from '../../core/time.ts';
import { ChatError } from '../platform.ts';

export const ARCHIVED = 'archived';
export const UNREADABLE = 'unreadable';
export const UNREACHABLE = 'unreachable';

export class Faults {
  readonly #calls = new Map<string, number>();

  /** Does `work` as a conversation of that name would let it be done. */
  around<Result>(channel: string, work: () => Result): Result {
    if (channel === ARCHIVED) throw new ChatError('undeliverable', '#archived is archived');
    if (channel === 'throttled' && this.#odd(channel)) throw throttled();
    const lost = channel === 'flaky' && this.#odd(channel);
    const result = work();
    if (lost) throw new ChatError('unavailable', 'The answer from #flaky was lost.');
    return result;
  }

  #odd(channel: string): boolean {
    const calls = (this.#calls.get(channel) ?? 0) + 1;
    this.#calls.set(channel, calls);
    return calls % 2 === 1;
  }
}

function throttled(): ChatError {
  return new ChatError('rate-limited', '#throttled asks for patience.', { retryAfter: SECOND });
}
