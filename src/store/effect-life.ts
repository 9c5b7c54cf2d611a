/**
 * What becomes of one effect's row when it is drafted again, leased, settled or cancelled. The
 * attempt's number is the fence: whoever comes back with another one is too late.
 */
import type { Instant } from '../core/time.ts';
import type { EffectDraft, EffectRow, Settlement } from './store.ts';

/** A row with what the port does not show. */
export interface StoredEffect extends EffectRow {
  /** Drafted while it was leased. */
  readonly again: EffectDraft | null;
  /** Cancelled while it was leased. */
  readonly cancelled: boolean;
}

/** What to store instead of the row; null: nothing, it is finished. */
export type Next = StoredEffect | null;

const FRESH = { failures: 0, leasedUntil: null, progress: null, again: null, cancelled: false };

export function drafted(row: StoredEffect, draft: EffectDraft, at: Instant): StoredEffect {
  if (isLeased(row, at)) return { ...row, again: bare(draft), cancelled: false };
  const attempt = attemptToRun(row);
  const dueAt = earliest(row, draft);
  return { ...row, ...bare(draft), ...FRESH, dueAt, attempt, leasedUntil: firstLease(draft) };
}

/** Waits already for just what is drafted. */
export function isDrafted(row: StoredEffect, draft: EffectDraft): boolean {
  return (
    row.leasedUntil === null &&
    row.failures === 0 &&
    row.progress === null &&
    draft.leaseUntil === undefined &&
    row.dueAt === earliest(row, draft) &&
    row.lane === draft.lane &&
    JSON.stringify(row.payload) === JSON.stringify(draft.payload)
  );
}

/** Until when a draft is leased to whoever commits it. */
export function firstLease({ leaseUntil }: EffectDraft): Instant | null {
  return leaseUntil ?? null;
}

export function cancelled(row: StoredEffect, at: Instant): Next {
  return isLeased(row, at) ? { ...row, again: null, cancelled: true } : null;
}

export function settled(row: StoredEffect, next: Settlement['next']): Next {
  if (next.kind === 'noted') return { ...row, aftermath: next.aftermath };
  const left = { ...row, aftermath: aftermathOf(row, next) };
  if (row.again !== null) return renewed(left, row.again);
  if (row.cancelled || next.kind === 'done') return null;
  const { dueAt, failures, progress } = next;
  return { ...left, dueAt, failures, progress, leasedUntil: null, attempt: row.attempt + 1 };
}

type Ending = Exclude<Settlement['next'], { kind: 'noted' }>;

function aftermathOf({ aftermath }: EffectRow, next: Ending): EffectRow['aftermath'] {
  if (next.kind === 'done') return null;
  return next.aftermath === undefined ? aftermath : next.aftermath;
}

/** Whatever is drafted waits for what may still come of the attempt before. */
function earliest({ aftermath }: EffectRow, { dueAt }: EffectDraft): Instant {
  return aftermath === null ? dueAt : Math.max(dueAt, aftermath.until);
}

/** A row that nobody works on, or whose worker was lost, as it is when its next attempt starts. */
export function leased(row: StoredEffect, until: Instant): StoredEffect {
  // NB. Nobody knows how far a lost attempt came, so nothing of what it went by is kept.
  const progress = row.leasedUntil === null ? row.progress : null;
  return { ...row, attempt: attemptToRun(row), leasedUntil: until, progress };
}

/** What a lost attempt leaves behind. */
export function reclaimed(row: StoredEffect): Next {
  if (row.cancelled) return null;
  return row.again === null ? row : renewed(row, row.again);
}

/** NB. The attempt is still fenced by its number when its lease is over and nobody took the next. */
export function mayBeSettled(row: StoredEffect | undefined, attempt: number): row is StoredEffect {
  return row !== undefined && row.attempt === attempt && row.leasedUntil !== null;
}

export function isLeased(row: EffectRow, at: Instant): boolean {
  return row.leasedUntil !== null && row.leasedUntil > at;
}

function renewed(row: StoredEffect, draft: EffectDraft): StoredEffect {
  const dueAt = earliest(row, draft);
  return { ...row, ...draft, ...FRESH, dueAt, attempt: row.attempt + 1 };
}

/** A lease that ran out used its number up. */
function attemptToRun(row: EffectRow): number {
  return row.leasedUntil === null ? row.attempt : row.attempt + 1;
}

function bare({ key, kind, payload, dueAt, lane }: EffectDraft): EffectDraft {
  return { key, kind, payload, dueAt, lane };
}

/** A row as the port shows it. */
export function shown(row: StoredEffect): EffectRow {
  const { again: _again, cancelled: _cancelled, ...effect } = row;
  return effect;
}
