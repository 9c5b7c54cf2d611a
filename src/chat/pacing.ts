/**
 * Keeps to a platform's limits before the platform has to: so many calls of a kind in each channel.
 *
 * Who need not wait long waits here. Everybody else is turned away as `rate-limited` with a moment to
 * come back at, each their own, and by then has gathered more to say. Lines of a thread get what cards
 * leave over.
 */
import type { Clock } from '../clock.ts';
import { type Millis, SECOND } from '../core/time.ts';
import { ChatError, type ChatIo } from './platform.ts';

export type Rank = 'card' | 'line';

export interface Pace {
  /** Between two calls, once the burst is used up. */
  readonly every: Millis;
  readonly burst: number;
}

export type PaceTable<Kind extends string> = Readonly<Record<Kind, Pace>>;

/** NB. Not zero, which is when the process began: a burst would have to be saved up first. */
const EVER_SINCE: Millis = Number.NEGATIVE_INFINITY;

const PATIENCE: Readonly<Record<Rank, Millis>> = { card: 2 * SECOND, line: SECOND };

/** All in monotonic time. */
interface Lane {
  /** When the next call may be made. */
  free: Millis;
  /** The last moment that somebody turned away was told to come back at. */
  readonly promised: Record<Rank, Millis>;
}

export class Pacer<Kind extends string> {
  readonly #clock: Clock;
  readonly #table: PaceTable<Kind>;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock, table: PaceTable<Kind>) {
    this.#clock = clock;
    this.#table = table;
  }

  /** Resolves when the call may be made. @throws ChatError `rate-limited`: come back later */
  async turn(kind: Kind, channel: string, rank: Rank, io: ChatIo): Promise<void> {
    const { every, burst } = this.#table[kind];
    const now = this.#clock.monotonic();
    const lane = this.#lane(`${kind} ${channel}`);
    const start = Math.max(lane.free, now - (burst - 1) * every);
    const wait = Math.max(0, start - now);
    const cardsFirst = rank === 'line' && lane.promised.card > now;
    if (wait > PATIENCE[rank] || cardsFirst) throw this.#turnAway(lane, rank, start, every);
    lane.free = start + every;
    if (wait > 0) await this.#sleep(wait, io);
  }

  /** It was too much all the same: nobody goes before the platform says so. */
  hold(kind: Kind, channel: string, retryAfter: Millis): void {
    const lane = this.#lane(`${kind} ${channel}`);
    lane.free = Math.max(lane.free, this.#clock.monotonic() + retryAfter);
  }

  #turnAway(lane: Lane, rank: Rank, start: Millis, every: Millis): ChatError {
    const { promised } = lane;
    const before = rank === 'card' ? promised.card : Math.max(promised.card, promised.line);
    promised[rank] = Math.max(start, before) + every;
    return new ChatError('rate-limited', 'Too much is being said in this channel just now.', {
      retryAfter: promised[rank] - this.#clock.monotonic(),
    });
  }

  #lane(name: string): Lane {
    this.#forgetIdle();
    const lane = this.#lanes.get(name) ?? { free: EVER_SINCE, promised: { card: 0, line: 0 } };
    this.#lanes.set(name, lane);
    return lane;
  }

  /** A channel is remembered for as long as it matters, not for ever. */
  #forgetIdle(): void {
    if (this.#lanes.size < 1_000) return;
    const past = this.#clock.monotonic() - 60 * SECOND;
    for (const [name, { free, promised }] of this.#lanes)
      if (Math.max(free, promised.card, promised.line) < past) this.#lanes.delete(name);
  }

  #sleep(wait: Millis, io: ChatIo): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        cancel();
        reject(new ChatError('timeout', 'The call was given up before its turn came.'));
      };
      const cancel = this.#clock.after(wait, () => {
        io.signal.removeEventListener('abort', giveUp);
        resolve();
      });
      io.signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}
