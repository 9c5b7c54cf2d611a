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
import type { Happening } from './audit.ts';
import type { Decision, Spoken } from './decide.ts';
import { whyNotRevoker } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { provedSameHuman } from './facts.ts';
import { isAutomatic, of, startActivation } from './giving.ts';
import type { PrincipalId } from './ids.ts';
import { invariant } from './invariant.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest, Pending, Scheduled } from './request.ts';
import { startOf } from './request.ts';
import type { LifeCommand } from './request-command.ts';
import type { Start } from './start.ts';
import type { Instant } from './time.ts';

/** What was approved and has not begun: nothing is there yet to be taken away. */
export function whileScheduled(
  request: Scheduled,
  command: LifeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  switch (command.kind) {
    case 'begin':
      return begin(request, facts);
    case 'withdraw':
      return withdraw(request, command.by, facts);
    case 'revoke':
      return callOff(request, command.by, facts, spoken);
    case 'halt':
      return isDue(request, facts)
        ? accepted([of(request, { type: 'cancelled', cause: command.cause })])
        : nothing;
    case 'return':
      return refused({ code: 'not-active', status: request.status });
    case 'attest':
      return refused({ code: 'not-revoking', status: request.status });
    case 'approve':
    case 'deny':
      return refused({ code: 'already-decided', status: request.status });
    case 'expire':
    case 'escalate':
    case 'nudge':
    case 'warn':
    case 'end':
    case 'give-up':
    case 'alarm':
      return nothing;
  }
}

/** Whoever might revoke it once it has begun need not wait for that. */
function callOff(
  request: Scheduled,
  by: PrincipalId,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  if (provedSameHuman(facts, by, request.requester))
    return accepted([of(request, { type: 'withdrawn' })]);
  const stranger = whyNotRevoker(request, by, facts);
  if (stranger !== undefined) return refused(stranger);
  if (spoken === null) return refused({ code: 'reason-missing', example: '' });
  const cause = { kind: 'revoke', by, reason: spoken.why } as const;
  return accepted([of(request, { type: 'cancelled', cause })]);
}

/** Whoever has asked takes it back, approved or not, as long as nothing was given. */
export function withdraw(request: Pending | Scheduled, by: PrincipalId, facts: Facts): Decision {
  return provedSameHuman(facts, by, request.requester)
    ? accepted([of(request, { type: 'withdrawn' })])
    : refused({ code: 'not-the-requester' });
}

/** Refused: it cannot be told whether it may begin, and is to be tried again. */
function begin(request: Scheduled, facts: Facts): Decision {
  if (!isDue(request, facts)) return nothing;
  const given = { ...request, duration: agreed(request) };
  const refusal = isMissed(request, facts.now)
    ? ({ code: 'start-missed', start: beginningOf(request) } as const)
    : whyNoLonger(given, facts);
  if (refusal === undefined) {
    const happenings = startActivation(given, facts, isAutomatic(request));
    return accepted(happenings);
  }
  if (isUntold(refusal)) return refused(refusal);
  const cause = { kind: 'refused', refusal } as const;
  return accepted([of(request, { type: 'cancelled', cause })]);
}

function isDue(request: Scheduled, { now }: Facts): boolean {
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

const nothing: Decision = { kind: 'accepted', happenings: [] };

function accepted(happenings: readonly Happening[]): Decision {
  return { kind: 'accepted', happenings };
}

function refused(refusal: Refusal): Decision {
  return { kind: 'refused', refusal };
}
