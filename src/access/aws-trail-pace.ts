/** Whose turn it is to look something up. CloudTrail throttles whoever asks more often than it says. */
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import { ProviderError } from './provider.ts';

/**
 * "Limited to two per second, per account, per Region":
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const IN_A_SECOND = 2;
/** Who would have to wait for longer comes again instead. */
const LONGEST_WAIT: Millis = 3 * SECOND;

export class Pace {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  /** By road: when the last turns are. */
  readonly #turns = new Map<string, readonly Millis[]>();

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#clock = clock;
  }

  /** Resolves when it is one's turn. @throws ProviderError when that is not soon, or time is over */
  async turn(road: string, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const turns = this.#turns.get(road) ?? [];
    const at = Math.max(now, (turns.at(-IN_A_SECOND) ?? Number.NEGATIVE_INFINITY) + SECOND);
    const wait = at - now;
    if (wait > LONGEST_WAIT)
      throw new ProviderError('rate-limited', 'CloudTrail is asked much just now', {
        retryAfter: wait,
      });
    this.#turns.set(road, [...turns, at].slice(-IN_A_SECOND));
    if (wait > 0) await this.#passed(wait, signal);
  }

  #passed(wait: Millis, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        cancel();
        reject(new ProviderError('timeout', 'CloudTrail was not asked in time'));
      };
      const cancel = this.#clock.after(wait, () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      });
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }
}
