/**
 * What the imperative shell works with: ports and settings, never adapters. `app.ts` fills it in.
 */
import type { Provider, Seal } from '../access/provider.ts';
import type { Platform } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Timing } from '../core/facts.ts';
import type { Policy } from '../core/policy.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Alarm, Runner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';
import type { Roster } from '../oncall/roster.ts';
import type { Commit, CommitResult, EffectDraft, EffectRow, Store } from '../store/store.ts';

export interface Shell {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly rosters: ReadonlyMap<string, Roster>;
  /** The policy in force at this moment. */
  readonly policy: () => Policy;
  readonly settings: Settings;
  /** Bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  readonly ledger: Ledger;
  /** Of this installation. */
  readonly seal: Seal;
}

/** Delays of the installation, in milliseconds. */
export interface Settings extends Timing {
  /** How often overdue effects are looked for. */
  readonly sweep: Millis;
  /** How often an access that is wanted is read back. */
  readonly recheck: Millis;
  /** The longest pause between two attempts. */
  readonly retryMax: Millis;
  /** How long a chat call may take. */
  readonly chatTimeout: Millis;
}

/** The ledger’s time may be ahead of the clock for so long: small corrections are daily life. */
export const CLOCK_OFF: Millis = 60_000;

export type Draft = Omit<Commit, 'at'>;

/** The one way to write: gives each commit its time, and sets the alarms that it asks for. */
export interface Ledger {
  /**
   * Wall-clock time that never precedes what was committed last. When the wall clock is set back, this
   * one goes on at its own pace: what falls due in a minute falls due in a minute.
   */
  now(): Instant;
  commit(draft: Draft, at?: Instant): Promise<CommitResult>;
  /** From now on what is due at once is begun here; null: all of it is left to the runner again. */
  employ(worker: Worker | null): void;
  /**
   * Sets alarms up to this moment, and from now on those of each commit; what falls due later needs no
   * alarm yet. Most deadlines are moved or cancelled long before they come this near.
   */
  ringUntil(horizon: Instant): Promise<void>;
}

/** Begins effects in the process that has committed them. */
export interface Worker {
  /** How long to lease it for; undefined: not here, or not now. */
  leaseFor(effect: EffectDraft): Millis | undefined;
  begin(effects: readonly EffectRow[]): void;
  /** Whether it comes to these itself, as soon as there is room. */
  comesTo(effect: EffectRow): boolean;
}

export function createLedger(
  store: Store,
  clock: Clock,
  runner: Runner,
  lastCommittedAt: Instant,
): Ledger {
  let latest = lastCommittedAt;
  let since = clock.monotonic();
  let worker: Worker | null = null;
  let horizon = Number.NEGATIVE_INFINITY;
  const now = () => Math.max(clock.now(), latest + Math.floor(clock.monotonic() - since));
  const passed = (at: Instant) => {
    if (at <= latest) return;
    latest = at;
    since = clock.monotonic();
  };
  const follow = (rows: readonly EffectRow[]) => {
    const mine = rows.filter((row) => row.leasedUntil !== null);
    if (mine.length > 0) worker?.begin(mine);
    const near = rows.filter(
      (row) => row.leasedUntil === null && row.dueAt <= horizon && !worker?.comesTo(row),
    );
    if (near.length > 0) runner.ring(alarmsFor(near));
  };
  return {
    now,
    async commit(draft, at = now()) {
      passed(at);
      const effects = withLeases(draft.effects ?? [], now(), worker);
      const result = await store.commit({ at, ...draft, effects });
      if (result.kind === 'committed') follow(result.effects);
      return result;
    },
    employ(next) {
      worker = next;
    },
    async ringUntil(next) {
      const before = horizon;
      // NB. First moved, then read: what is committed in between is rung for twice, not never.
      horizon = Math.max(horizon, next);
      const rows = await store.upcoming(before, horizon);
      if (rows.length > 0) runner.ring(alarmsFor(rows));
    },
  };
}

/** No effect's id: the alarm of a moment, at which all deadlines are come to that are due. */
export const MOMENT = 0;

/** Deadlines that fall together share one alarm: ten thousand grants may end in the same second. */
function alarmsFor(rows: readonly EffectRow[]): readonly Alarm[] {
  const alarms = new Map<string, Alarm>();
  for (const { id, attempt, dueAt, lane, kind } of rows)
    if (kind === 'timer')
      alarms.set(`at ${dueAt}`, { effect: MOMENT, attempt: MOMENT, dueAt, lane });
    else alarms.set(`${id}`, { effect: id, attempt, dueAt, lane });
  return [...alarms.values()];
}

/**
 * Each key once, as it would melt in the store, with a lease where the worker begins it. The lease
 * counts from now and not from `at`: a decision may have been made a while before it is committed.
 */
function withLeases(
  drafts: readonly EffectDraft[],
  now: Instant,
  worker: Worker | null,
): readonly EffectDraft[] {
  if (worker === null) return drafts;
  const byKey = new Map(drafts.map((draft) => [draft.key, draft]));
  return [...byKey.values()].map((draft) => {
    const leaseFor = draft.dueAt <= now ? worker.leaseFor(draft) : undefined;
    return leaseFor === undefined ? draft : { ...draft, leaseUntil: now + leaseFor };
  });
}
