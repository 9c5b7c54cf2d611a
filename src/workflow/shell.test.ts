/** The ledger: what a commit that its decision came long before begins with. */
import { expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { SECOND } from '../core/time.ts';
import type { Runner } from '../jobs/runner.ts';
import { silentLog } from '../log.ts';
import { effect, NOON } from '../store/contract-examples.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Worker } from './shell.ts';
import { createLedger } from './shell.ts';

const runner: Runner = {
  start: async () => {},
  ring: () => {},
  stop: async () => {},
  healthy: async () => true,
};
const worker: Worker = { leaseFor: () => 22 * SECOND, begin: () => {}, comesTo: () => false };

it('a lease counts from the commit, however long the decision took', async () => {
  const store = openSqlite({ file: ':memory:', log: silentLog });
  const ledger = createLedger(store, new ManualClock(NOON), runner, 0);
  ledger.employ(worker);
  const decidedAt = NOON - 19 * SECOND;
  const begun = effect('draw/a', { dueAt: decidedAt });
  await ledger.commit({ expecting: [], effects: [begun] }, decidedAt);
  expect((await store.effect('draw/a'))?.leasedUntil).toBe(NOON + 22 * SECOND);
  await store.close();
});
