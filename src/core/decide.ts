/**
 * (request, its accesses, command, facts) → what happens, or a refusal. Pure: the same arguments
 * always give the same answer, so the shell can repeat a decision as a whole when something it read
 * has changed in between.
 *
 * First by status, then by command: one small function per status. What may be asked at all is
 * eligibility.ts; what a provider's answer means is observe.ts.
 */
import { agree } from './agreeing.ts';
import type { Happening } from './audit.ts';
import { checkAsk, whyNotRevoker } from './eligibility.ts';
import { closings, takeAway } from './extending.ts';
import type { AskFacts, Facts } from './facts.ts';
import {
  inAnyOf,
  policyHash,
  provedSameHuman,
  roleInForce,
  sameHumanIds,
  unreadOf,
} from './facts.ts';
import type { Accesses } from './giving.ts';
import { finished, of, startAsking, startRevoking } from './giving.ts';
import type { PrincipalId } from './ids.ts';
import type { LadderCommand } from './ladder.ts';
import { climbed } from './ladder.ts';
import { approverGroups } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type {
  AccessRequest,
  Activating,
  Active,
  Ask,
  EndCause,
  Pending,
  Revoking,
  TextRef,
} from './request.ts';
import { expiryOf } from './request.ts';
import type {
  ChangeCommand,
  LifeCommand,
  RequestCommand,
  RoleCommand,
  TimerCommand,
} from './request-command.ts';
import { remind, review } from './reviewing.ts';
import { targetsFor } from './same-targets.ts';
import { whileScheduled, withdraw } from './scheduling.ts';
import { seeUse } from './use.ts';

export type Decision =
  /** Empty: a deadline that no longer applies. */
  | { readonly kind: 'accepted'; readonly happenings: readonly Happening[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What a command carries once the shell has put its text beside the chain. */
export interface Spoken {
  readonly why: TextRef;
}

export function decideAsk(command: RoleCommand, facts: AskFacts): Decision {
  const checked = checkAsk(command, facts);
  if (checked.kind === 'refused') return checked;
  const { role, applied, duration, inputs, rights, breakGlass } = checked;
  const ask: Ask = {
    id: facts.id,
    requester: command.by,
    role: { ...role, targets: targetsFor(role, { requester: command.by, inputs }, facts) },
    applied,
    policyHash: policyHash(facts),
    duration,
    inputs,
    reason: facts.reasonDigest === null ? null : { digest: facts.reasonDigest },
    rights,
    askedAt: facts.now,
    ...(command.kind === 'ask' && command.start && { start: command.start }),
    ...(breakGlass && { breakGlass }),
  };
  return accepted(startAsking(ask, facts));
}

/** @param spoken the digest of the command's text, for those that carry one */
export function decide(
  request: AccessRequest,
  accesses: Accesses,
  command: ChangeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  if (command.kind === 'review') return review(request, command, facts, spoken);
  if (command.kind === 'remind') return remind(request, command.nth, facts);
  if (command.kind === 'use')
    return withClosings(request, seeUse(request, accesses, command, facts), facts);
  return withClosings(request, byStatus(request, accesses, command, facts, spoken), facts);
}

function withClosings(request: AccessRequest, decision: Decision, facts: Facts): Decision {
  if (decision.kind === 'refused') return decision;
  const { happenings } = decision;
  return accepted([...happenings, ...closings(request, happenings, facts.linked)]);
}

function byStatus(
  request: AccessRequest,
  accesses: Accesses,
  command: LifeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  switch (request.status) {
    case 'pending':
      return whilePending(request, command, facts, spoken);
    case 'scheduled':
      return whileScheduled(request, command, facts, spoken);
    case 'activating':
    case 'active':
      return whileGiven(request, accesses, command, facts, spoken);
    case 'revoking':
      return whileRevoking(request, command, facts, spoken);
    case 'denied':
    case 'withdrawn':
    case 'expired':
    case 'cancelled':
    case 'ended':
    case 'returned':
    case 'revoked':
    case 'activation-failed':
      return whenOver(request, command);
  }
}

function whilePending(
  request: Pending,
  command: LifeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  if ('by' in command && isOverdue(request, facts))
    return refused({ code: 'already-decided', status: 'expired' });
  switch (command.kind) {
    case 'approve':
      return agree(request, command, facts);
    case 'deny':
      return deny(request, command.by, facts, spoken);
    case 'withdraw':
      return withdraw(request, command.by, facts);
    case 'expire':
      return isOverdue(request, facts) ? accepted([of(request, { type: 'expired' })]) : nothing;
    case 'escalate':
    case 'nudge':
      return climb(request, command, facts);
    case 'return':
    case 'revoke':
      return refused({ code: 'not-active', status: request.status });
    case 'attest':
      return refused({ code: 'not-revoking', status: request.status });
    case 'begin':
    case 'warn':
    case 'end':
    case 'give-up':
    case 'alarm':
    case 'halt':
      return nothing;
  }
}

/** An alarm may ring late; what nobody decided in time is over all the same. */
function isOverdue(request: Pending, facts: Facts): boolean {
  return facts.now >= expiryOf(request);
}

/** Anybody whom either rule names may say no, whichever stage it is at. */
function deny(request: Pending, by: PrincipalId, facts: Facts, spoken: Spoken | null): Decision {
  const inForce = roleInForce(facts, request.role.name);
  const groups = [request.role, ...(inForce === undefined ? [] : [inForce])].flatMap(
    approverGroups,
  );
  const answer = inAnyOf(facts, by, groups);
  if (answer === 'no') return refused({ code: 'not-an-approver', groups: [...new Set(groups)] });
  if (answer !== 'yes') return refused({ code: 'directory-unreachable', what: answer.unreachable });
  if (sameHumanIds(facts, by, request.requester)) return refused({ code: 'self-approval' });
  if (spoken === null) return refused({ code: 'reason-missing', example: '' });
  return accepted([of(request, { type: 'denied', by, why: spoken.why })]);
}

function climb(request: Pending, command: LadderCommand, facts: Facts): Decision {
  const event = climbed(request, command, facts);
  return event === undefined ? nothing : accepted([of(request, event)]);
}

function whileGiven(
  request: Activating | Active,
  accesses: Accesses,
  command: LifeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  switch (command.kind) {
    case 'return':
      return provedSameHuman(facts, command.by, request.requester)
        ? accepted(takeAway(request, accesses, { kind: 'return' }, facts))
        : refused({ code: 'not-the-requester' });
    case 'revoke':
      return revoke(request, accesses, command.by, facts, spoken);
    case 'end':
      return facts.now >= request.endsAt
        ? accepted(startRevoking(request, accesses, endCause(request)))
        : nothing;
    case 'warn':
      return request.status === 'active' && !request.warned
        ? accepted([of(request, { type: 'warned', endsAt: request.endsAt })])
        : nothing;
    case 'give-up':
      return request.status === 'activating' && facts.now >= request.startedAt + facts.timing.giveUp
        ? accepted(startRevoking(request, accesses, neverConfirmed))
        : nothing;
    case 'halt':
      return accepted(takeAway(request, accesses, command.cause, facts));
    case 'approve':
    case 'deny':
    case 'withdraw':
      return refused({ code: 'already-decided', status: request.status });
    case 'attest':
      return refused({ code: 'not-revoking', status: request.status });
    case 'expire':
    case 'begin':
    case 'escalate':
    case 'nudge':
    case 'alarm':
      return nothing;
  }
}

const neverConfirmed: EndCause = {
  kind: 'activation-failed',
  why: 'the provider did not confirm it in time',
};

function endCause(request: Activating | Active): EndCause {
  return request.status === 'active' ? { kind: 'end' } : neverConfirmed;
}

function revoke(
  request: Activating | Active,
  accesses: Accesses,
  by: PrincipalId,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  if (provedSameHuman(facts, by, request.requester))
    return accepted(takeAway(request, accesses, { kind: 'return' }, facts));
  const stranger = whyNotRevoker(request, by, facts);
  if (stranger !== undefined) return refused(stranger);
  if (spoken === null) return refused({ code: 'reason-missing', example: '' });
  const cause: EndCause = { kind: 'revoke', by, reason: spoken.why };
  return accepted(takeAway(request, accesses, cause, facts));
}

function whileRevoking(
  request: Revoking,
  command: LifeCommand,
  facts: Facts,
  spoken: Spoken | null,
): Decision {
  switch (command.kind) {
    case 'attest':
      return attest(request, command.by, facts, spoken);
    case 'alarm':
      return command.nth === request.alarms + 1
        ? accepted([of(request, { type: 'alarm-raised', nth: command.nth, what: 'revoking' })])
        : nothing;
    case 'return':
    case 'revoke':
    case 'approve':
    case 'deny':
    case 'withdraw':
      return refused({ code: 'already-decided', status: request.status });
    case 'expire':
    case 'begin':
    case 'escalate':
    case 'nudge':
    case 'warn':
    case 'end':
    case 'give-up':
    case 'halt':
      return nothing;
  }
}

function attest(request: Revoking, by: PrincipalId, facts: Facts, spoken: Spoken | null): Decision {
  const attesters = (roleInForce(facts, request.role.name) ?? request.role).attesters;
  const answer = inAnyOf(facts, by, attesters);
  if (answer === 'no') return refused({ code: 'not-an-attester' });
  if (answer !== 'yes') return refused({ code: 'directory-unreachable', what: answer.unreachable });
  if (sameHumanIds(facts, by, request.requester)) return refused({ code: 'self-attestation' });
  const what = unreadOf(facts, [by, request.requester]);
  if (what !== undefined) return refused({ code: 'directory-unreachable', what });
  if (spoken === null) return refused({ code: 'reason-missing', example: '' });
  const open = request.grants.filter((grant) => grant.state.kind !== 'gone');
  const gone = open.flatMap(({ accessId }): Happening[] => [
    { subject: 'access', id: accessId, event: { type: 'lease-attested', request: request.id } },
    of(request, { type: 'grant-gone', accessId, proof: { kind: 'attested', by } }),
  ]);
  return accepted([
    of(request, { type: 'attested', by, why: spoken.why }),
    ...gone,
    finished(request, request.cause, 'attested'),
  ]);
}

function whenOver(request: AccessRequest, command: LifeCommand): Decision {
  return 'by' in command ? refused({ code: 'already-decided', status: request.status }) : nothing;
}

const TIMERS = {
  expire: true,
  begin: true,
  escalate: true,
  nudge: true,
  warn: true,
  end: true,
  'give-up': true,
  alarm: true,
  remind: true,
} as const satisfies Record<TimerCommand['kind'], true>;

export function isTimer(command: RequestCommand): command is TimerCommand {
  return Object.hasOwn(TIMERS, command.kind);
}

const nothing: Decision = { kind: 'accepted', happenings: [] };

function accepted(happenings: readonly Happening[]): Decision {
  return { kind: 'accepted', happenings };
}

function refused(refusal: Refusal): Decision {
  return { kind: 'refused', refusal };
}
