/** What a provider's answers and readings come to. */
import type { Answer, Reading } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Wanted } from '../core/access.ts';
import type { Seen } from '../core/observe.ts';
import type { Millis } from '../core/time.ts';

export function seenFrom(reading: Reading): Seen {
  switch (reading.kind) {
    case 'present':
      return { kind: 'present', until: reading.until };
    case 'absent':
      return reading.isTakenOver ? { kind: 'absent', isTakenOver: true } : { kind: 'absent' };
    case 'partial':
      return { kind: 'partial', why: reading.evidence };
    case 'unreadable':
      return { kind: 'unreadable', why: reading.why };
  }
}

/** A write that threw may have happened: the reading decides. */
export function answerFor(error: unknown): Answer {
  if (!(error instanceof ProviderError))
    return { kind: 'unknown', why: error instanceof Error ? error.message : 'thrown' };
  switch (error.code) {
    case 'rate-limited':
      return { kind: 'throttled', retryAfter: error.retryAfter };
    case 'permission-denied':
      return { kind: 'failed', class: 'auth', why: error.message };
    case 'misconfigured':
      return { kind: 'failed', class: 'config', why: error.message };
    default:
      return { kind: 'unknown', why: error.message };
  }
}

export function isForeign(answer: Answer): boolean {
  return answer.kind === 'already' && answer.owner === 'foreign';
}

/**
 * Is what stands there without a name neither ours nor somebody else's, by this? While its provider is at work, what was
 * held and is wanted may be what is just being taken away: also where it could not be asked how far that is.
 *
 * @param wasAtIt as far as is known from before
 */
export function tellsNothing(
  answer: Answer,
  held: boolean,
  { kind }: Wanted,
  wasAtIt: boolean,
): boolean {
  if (!held) return !isTold(answer);
  const isOpen = wasAtIt || ('receipt' in answer && (answer.receipt ?? null) !== null);
  return kind === 'until' && (answer.kind === 'pending' || (isOpen && !isTold(answer)));
}

/** Has the provider said that what stands there is not somebody else's? */
export function isTold(answer: Answer): boolean {
  return answer.kind === 'done' || answer.kind === 'already';
}

/** Nothing was done of what this attempt asked for. */
export function isTurnedAway({ kind }: Answer): boolean {
  return kind === 'conflict' || kind === 'throttled' || kind === 'failed';
}

/** Without an end that could tell whose it is. */
export function isNameless(seen: Seen): boolean {
  return seen.kind === 'present' && seen.until === null;
}

/**
 * Before it was ever held, what stands there after a write of which nobody knows what came of it may be
 * somebody else's, and what was held may be going: the next write is told.
 */
export const NOT_TOLD: Seen = {
  kind: 'unreadable',
  why: 'its provider has not said yet whose it is',
};

export function wrote(answer: Answer): boolean {
  return answer.kind !== 'already' && answer.kind !== 'failed' && answer.kind !== 'throttled';
}

export function hopelessness(answer: Answer): string | null {
  return answer.kind === 'failed' ? answer.why : null;
}

/** What may have happened shows by the time that the target takes to show anything. */
export function waitAfter(answer: Answer, settle: Millis): Millis | null {
  if (answer.kind === 'pending') return answer.pollAfter;
  if (answer.kind === 'unknown') return settle;
  return answer.kind === 'throttled' ? answer.retryAfter : null;
}
