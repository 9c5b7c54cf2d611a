/**
 * Runs effects: each is one row, leased for one numbered attempt, and handed to its handler. The
 * handler's own commit settles the attempt where its outcome changes anything; otherwise it is settled
 * here. Whatever is thrown is tried again, for ever, with growing pauses: only a handler that knows
 * that nothing can come of it says so.
 *
 * NB. An attempt's calls are aborted before its lease ends, and the number it settles with is checked
 * in the same transaction: an answer that comes late changes nothing. Nobody waits for a slow attempt
 * before starting others, so that a chat that hangs holds up no revocation.
 */
import type { Effect, EffectKind } from '../core/effect.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { Engine } from '../jobs/runner.ts';
import type { EffectDraft, EffectRow, LeaseQuery, Settlement } from '../store/store.ts';
import { effectOf } from './effect-row.ts';
import { inTime, limited, pauseFor, retryAfter } from './patience.ts';
import type { Draft, Shell, Worker } from './shell.ts';
import { MOMENT } from './shell.ts';

/** One attempt, as its handler sees it. */
export interface Attempt {
  readonly effect: number;
  readonly number: number;
  readonly failures: number;
  readonly progress: EffectRow['progress'];
  /** Aborts before the lease ends. */
  readonly signal: AbortSignal;
  /**
   * Whether that should have happened: a process that got no turn for a while goes on where it was,
   * before its own timers ring.
   */
  readonly isOver: () => boolean;
}

export type Outcome =
  /** Finished; `draft` is committed together with that. */
  | { readonly kind: 'done'; readonly draft?: Partial<Draft> }
  /** Again at this moment, without having failed. */
  | {
      readonly kind: 'again';
      readonly at: Instant;
      readonly draft?: Partial<Draft>;
      /** For the next attempt. */
      readonly progress?: EffectRow['progress'];
      /** Nothing was tried: as many failures as before. */
      readonly failures?: 'kept';
    }
  /** The handler's own commit has settled the attempt. */
  | { readonly kind: 'settled' };

export type Handlers = {
  readonly [Kind in EffectKind]: (
    effect: Extract<Effect, { kind: Kind }>,
    attempt: Attempt,
  ) => Promise<Outcome>;
};

/** How many effects are taken at a time. */
const BATCH = 128;
/** How many run at once, so that a flood does not become as many calls. */
const AT_ONCE = 512;
/**
 * Deadlines at once: they wait for nobody, so more would not be faster; and what they begin, taking
 * access away, gets its turn in between.
 */
const DEADLINES = 96;
/** From this lane on it is talk, which has room of its own: a chat that is slow holds up nothing else. */
const TALK = 4;
const TALKING = 64;
/** More than this at once of all else is a busy time, in which talk goes on slowly. */
const CALM = 32;
const TALKING_WHEN_BUSY = 8;
/** The lane of what the queue runs: access. */
const QUEUED = 0;
const DEADLINE = 1;
/** A conflict is news, not a failure: the first few are tried again at once. */
const PATIENCE = 3;
/** Between the end of an attempt's calls and the end of its lease. */
const MARGIN: Millis = 2 * SECOND;

type Pressing = 'deadlines' | 'urgent' | 'talk';

/** In the order in which they are come to. */
const LANES = {
  deadlines: { fromLane: DEADLINE, toLane: DEADLINE },
  urgent: { fromLane: DEADLINE + 1, toLane: TALK - 1 },
  talk: { fromLane: TALK },
} as const satisfies Record<Pressing, Pick<LeaseQuery, 'fromLane' | 'toLane'>>;

function pressing(lane: number): Pressing {
  if (lane >= TALK) return 'talk';
  return lane === DEADLINE ? 'deadlines' : 'urgent';
}

export class Effects implements Engine, Worker {
  readonly #shell: Shell;
  readonly #handlers: Handlers;
  readonly #running = new Set<Promise<void>>();
  /** By their effect: the attempt of each that was begun last here, while it runs. */
  readonly #attempts = new Map<number, Promise<void>>();
  /** Whether there may be something due for which there was no room. */
  readonly #behind = new Set<Pressing>();
  #catchingUp = false;
  readonly #count: Record<Pressing, number> = { deadlines: 0, urgent: 0, talk: 0 };

  constructor(shell: Shell, handlers: Handlers) {
    this.#shell = shell;
    this.#handlers = handlers;
  }

  async run(effect: number, attempt: number): Promise<void> {
    if (effect === MOMENT) return this.#comeTo('deadlines');
    const rows = await this.#lease({ limit: 1, only: { effect, attempt } });
    await Promise.all(rows.map((row) => this.#track(row)));
  }

  /** Returns when nothing is due that was not started. */
  async drain(): Promise<void> {
    await this.#startAll({});
  }

  /** Starts what fell due a while ago and that no alarm rang for. */
  async sweep(overdueBy: Millis): Promise<void> {
    await this.#startAll({ overdueBy });
  }

  /**
   * Most effects are begun by the process that has committed them: a round by way of the queue, and a
   * transaction to lease each, would tell it nothing new. Not those that change access: they are the
   * queue's, with Redis or without. What finds no room waits for some, the first lanes first.
   */
  leaseFor({ kind, lane }: EffectDraft): Millis | undefined {
    if (lane === QUEUED || this.#room(pressing(lane)) <= 0) return undefined;
    return this.#callTime(kind as EffectKind) + MARGIN;
  }

  comesTo({ lane, dueAt }: EffectRow): boolean {
    if (lane === QUEUED || dueAt > this.#shell.ledger.now()) return false;
    void this.#comeTo(pressing(lane));
    return true;
  }

  /** Comes to nothing more by itself. */
  rest(): void {
    this.#shell.ledger.employ(null);
    this.#behind.clear();
  }

  #comeTo(what: Pressing): Promise<void> {
    this.#behind.add(what);
    return this.#catchUp();
  }

  /** NB. Talk never takes the room of what is urgent. Whatever goes wrong here the sweep makes up for. */
  async #catchUp(): Promise<void> {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      while (await this.#catchUpWith('deadlines'));
      while (await this.#catchUpWith('urgent'));
      while (await this.#catchUpWith('talk'));
    } finally {
      this.#catchingUp = false;
    }
    if ([...this.#behind].some((what) => this.#room(what) > 0)) await this.#catchUp();
  }

  /** @returns whether there may be more, and room for it */
  async #catchUpWith(what: Pressing): Promise<boolean> {
    const limit = Math.min(BATCH, this.#room(what));
    if (!this.#behind.has(what) || limit <= 0) return false;
    this.#behind.delete(what);
    const rows = await this.#lease({ limit, ...LANES[what] });
    if (rows.length === limit) this.#behind.add(what);
    for (const row of rows) void this.#track(row);
    return this.#behind.has(what);
  }

  /** For how many more. Talk goes on while much else does, but slowly. */
  #room(what: Pressing): number {
    const { deadlines, urgent, talk } = this.#count;
    if (what === 'deadlines') return DEADLINES - deadlines;
    if (what === 'urgent') return AT_ONCE - urgent;
    return (deadlines + urgent > CALM ? TALKING_WHEN_BUSY : TALKING) - talk;
  }

  /** NB. In a turn of their own: whoever has committed them goes on first, to acknowledge for one. */
  begin(rows: readonly EffectRow[]): void {
    const turn = new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    for (const row of rows) void this.#track(row, turn);
  }

  async #startAll(which: { overdueBy?: Millis }): Promise<void> {
    for (;;) {
      const rows = await this.#lease({ limit: BATCH, ...which });
      if (rows.length === 0) return;
      for (const row of rows) void this.#track(row);
      while (this.#running.size >= AT_ONCE) await Promise.race(this.#running);
    }
  }

  nextDueAt(): Promise<Instant | undefined> {
    return this.#shell.store.nextDueAt();
  }

  /** Resolves when no attempt is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #lease(query: {
    limit: number;
    only?: { effect: number; attempt: number };
    overdueBy?: Millis;
    fromLane?: number | undefined;
    toLane?: number | undefined;
  }): Promise<readonly EffectRow[]> {
    const { store, ledger, log } = this.#shell;
    try {
      return await store.lease({
        ...query,
        now: ledger.now(),
        leaseFor: (kind) => this.#callTime(kind as EffectKind) + MARGIN,
      });
    } catch (error) {
      log.error({ err: error }, 'effects could not be leased');
      return [];
    }
  }

  #track(row: EffectRow, turn?: Promise<void>): Promise<void> {
    const what = pressing(row.lane);
    const running = this.#inTurn(row, turn).finally(() => {
      this.#running.delete(running);
      if (this.#attempts.get(row.id) === running) this.#attempts.delete(row.id);
      this.#count[what] -= 1;
      if (this.#behind.size > 0) void this.#catchUp();
    });
    this.#count[what] += 1;
    this.#running.add(running);
    this.#attempts.set(row.id, running);
    return running;
  }

  /**
   * NB. A clock that was set forward ends leases early: then the attempt before this one is still at
   * work, and what it has sent may arrive after all that this one reads. So it is waited for, and its
   * successor begins with a lease of its own.
   */
  async #inTurn(row: EffectRow, turn: Promise<void> | undefined): Promise<void> {
    const earlier = this.#attempts.get(row.id);
    await turn;
    if (earlier === undefined) return this.#attempt(row);
    await earlier;
    await this.#settleAgain(row, row.failures, 0).catch((error) => {
      this.#shell.log.error({ err: error, effect: row.key }, 'an attempt could not be put back');
    });
  }

  async #attempt(row: EffectRow): Promise<void> {
    const { log } = this.#shell;
    try {
      const outcome = await this.#handle(row);
      if (outcome.kind !== 'settled') await this.#settle(row, outcome);
    } catch (error) {
      const fields = { err: error, effect: row.key, attempt: row.attempt, failures: row.failures };
      log.warn(fields, 'an effect failed and is tried again');
      await this.#settleFailed(row, error);
    }
  }

  #handle(row: EffectRow): Promise<Outcome> {
    const effect = effectOf(row);
    const handler = this.#handlers[effect.kind] as (
      effect: Effect,
      attempt: Attempt,
    ) => Promise<Outcome>;
    const { id, attempt, failures, progress } = row;
    const { clock } = this.#shell;
    const [began, limit] = [clock.monotonic(), this.#callTime(effect.kind)];
    const isOver = () => clock.monotonic() - began >= limit;
    const known = { effect: id, number: attempt, failures, progress, isOver };
    return limited(clock, limit, (signal) => inTime(handler(effect, { ...known, signal }), signal));
  }

  async #settle(row: EffectRow, outcome: Exclude<Outcome, { kind: 'settled' }>): Promise<void> {
    const next: Settlement['next'] =
      outcome.kind === 'done'
        ? { kind: 'done' }
        : {
            kind: 'again',
            dueAt: outcome.at,
            failures: outcome.failures === 'kept' ? row.failures : 0,
            progress: outcome.progress ?? null,
          };
    const settles = { effect: row.id, attempt: row.attempt, next };
    const result = await this.#shell.ledger.commit({ expecting: [], ...outcome.draft, settles });
    if (result.kind === 'conflict' && result.on !== 'effect') await this.#settleConflict(row);
  }

  /** What the draft was made from has changed: it is made again, and the attempt was no failure. */
  async #settleConflict(row: EffectRow): Promise<void> {
    const failures = row.failures + 1;
    const pause = failures > PATIENCE ? pauseFor(this.#shell, failures, null) : 0;
    await this.#settleAgain(row, failures, pause);
  }

  /** NB. If even this cannot be written, the lease runs out and the sweep finds the row. */
  async #settleFailed(row: EffectRow, error: unknown): Promise<void> {
    const failures = row.failures + 1;
    try {
      await this.#settleAgain(row, failures, pauseFor(this.#shell, failures, retryAfter(error)));
    } catch (fault) {
      this.#shell.log.error({ err: fault, effect: row.key }, 'a failure could not be written down');
    }
  }

  async #settleAgain(row: EffectRow, failures: number, pause: Millis): Promise<void> {
    const { ledger } = this.#shell;
    const { id: effect, attempt } = row;
    const dueAt = ledger.now() + pause;
    // NB. Nobody knows how far a failed attempt came, so nothing of what it went by is kept.
    const next = { kind: 'again', dueAt, failures, progress: null } as const;
    await ledger.commit({ expecting: [], settles: { effect, attempt, next } });
  }

  #callTime(kind: EffectKind): Millis {
    const { settings, providers } = this.#shell;
    const calls = [...providers.values()].map((one) => one.capabilities.callTimeout);
    return kind === 'converge' ? 3 * Math.max(...calls, SECOND) + SECOND : 2 * settings.chatTimeout;
  }
}
