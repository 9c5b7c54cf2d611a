/**
 * Settles attempts: their rows are finished, or fall due again. Each settlement names the attempt's
 * number, which is checked in the same transaction: one that comes late changes nothing.
 */
import type { Millis } from '../core/time.ts';
import type { EffectRow, Settlement } from '../store/store.ts';
import type { Outcome } from './attempt.ts';
import { pauseFor, retryAfter } from './patience.ts';
import type { Shell } from './shell.ts';

/** A conflict is news, not a failure: the first few are tried again at once. */
const PATIENCE = 3;

export async function settle(shell: Shell, row: EffectRow, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'settled') return;
  const next = outcome.kind === 'done' ? ({ kind: 'done' } as const) : again(row, outcome);
  const settles = { effect: row.id, attempt: row.attempt, next };
  const result = await shell.ledger.commit({ expecting: [], ...outcome.draft, settles });
  if (result.kind === 'conflict' && result.on !== 'effect') await settleConflict(shell, row);
}

function again(
  row: EffectRow,
  { at, progress = null, aftermath = row.aftermath, failures }: Extract<Outcome, { kind: 'again' }>,
): Settlement['next'] {
  const tried = failures === 'kept' ? row.failures : 0;
  return { kind: 'again', dueAt: at, failures: tried, progress, aftermath };
}

/** What the draft was made from has changed: it is made again, and the attempt was no failure. */
async function settleConflict(shell: Shell, row: EffectRow): Promise<void> {
  const failures = row.failures + 1;
  const pause = failures > PATIENCE ? pauseFor(shell, failures, null) : 0;
  await putBack(shell, row, failures, pause);
}

/** NB. If even this cannot be written, the lease runs out and the sweep finds the row. */
export async function settleFailed(shell: Shell, row: EffectRow, error: unknown): Promise<void> {
  const failures = row.failures + 1;
  try {
    await putBack(shell, row, failures, pauseFor(shell, failures, retryAfter(error)));
  } catch (fault) {
    shell.log.error({ err: fault, effect: row.key }, 'a failure could not be written down');
  }
}

/** It waits for its next attempt. */
async function putBack(
  { ledger }: Shell,
  { id: effect, attempt }: EffectRow,
  failures: number,
  pause: Millis,
): Promise<void> {
  const dueAt = ledger.now() + pause;
  // NB. Nobody knows how far a failed attempt came, so nothing of what it went by is kept.
  const next = { kind: 'again', dueAt, failures, progress: null } as const;
  await ledger.commit({ expecting: [], settles: { effect, attempt, next } });
}

/** An attempt that was not begun: whoever takes it next gets a lease of its own. */
export async function settleUnbegun(shell: Shell, row: EffectRow): Promise<void> {
  try {
    await putBack(shell, row, row.failures, 0);
  } catch (error) {
    shell.log.error({ err: error, effect: row.key }, 'an attempt could not be put back');
  }
}
