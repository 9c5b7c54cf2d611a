/**
 * What the imperative shell works with: ports and settings, never adapters. `app.ts` fills it in.
 */
import type { Provider } from '../access/provider.ts';
import type { Platform } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Timing } from '../core/facts.ts';
import type { Policy } from '../core/policy.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Runner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';
import type { Commit, CommitResult, Store } from '../store/store.ts';

export interface Shell {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The policy in force at this moment. */
  readonly policy: () => Policy;
  readonly settings: Settings;
  /** Bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array;
  readonly ledger: Ledger;
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

export type Draft = Omit<Commit, 'at'>;

/** The one way to write: gives each commit its time, and sets the alarms that it asks for. */
export interface Ledger {
  /**
   * Wall-clock time that never precedes what was committed last. When the wall clock is set back, this
   * one goes on at its own pace: what falls due in a minute falls due in a minute.
   */
  now(): Instant;
  commit(draft: Draft, at?: Instant): Promise<CommitResult>;
}

export function createLedger(
  store: Store,
  clock: Clock,
  runner: Runner,
  lastCommittedAt: Instant,
): Ledger {
  let latest = lastCommittedAt;
  let since = clock.monotonic();
  const now = () => Math.max(clock.now(), latest + Math.floor(clock.monotonic() - since));
  const passed = (at: Instant) => {
    if (at <= latest) return;
    latest = at;
    since = clock.monotonic();
  };
  return {
    now,
    async commit(draft, at = now()) {
      passed(at);
      const result = await store.commit({ at, ...draft });
      if (result.kind === 'committed' && result.effects.length > 0)
        runner.ring(
          result.effects.map(({ id, attempt, dueAt, lane }) => ({
            effect: id,
            attempt,
            dueAt,
            lane,
          })),
        );
      return result;
    },
  };
}
