/** One warning when the trouble begins and one line when it is over, however often it is retried in between. */
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import type { Log } from '../log.ts';

/** Several connections come back one after another, each with a last error of its own. */
const QUIET: Millis = 2_000;

interface OutageOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly isUp: () => boolean;
}

export class Outage {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #isUp: () => boolean;
  #since: Millis | undefined;
  #last: Millis = 0;
  #errors = 0;
  #lost = 0;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor({ clock, log, isUp }: OutageOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#isUp = isUp;
  }

  get isOn(): boolean {
    return this.#since !== undefined;
  }

  error(error: unknown): void {
    this.#errors += 1;
    this.#note(describe(error));
  }

  /** Alarms that could not be set. */
  lost(alarms: number, because: unknown): void {
    this.#lost += alarms;
    this.#note(describe(because));
  }

  /** Whatever is said from now on is part of the goodbye. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #note(reason: string): void {
    this.#last = this.#clock.monotonic();
    if (this.#since !== undefined || this.#closed) return;
    this.#since = this.#last;
    this.#log.warn(
      { reason },
      'Trouble with Redis: alarms may be lost, the sweep finds what is due',
    );
    this.#watch();
  }

  #watch(): void {
    this.#cancel = this.#clock.after(QUIET, () => {
      if (this.#isUp() && this.#clock.monotonic() - this.#last >= QUIET) this.#over();
      else this.#watch();
    });
  }

  #over(): void {
    const seconds = Math.round((this.#last - (this.#since ?? this.#last)) / 1_000);
    this.#log.info({ seconds, errors: this.#errors, lost: this.#lost }, 'Redis is back');
    this.#since = undefined;
    this.#errors = 0;
    this.#lost = 0;
  }
}

/**
 * Never the error itself: ioredis hangs the command on it that failed, and the arguments of a failed AUTH
 * are the password.
 */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses refused at once are an AggregateError, whose message is empty.
  const code = 'code' in error ? String(error.code) : error.name;
  return error.message === '' ? code : error.message;
}
