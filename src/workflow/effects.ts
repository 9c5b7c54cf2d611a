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
import type { Engine } from '../jobs/runner.ts';
import type { EffectDraft, EffectRow, LeaseQuery } from '../store/store.ts';
import type { Attempt, Handlers, Outcome } from './attempt.ts';
import { effectOf } from './effect-row.ts';
import { callTime, LAST_WORD, leased, leaseTime } from './leasing.ts';
import { inTime, limited } from './patience.ts';
import { settle, settleFailed, settleUnbegun } from './settling.ts';
import type { Shell, Worker } from './shell.ts';
import { MOMENT } from './shell.ts';

/** How many effects are taken at a time. */
const BATCH = 128;
/** How many run at once, so that a flood does not become as many calls. */
const AT_ONCE = 512;
/** From this lane on it is talk, which has room of its own: a chat that is slow holds up nothing else. */
const TALK = 4;
const TALKING = 64;
/** More than this at once of what is urgent is a busy time; talk has no more room than this meanwhile. */
const CALM = 32;
/** The lane of what the queue runs: access. */
const QUEUED = 0;

type Pressing = 'urgent' | 'talk';

const pressing = (lane: number): Pressing => (lane < TALK ? 'urgent' : 'talk');

export class Effects implements Engine, Worker {
  readonly #shell: Shell;
  readonly #handlers: Handlers;
  readonly #running = new Set<Promise<void>>();
  /** By their effect: the attempt of each that was begun last here, while it runs. */
  readonly #attempts = new Map<number, Promise<void>>();
  /** Whether there may be something due for which there was no room. */
  readonly #behind = new Set<Pressing>();
  #catchingUp = false;
  #talking = 0;

  constructor(shell: Shell, handlers: Handlers) {
    this.#shell = shell;
    this.#handlers = handlers;
  }

  async run(effect: number, attempt: number): Promise<void> {
    if (effect === MOMENT) return this.#comeTo('urgent');
    const rows = await leased(this.#shell, { limit: 1, only: { effect, attempt } });
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
    return leaseTime(this.#shell, kind as EffectKind);
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
      while (await this.#catchUpWith('urgent', { fromLane: QUEUED + 1, toLane: TALK - 1 }));
      while (await this.#catchUpWith('talk', { fromLane: TALK }));
    } finally {
      this.#catchingUp = false;
    }
    if ([...this.#behind].some((what) => this.#room(what) > 0)) await this.#catchUp();
  }

  /** @returns whether there may be more, and room for it */
  async #catchUpWith(what: Pressing, lanes: Pick<LeaseQuery, 'fromLane' | 'toLane'>) {
    const limit = Math.min(BATCH, this.#room(what));
    if (!this.#behind.has(what) || limit <= 0) return false;
    this.#behind.delete(what);
    const rows = await leased(this.#shell, { limit, ...lanes });
    if (rows.length === limit) this.#behind.add(what);
    for (const row of rows) void this.#track(row);
    return this.#behind.has(what);
  }

  /** For how many more. Talk goes on while much else does, but slowly. */
  #room(what: Pressing): number {
    const urgent = this.#running.size - this.#talking;
    if (what === 'urgent') return AT_ONCE - urgent;
    return (urgent > CALM ? CALM : TALKING) - this.#talking;
  }

  /** NB. In a turn of their own: whoever has committed them goes on first, to acknowledge for one. */
  begin(rows: readonly EffectRow[]): void {
    const turn = nextTurn();
    for (const row of rows) void this.#track(row, turn);
  }

  async #startAll(which: { overdueBy?: Millis }): Promise<void> {
    for (;;) {
      const rows = await leased(this.#shell, { limit: BATCH, ...which });
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

  #track(row: EffectRow, turn?: Promise<void>): Promise<void> {
    const talk = pressing(row.lane) === 'talk' ? 1 : 0;
    const running = this.#inTurn(row, turn).finally(() => {
      this.#running.delete(running);
      if (this.#attempts.get(row.id) === running) this.#attempts.delete(row.id);
      this.#talking -= talk;
      if (this.#behind.size > 0) void this.#catchUp();
    });
    this.#talking += talk;
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
    if (earlier === undefined || !(await this.#isAtWork(earlier))) return this.#attempt(row);
    await earlier;
    await settleUnbegun(this.#shell, row);
  }

  /** One that has just settled needs a turn to leave. */
  async #isAtWork(attempt: Promise<void>): Promise<boolean> {
    if (this.#running.has(attempt)) await nextTurn();
    return this.#running.has(attempt);
  }

  async #attempt(row: EffectRow): Promise<void> {
    try {
      await settle(this.#shell, row, await this.#handle(row));
    } catch (error) {
      const fields = { err: error, effect: row.key, attempt: row.attempt, failures: row.failures };
      this.#shell.log.warn(fields, 'an effect failed and is tried again');
      await settleFailed(this.#shell, row, error);
    }
  }

  #handle(row: EffectRow): Promise<Outcome> {
    const effect = effectOf(row);
    const handler = this.#handlers[effect.kind] as (
      effect: Effect,
      attempt: Attempt,
    ) => Promise<Outcome>;
    const { id, attempt, failures, progress, aftermath } = row;
    const { clock } = this.#shell;
    const [began, limit] = [clock.monotonic(), callTime(this.#shell, effect.kind)];
    const isOver = () => clock.monotonic() - began >= limit;
    const known = { effect: id, number: attempt, failures, progress, aftermath, isOver };
    const handled = () => limited(clock, limit, (signal) => handler(effect, { ...known, signal }));
    // NB. What a handler makes of calls that were given up is an outcome, too: it would be the same each time.
    return limited(clock, limit + LAST_WORD, (over) => inTime(handled(), over, noAnswer));
  }
}

function noAnswer(): Error {
  return new Error('there was no answer in time');
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
