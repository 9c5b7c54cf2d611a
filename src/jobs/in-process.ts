/** The embedded runner: one timer over the rows of the store. Not a second queue: it keeps no alarms of its own. */
import type { Clock } from '../clock.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { Log } from '../log.ts';
import type { Alarm, Engine, Runner } from './runner.ts';

/** Before asking again, when the store does not answer or a drain leaves what was due. */
const PAUSE: Millis = SECOND;

export interface InProcessOptions {
  readonly clock: Clock;
  readonly log: Log;
}

export function inProcessRunner(options: InProcessOptions): Runner {
  return new InProcessRunner(options);
}

interface Timer {
  readonly at: Instant;
  readonly cancel: () => void;
}

class InProcessRunner implements Runner {
  readonly #clock: Clock;
  readonly #log: Log;
  #engine: Engine | undefined;
  #timer: Timer | undefined;
  #draining: Promise<void> | undefined;
  #again = false;
  /** What was due and still is after a drain. */
  #stuck: Instant | undefined;

  constructor({ clock, log }: InProcessOptions) {
    this.#clock = clock;
    this.#log = log;
  }

  async start(engine: Engine): Promise<void> {
    this.#engine = engine;
    this.#drain();
  }

  ring(alarms: readonly Alarm[]): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const alarm of alarms) earliest = Math.min(earliest, alarm.dueAt);
    if (earliest < Number.POSITIVE_INFINITY) this.#wakeAt(earliest);
  }

  async stop(): Promise<void> {
    this.#engine = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#draining;
  }

  async healthy(): Promise<boolean> {
    return this.#engine !== undefined;
  }

  #wakeAt(at: Instant): void {
    if (this.#engine === undefined) return;
    const delay = at - this.#clock.now();
    if (delay <= 0) this.#drain();
    else if (this.#timer === undefined || at < this.#timer.at) this.#setTimer(at, delay);
  }

  #setTimer(at: Instant, delay: Millis): void {
    this.#timer?.cancel();
    const cancel = this.#clock.after(delay, () => {
      this.#timer = undefined;
      this.#drain();
    });
    this.#timer = { at, cancel };
  }

  #drain(): void {
    if (this.#draining === undefined) this.#draining = this.#drainAll();
    else this.#again = true;
  }

  async #drainAll(): Promise<void> {
    // Whoever rings is in the middle of something: nothing of the engine runs within their turn.
    await Promise.resolve();
    do {
      this.#again = false;
      await this.#drainOnce();
    } while (this.#again && this.#engine !== undefined);
    this.#draining = undefined;
  }

  async #drainOnce(): Promise<void> {
    try {
      await this.#engine?.drain();
      const next = await this.#engine?.nextDueAt();
      if (next !== undefined) this.#wakeAt(this.#unlessStuck(next));
    } catch (error) {
      this.#log.error({ err: error }, 'Cannot read what falls due next; trying again soon');
      this.#wakeAt(this.#clock.now() + PAUSE);
    }
  }

  /** A drain that leaves the same thing behind would be repeated as fast as the processor can. */
  #unlessStuck(next: Instant): Instant {
    const now = this.#clock.now();
    const isStuck = next <= now && next === this.#stuck;
    this.#stuck = next <= now ? next : undefined;
    return isStuck ? now + PAUSE : next;
  }
}
