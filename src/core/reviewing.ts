/** A review is closed by somebody else whom policy names, once the access is over; or it is overdue. */
import type { Decision, Spoken } from './decide.ts';
import type { Facts } from './facts.ts';
import { inAnyOf, roleInForce, sameHumanIds, unreadOf } from './facts.ts';
import { of } from './giving.ts';
import type { PrincipalId } from './ids.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest } from './request.ts';
import type { ChangeCommand } from './request-command.ts';
import { isReviewable, nextReminder } from './review.ts';
import { whySeparated } from './separation.ts';

type ReviewCommand = Extract<ChangeCommand, { kind: 'review' }>;

export function remind(request: AccessRequest, nth: number, { now }: Facts): Decision {
  if (!isReviewable(request)) return nothing;
  const next = nextReminder(request);
  return nth === next.nth && now >= next.at
    ? { kind: 'accepted', happenings: [of(request, { type: 'review-overdue', nth })] }
    : nothing;
}

export function review(
  request: AccessRequest,
  { by, judgement }: Pick<ReviewCommand, 'by' | 'judgement'>,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  const refusal = whyNotReviewed(request, by, facts);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  if (spoken === null) return { kind: 'refused', refusal: { code: 'reason-missing', example: '' } };
  const { why } = spoken;
  return { kind: 'accepted', happenings: [of(request, { type: 'reviewed', by, judgement, why })] };
}

function whyNotReviewed(
  request: AccessRequest,
  by: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const { role, breakGlass, requester, review: state } = request;
  if (breakGlass === undefined) return { code: 'nothing-to-review' };
  const inForce = roleInForce(facts, role.name);
  const groups = (inForce?.breakGlass ?? breakGlass).review.by;
  const answer = inAnyOf(facts, by, groups);
  if (answer === 'no') return { code: 'not-a-reviewer', groups };
  if (answer !== 'yes') return { code: 'directory-unreachable', what: answer.unreachable };
  if (sameHumanIds(facts, by, requester)) return { code: 'self-review' };
  const what = unreadOf(facts, [by, requester]);
  if (what !== undefined) return { code: 'directory-unreachable', what };
  const kinds = [...role.separation, ...(inForce?.separation ?? [])];
  const apart = whySeparated([...new Set(kinds)], by, requester, facts);
  if (apart !== undefined) return apart;
  if (state?.kind === 'closed') return { code: 'already-reviewed' };
  return isReviewable(request) ? undefined : { code: 'review-too-early', status: request.status };
}

const nothing: Decision = { kind: 'accepted', happenings: [] };
