/**
 * Every few seconds: sets the alarms that come near, runs what no alarm rang for, notices when the clock
 * was set, counts what was rejected, and throws away what nobody can ask for any more.
 */
import type { Instant, Millis } from '../core/time.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../core/time.ts';
import { draft } from './effect-row.ts';
import type { Effects } from './effects.ts';
import type { Inbox } from './intake.ts';
import type { Settings, Shell } from './shell.ts';
import { CLOCK_OFF } from './shell.ts';

/** The runner gets this long to ring its own alarm. */
const GRACE: Millis = 2 * SECOND;
/** A step of the wall clock that is worth an alarm. */
const STEP: Millis = 5 * SECOND;
const KEPT: Millis = 2 * DAY;

/** How far ahead alarms are set: far enough that a sweep or two may be late. */
export function horizonOf({ sweep }: Pick<Settings, 'sweep'>): Millis {
  return MINUTE + 2 * sweep;
}

export class Sweep {
  readonly #shell: Shell;
  readonly #effects: Effects;
  readonly #inbox: Inbox;
  #cancel: (() => void) | undefined;
  #pass: Promise<void> = Promise.resolve();
  #stopped = false;
  #wall: Instant;
  #monotonic: Millis;
  #prunedAt: Instant;
  /** By the monotonic clock: the other one is the one that is wrong. */
  #toldAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(shell: Shell, effects: Effects, inbox: Inbox) {
    this.#shell = shell;
    this.#effects = effects;
    this.#inbox = inbox;
    this.#wall = shell.clock.now();
    this.#monotonic = shell.clock.monotonic();
    this.#prunedAt = shell.clock.now();
  }

  start(): void {
    this.#cancel = this.#shell.clock.after(this.#shell.settings.sweep, () => {
      this.#pass = this.pass().finally(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#pass;
  }

  /** One round. Never throws: the next one tries again. */
  async pass(): Promise<void> {
    try {
      await this.#checkClock();
      await this.#ringAhead();
      await this.#effects.sweep(GRACE);
      await this.#inbox.flushRejections();
      await this.#prune();
    } catch (error) {
      this.#shell.log.error({ err: error }, 'a sweep failed');
    }
  }

  #ringAhead(): Promise<void> {
    const { ledger, settings } = this.#shell;
    return ledger.ringUntil(ledger.now() + horizonOf(settings));
  }

  async #checkClock(): Promise<void> {
    const { clock } = this.#shell;
    const [wall, monotonic] = [clock.now(), clock.monotonic()];
    const by = Math.round(wall - this.#wall - (monotonic - this.#monotonic));
    if (Math.abs(by) >= STEP) await this.#tellOfStep(by, wall);
    this.#wall = wall;
    this.#monotonic = monotonic;
    await this.#tellOfLag(wall, monotonic);
  }

  /** Behind what was committed already: nothing is opened until it is right, and somebody must hear. */
  async #tellOfLag(wall: Instant, monotonic: Millis): Promise<void> {
    const { ledger } = this.#shell;
    const behind = ledger.now() - wall;
    if (behind <= CLOCK_OFF || monotonic - this.#toldAt < HOUR) return;
    const text =
      `The clock of this machine is ${Math.round(behind / SECOND)} seconds behind what was ` +
      'committed already. Nothing is opened until it is right.';
    const notice = draft({ kind: 'notice', about: `behind/${wall}`, text }, ledger.now());
    await ledger.commit({ expecting: [], effects: [notice] });
    this.#toldAt = monotonic;
  }

  async #tellOfStep(by: Millis, wall: Instant): Promise<void> {
    const { ledger } = this.#shell;
    const text = `The clock of this machine was set by ${Math.round(by / SECOND)} seconds.`;
    await ledger.commit({
      expecting: [],
      happenings: [
        { subject: 'installation', id: 'installation', event: { type: 'clock-stepped', by } },
      ],
      effects: [draft({ kind: 'notice', about: `clock/${wall}`, text }, ledger.now())],
    });
  }

  async #prune(): Promise<void> {
    const now = this.#shell.clock.now();
    if (now - this.#prunedAt < DAY / 24) return;
    this.#prunedAt = now;
    await this.#shell.store.prune(now - KEPT);
  }
}
