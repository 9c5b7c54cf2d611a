/** The program's settings, in words that keep a life short. */
import type { Config } from '../src/config.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Birth } from './birth.ts';

export function settingsOf({ database, policy }: Birth): Config {
  return {
    slack: undefined,
    teams: undefined,
    // The runner is brought along.
    redisUrl: undefined,
    databasePath: database,
    policyPath: policy,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'error',
    webhook: { secrets: new Map(), hosts: new Map() },
    delays: {
      sweep: 2 * SECOND,
      recheck: 3 * MINUTE,
      revokeAlarm: 2 * MINUTE,
      giveUp: 10 * MINUTE,
      retryMax: MINUTE,
    },
  };
}
