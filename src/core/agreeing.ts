/**
 * One approver agrees: to what was asked for, to less time than that, or to a later start. Of several, the
 * least time and the latest start count, whoever of them still matters when the last one agrees.
 */
import type { ApprovalOutcome } from './approval.ts';
import { approve } from './approval.ts';
import type { Decision } from './decide.ts';
import { whyUntimely } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { roleInForce } from './facts.ts';
import { beginInTime, of } from './giving.ts';
import { quietFor } from './ladder.ts';
import { added } from './limits.ts';
import type { Refusal } from './refusal.ts';
import type { Approval, Ask, Pending } from './request.ts';
import { startOf } from './request.ts';
import type { PersonCommand } from './request-command.ts';
import type { RequestEvent } from './request-event.ts';
import { planHashOf } from './right.ts';
import type { Start } from './start.ts';
import { later } from './start.ts';
import type { Instant, Millis } from './time.ts';

type ApproveCommand = Extract<PersonCommand, { kind: 'approve' }>;

export function agree(request: Pending, command: ApproveCommand, facts: Facts): Decision {
  const { by } = command;
  const before = request.approvals.find((approval) => approval.by === by);
  const duration = lengthOf(request, command, before);
  if (!(duration <= request.duration && (command.duration ?? duration) > 0))
    return { kind: 'refused', refusal: { code: 'too-long', max: added(request) } };
  const untimely = whyNotThen(request, command.start, facts);
  if (untimely !== undefined) return { kind: 'refused', refusal: untimely };
  const start = command.start ?? before?.start;
  const others = request.approvals.filter((approval) => approval !== before);
  const given = asGiven({ ...request, approvals: others }, duration, start);
  const outcome = approve({ ...given, approvals: request.approvals }, by, facts);
  if (outcome.kind === 'refused') return outcome;
  const event = {
    ...approvedBy(by, request, outcome, facts.now),
    ...(duration < request.duration && { duration }),
    ...(start && start.at !== request.start?.at && { start }),
  };
  const begun = outcome.waitsFor.length === 0 ? beginInTime(given, facts) : [];
  return { kind: 'accepted', happenings: [of(request, event), ...begun] };
}

/** Whoever agrees again and says nothing else stands by what they agreed to before. */
function lengthOf(
  request: Pending,
  { duration }: ApproveCommand,
  before: Approval | undefined,
): Millis {
  return duration === undefined
    ? (before?.duration ?? request.duration)
    : offered(request, duration);
}

/** What it would be with this approval. */
function asGiven(request: Pending, duration: Millis, start: Start | undefined): Pending {
  const latest = later(startOf(request), start);
  const shortest = Math.min(agreed(request), duration);
  return { ...request, duration: shortest, ...(latest && { start: latest }) };
}

function whyNotThen(request: Pending, start: Start | undefined, facts: Facts): Refusal | undefined {
  if (start === undefined) return undefined;
  if (request.extends !== undefined) return { code: 'extension-without-start' };
  const { start: asked } = request;
  if (asked !== undefined && start.at < asked.at) return { code: 'start-too-early', start: asked };
  const role = roleInForce(facts, request.role.name);
  return role === undefined ? undefined : whyUntimely(start, role, facts.now);
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
  now: Instant,
): Extract<RequestEvent, { type: 'approved' }> {
  const asked = request.waitsFor.map(({ of }) => of);
  const opened = waitsFor.map(({ of }) => of).filter((group) => !asked.includes(group));
  const toldFrom = opened.length === 0 ? undefined : quietFor(request, now);
  return {
    ...{ type: 'approved', by, have, need, waitsFor, opened, plan: planHashOf(request.rights) },
    ...(toldFrom !== undefined && { toldFrom }),
  };
}
