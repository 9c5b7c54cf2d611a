/**
 * Runs effects: each is one row, leased for one numbered attempt, and handed to its handler. The
 * handler's own commit settles the attempt where its outcome changes anything; otherwise it is settled
 * here. Whatever is thrown is tried again, for ever, with growing pauses: only a handler that knows
 * that nothing can come of it says so.
 *
 * NB. An attempt's calls are aborted before its lease ends, and the number it settles with is checked
 * in the same transaction: an answer that comes late changes nothing.
 */
import { ProviderError } from '../access/provider.ts';
import { ChatError } from '../chat/platform.ts';
import type { Effect, EffectKind } from '../core/effect.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { Engine } from '../jobs/runner.ts';
import type { EffectRow, Settlement } from '../store/store.ts';
import { effectOf } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';

/** One attempt, as its handler sees it. */
export interface Attempt {
  readonly effect: number;
  readonly number: number;
  readonly failures: number;
  readonly progress: EffectRow['progress'];
  /** Aborts before the lease ends. */
  readonly signal: AbortSignal;
}

export type Outcome =
  /** Finished; `draft` is committed together with that. */
  | { readonly kind: 'done'; readonly draft?: Partial<Draft> }
  /** Again at this moment, without having failed. */
  | { readonly kind: 'again'; readonly at: Instant; readonly draft?: Partial<Draft> }
  /** The handler's own commit has settled the attempt. */
  | { readonly kind: 'settled' };

export type Handlers = {
  readonly [Kind in EffectKind]: (
    effect: Extract<Effect, { kind: Kind }>,
    attempt: Attempt,
  ) => Promise<Outcome>;
};

/** How many effects one pass takes at a time. */
const BATCH = 128;
/** Between the end of an attempt's calls and the end of its lease. */
const MARGIN: Millis = 2 * SECOND;

export class Effects implements Engine {
  readonly #shell: Shell;
  readonly #handlers: Handlers;
  readonly #running = new Set<Promise<void>>();

  constructor(shell: Shell, handlers: Handlers) {
    this.#shell = shell;
    this.#handlers = handlers;
  }

  async run(effect: number, attempt: number): Promise<void> {
    const rows = await this.#lease({ limit: 1, only: { effect, attempt } });
    await Promise.all(rows.map((row) => this.#track(row)));
  }

  async drain(): Promise<void> {
    for (;;) {
      const rows = await this.#lease({ limit: BATCH });
      if (rows.length === 0) return;
      await Promise.all(rows.map((row) => this.#track(row)));
    }
  }

  /** Runs what fell due a while ago and that no alarm rang for. Returns how many there were. */
  async sweep(overdueBy: Millis): Promise<number> {
    let swept = 0;
    for (;;) {
      const rows = await this.#lease({ limit: BATCH, overdueBy });
      if (rows.length === 0) return swept;
      swept += rows.length;
      await Promise.all(rows.map((row) => this.#track(row)));
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

  #track(row: EffectRow): Promise<void> {
    const running = this.#attempt(row).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
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
    return handler(effect, {
      effect: row.id,
      number: row.attempt,
      failures: row.failures,
      progress: row.progress,
      signal: AbortSignal.timeout(this.#callTime(effect.kind)),
    });
  }

  async #settle(row: EffectRow, outcome: Exclude<Outcome, { kind: 'settled' }>): Promise<void> {
    const next: Settlement['next'] =
      outcome.kind === 'done'
        ? { kind: 'done' }
        : { kind: 'again', dueAt: outcome.at, failures: 0, progress: null };
    const settles = { effect: row.id, attempt: row.attempt, next };
    await this.#shell.ledger.commit({ expecting: [], ...outcome.draft, settles });
  }

  /** NB. If even this cannot be written, the lease runs out and the sweep finds the row. */
  async #settleFailed(row: EffectRow, error: unknown): Promise<void> {
    const failures = row.failures + 1;
    const dueAt = this.#shell.ledger.now() + this.pause(failures, retryAfter(error));
    const settles: Settlement = {
      effect: row.id,
      attempt: row.attempt,
      next: { kind: 'again', dueAt, failures, progress: row.progress },
    };
    try {
      await this.#shell.ledger.commit({ expecting: [], settles });
    } catch (fault) {
      this.#shell.log.error({ err: fault, effect: row.key }, 'a failure could not be written down');
    }
  }

  /** 1, 2, 4 … seconds up to the longest pause, with a fifth of jitter; never less than asked for. */
  pause(failures: number, atLeast: Millis | null): Millis {
    return pauseFor(this.#shell, failures, atLeast);
  }

  #callTime(kind: EffectKind): Millis {
    const { settings, providers } = this.#shell;
    const calls = [...providers.values()].map((one) => one.capabilities.callTimeout);
    return kind === 'converge' ? 3 * Math.max(...calls, SECOND) : 2 * settings.chatTimeout;
  }
}

export function pauseFor(shell: Shell, failures: number, atLeast: Millis | null): Millis {
  const base = Math.min(SECOND * 2 ** Math.min(failures - 1, 20), shell.settings.retryMax);
  const chance = (shell.random(1)[0] ?? 0) / 255;
  return Math.max(atLeast ?? 0, Math.round(base * (0.8 + 0.4 * chance)));
}

function retryAfter(error: unknown): Millis | null {
  return error instanceof ChatError || error instanceof ProviderError ? error.retryAfter : null;
}
