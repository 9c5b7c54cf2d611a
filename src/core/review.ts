/**
 * The review of access by break-glass: once that is over, somebody else whom policy names says what they make
 * of it. Until then it is open, and when it is due it is said to be overdue, again and again.
 */
import type { BreakGlass } from './policy.ts';
import type { AccessRequest, Finished, Review } from './request.ts';
import type { Instant } from './time.ts';
import { DAY } from './time.ts';

/** Its access is over, and nobody has said yet what they make of it. */
export type Reviewable = Finished & {
  readonly breakGlass: BreakGlass;
  readonly review: Extract<Review, { kind: 'open' }>;
};

export function isReviewable(request: AccessRequest): request is Reviewable {
  return (
    'finishedAt' in request && request.breakGlass !== undefined && request.review?.kind === 'open'
  );
}

/** Until when it is to be closed. */
export function reviewDue({ finishedAt, breakGlass }: Reviewable): Instant {
  return finishedAt + breakGlass.review.within;
}

/** At first when it is due; then after pauses that double, and never silent for over a day. */
export function nextReminder(request: Reviewable): { readonly at: Instant; readonly nth: number } {
  const { reminders } = request.review;
  const pauses = Array.from({ length: reminders }, (_, step) =>
    Math.min(request.breakGlass.review.within * 2 ** (step + 1), DAY),
  );
  return { at: pauses.reduce((sum, pause) => sum + pause, reviewDue(request)), nth: reminders + 1 };
}
