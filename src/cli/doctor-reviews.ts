/** Of each glass that was broken and not reviewed in time. */
import { isReviewable, reviewDue } from '../core/review.ts';
import type { Instant } from '../core/time.ts';
import { formatInstant } from '../core/time.ts';
import type { Store } from '../store/store.ts';

/** More are not listed. */
const LISTED = 50;

export async function overdueReviews(store: Pick<Store, 'requests'>, now: Instant) {
  const open = await store.requests({ unreviewed: true, limit: LISTED });
  return open.flatMap(({ value: request }) => {
    if (!isReviewable(request) || reviewDue(request) > now) return [];
    const since = formatInstant(reviewDue(request));
    const message = `the review of request ${request.id} (${request.role.name}) is overdue since ${since}`;
    return [{ level: 'warning' as const, message }];
  });
}
