/**
 * The start of what was approved ahead of it. What may have changed in between is looked at again, as it is
 * at that moment: policy and its conditions, whether the requester may still ask, what they have had since.
 *
 * Who approved was looked at when they clicked, and somebody who was on call then need not be at the start.
 * Only where the rule is another one by now are they counted again, by who is in which group now.
 *
 * What cannot be told at its start is tried again, until all of the time that it was for is over.
 */
import { agreed } from './agreeing.ts';
import { whyNoLonger } from './approval.ts';
import type { Decision } from './decide.ts';
import type { Facts } from './facts.ts';
import { isAutomatic, of, startActivation } from './giving.ts';
import { invariant } from './invariant.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest, Scheduled } from './request.ts';
import { startOf } from './request.ts';
import type { Start } from './start.ts';
import type { Instant } from './time.ts';

/** Refused: it cannot be told whether it may begin, and is to be tried again. */
export function begin(request: Scheduled, facts: Facts): Decision {
  if (!isDue(request, facts)) return { kind: 'accepted', happenings: [] };
  const given = { ...request, duration: agreed(request) };
  const refusal = isMissed(request, facts.now)
    ? ({ code: 'start-missed', start: beginningOf(request) } as const)
    : whyNoLonger(given, facts);
  if (refusal === undefined) {
    const happenings = startActivation(given, facts, isAutomatic(request));
    return { kind: 'accepted', happenings };
  }
  if (isUntold(refusal)) return { kind: 'refused', refusal };
  const cause = { kind: 'refused', refusal } as const;
  return { kind: 'accepted', happenings: [of(request, { type: 'cancelled', cause })] };
}

export function isDue(request: Scheduled, { now }: Facts): boolean {
  return now >= beginningOf(request).at;
}

/** When something scheduled is to begin. */
export function beginningOf(request: Scheduled): Start {
  const start = startOf(request);
  invariant(start !== undefined, 'what is scheduled has a start');
  return start;
}

/**
 * Whether all of the time that it was for is over: whoever asked for an hour of the night is not given one
 * of the morning.
 */
export function isMissed(request: AccessRequest, now: Instant): boolean {
  return request.status === 'scheduled' && now >= beginningOf(request).at + agreed(request);
}

function isUntold(refusal: Refusal): boolean {
  return (
    refusal.code === 'directory-unreachable' || (refusal.code === 'forbidden' && refusal.unknown)
  );
}
