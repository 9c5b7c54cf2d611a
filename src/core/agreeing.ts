/**
 * One approver agrees: to what was asked for, or to less time than that. Of several, the least counts,
 * whoever of them still matters when the last one agrees.
 */
import type { ApprovalOutcome } from './approval.ts';
import { approve } from './approval.ts';
import type { Decision } from './decide.ts';
import type { Facts } from './facts.ts';
import { of, startActivation } from './giving.ts';
import { added } from './limits.ts';
import type { Approval, Ask, Pending, PersonCommand, RequestEvent } from './request.ts';
import { planHashOf } from './right.ts';
import type { Millis } from './time.ts';

type ApproveCommand = Extract<PersonCommand, { kind: 'approve' }>;

export function agree(request: Pending, command: ApproveCommand, facts: Facts): Decision {
  const { by, duration: length } = command;
  const duration = length === undefined ? request.duration : offered(request, length);
  if (!(duration <= request.duration && (length ?? duration) > 0))
    return { kind: 'refused', refusal: { code: 'too-long', max: added(request) } };
  const given = { ...request, duration: Math.min(agreed(request), duration) };
  const outcome = approve(given, by, facts);
  if (outcome.kind === 'refused') return outcome;
  const isLess = duration < request.duration;
  const event = { ...approvedBy(by, request, outcome), ...(isLess ? { duration } : {}) };
  const isEnough = outcome.waitsFor.length === 0;
  const begun = isEnough ? startActivation(given, facts, false) : [];
  return { kind: 'accepted', happenings: [of(request, event), ...begun] };
}

/** What it may last by all that was agreed to so far. */
export function agreed({
  duration,
  approvals,
}: Ask & { readonly approvals: readonly Pick<Approval, 'duration'>[] }): Millis {
  return Math.min(duration, ...approvals.map((approval) => approval.duration ?? duration));
}

/** An approver speaks of an extension as its requester does: how much longer. */
function offered({ extends: extended }: Ask, length: Millis): Millis {
  return extended === undefined ? length : extended.endsAt + length - extended.since;
}

function approvedBy(
  by: Approval['by'],
  request: Pending,
  { have, need, waitsFor }: Extract<ApprovalOutcome, { kind: 'counted' }>,
): Extract<RequestEvent, { type: 'approved' }> {
  const asked = request.waitsFor.map(({ of }) => of);
  const opened = waitsFor.map(({ of }) => of).filter((group) => !asked.includes(group));
  return { type: 'approved', by, have, need, waitsFor, opened, plan: planHashOf(request.rights) };
}
