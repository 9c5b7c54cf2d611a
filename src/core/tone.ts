/** What a card looks like from afar. */
import type { AccessRequest } from './request.ts';
import type { Tone } from './view.ts';

export function toneOf(request: AccessRequest): Tone {
  const { review } = request;
  if (review?.kind === 'open') return isAlarming(request) ? 'alarm' : 'broken';
  switch (request.status) {
    case 'pending':
    case 'scheduled':
      return 'waiting';
    case 'activating':
      return 'working';
    case 'active':
      return 'open';
    case 'revoking':
      return request.alarms > 0 ? 'alarm' : 'working';
    case 'denied':
    case 'activation-failed':
      return 'refused';
    case 'withdrawn':
    case 'expired':
    case 'cancelled':
    case 'ended':
    case 'returned':
    case 'revoked':
      return 'closed';
  }
}

/** A review that is overdue, or access that will not go. */
function isAlarming(request: AccessRequest): boolean {
  const isOverdue = request.review?.kind === 'open' && request.review.reminders > 0;
  return isOverdue || (request.status === 'revoking' && request.alarms > 0);
}
