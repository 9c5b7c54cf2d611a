/**
 * An extension is a request of its own: for the rights of one that is active, with a later end. It goes the
 * way of every request, and is judged as if its whole time, from when access began, had been asked for at
 * once: so nobody gets by extending what they could not have asked for.
 *
 * What it extends goes on meanwhile, and ends on time if nobody decides. Once the extension is read back, it
 * takes the place of what it extends. Until then the two are one access to whoever takes it away.
 */
import type { Happening } from './audit.ts';
import { canonical } from './audit.ts';
import type { Decision } from './decide.ts';
import type { Checked } from './eligibility.ts';
import { checkTerms, whyNoMore, whyNotEligible } from './eligibility.ts';
import type { Facts, NewFacts } from './facts.ts';
import { provedSameHuman, roleInForce } from './facts.ts';
import type { Accesses } from './giving.ts';
import { endIfBegun, of, startAsking, startRevoking, startRevokingAll } from './giving.ts';
import type { PrincipalId, RequestId } from './ids.ts';
import { added } from './limits.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest, Activating, Active, Ask, EndCause, Extended } from './request.ts';
import type { PersonCommand } from './request-command.ts';
import { givesTheSame, targetsFor } from './same-targets.ts';
import type { Millis } from './time.ts';

type ExtendCommand = Extract<PersonCommand, { kind: 'extend' }>;
type Linked = Facts['linked'];

/** @param first what is to be extended */
export function decideExtend(
  first: AccessRequest,
  command: ExtendCommand,
  facts: NewFacts,
): Decision {
  const checked = checkExtendable(first, command.by, facts);
  if (checked.kind === 'refused') return checked;
  if (command.reason === '') return refused({ code: 'reason-missing', example: '' });
  const { extended } = checked;
  const terms = checkTerms(asAsk(first, extended, command), facts, extended);
  if (terms.kind === 'refused') return terms;
  const { role, applied, duration, inputs } = terms;
  if (canonical(inputs) !== canonical(first.inputs))
    return refused({ code: 'targets-changed', role: role.name });
  const crowd = whyNoMore(terms, facts);
  if (crowd !== undefined) return refused(crowd);
  const ask: Ask = {
    id: facts.id,
    requester: command.by,
    role: { ...role, targets: targetsFor(role, { requester: command.by, inputs }, facts) },
    applied,
    policyHash: facts.policy.hash,
    duration,
    inputs,
    reason: facts.reasonDigest === null ? null : { digest: facts.reasonDigest },
    rights: first.rights,
    askedAt: facts.now,
    extends: extended,
  };
  const until = endIfBegun(ask, facts.now);
  const asked = of(first, { type: 'extension-asked', extension: ask.id, until });
  return { kind: 'accepted', happenings: [...startAsking(ask, facts), asked] };
}

/** All that can be said before it is known for how long, and why. */
export function checkExtendable(
  first: AccessRequest,
  by: PrincipalId,
  facts: Facts,
): Checked<{ readonly extended: Extended }> {
  if (!provedSameHuman(facts, by, first.requester)) return refused({ code: 'not-the-requester' });
  if (first.breakGlass !== undefined) return refused({ code: 'break-glass-not-extended' });
  const { status } = first;
  if (status !== 'active' || facts.now >= first.endsAt)
    return refused({ code: 'not-extendable', status: status === 'active' ? 'ended' : status });
  if (first.extension !== undefined)
    return refused({ code: 'already-asked', request: first.extension });
  const role = roleInForce(facts, first.role.name);
  if (role === undefined) return refused({ code: 'role-gone', role: first.role.name });
  if (!givesTheSame(first, role, facts))
    return refused({ code: 'targets-changed', role: role.name });
  const stranger = whyNotEligible(role, by, facts);
  if (stranger !== undefined) return refused(stranger);
  const left = timeLeft(first, role.maxDuration);
  return left > 0
    ? { kind: 'fine', extended: extendedBy(first) }
    : refused({ code: 'too-long-in-all', max: role.maxDuration, left: 0 });
}

/** How much later it may end, if policy gives no more than this in all. */
export function timeLeft(first: Active, max: Millis): Millis {
  return added({ duration: max, extends: extendedBy(first) });
}

function extendedBy(first: Active): Extended {
  const since = first.extends?.since ?? first.startedAt;
  return { request: first.id, since, endsAt: first.endsAt };
}

function asAsk(first: AccessRequest, { since, endsAt }: Extended, command: ExtendCommand) {
  const { by, reason } = command;
  const duration = endsAt + command.duration - since;
  return {
    kind: 'ask',
    by,
    role: first.role.name,
    duration,
    inputs: first.inputs,
    reason,
  } as const;
}

/** Whoever takes access away means all of it. */
export function takeAway(
  request: Activating | Active,
  accesses: Accesses,
  cause: EndCause,
  facts: Facts,
): readonly Happening[] {
  const others = linkedTo(request, facts.linked).filter(isGiven);
  return startRevokingAll([request, ...others], accesses, cause, facts.now);
}

function isGiven(request: AccessRequest): request is Activating | Active {
  return request.status === 'activating' || request.status === 'active';
}

function linkedTo(request: AccessRequest, linked: Linked): readonly AccessRequest[] {
  return linkedIds(request).flatMap((id) => linked.get(id) ?? []);
}

/** What it extends, and what would extend it. */
export function linkedIds(request: AccessRequest): readonly RequestId[] {
  const extension = request.status === 'active' ? request.extension : undefined;
  return [request.extends?.request, extension].filter((id) => id !== undefined);
}

/** An extension is open only while what it extends is active: each is told that the other is over. */
export function closings(
  request: AccessRequest,
  happened: readonly Happening[],
  linked: Linked,
): readonly Happening[] {
  const status = closedBy(happened, request.id);
  if (status === undefined) return [];
  return linkedTo(request, linked).flatMap((other): Happening[] => {
    if (closedBy(happened, other.id) !== undefined) return [];
    if (other.status === 'pending') return [of(other, { type: 'expired' })];
    return other.status === 'active' && other.extension === request.id
      ? [of(other, { type: 'extension-closed', extension: request.id, status })]
      : [];
  });
}

const CLOSING = {
  denied: 'denied',
  withdrawn: 'withdrawn',
  expired: 'expired',
  'revoking-started': 'activation-failed',
} as const;

/** How it came to be over, if it did. */
function closedBy(happened: readonly Happening[], id: RequestId) {
  for (const { subject, id: about, event } of happened)
    if (subject === 'request' && about === id && event.type in CLOSING)
      return CLOSING[event.type as keyof typeof CLOSING];
  return undefined;
}

/** @param opened what a reading has opened @param accesses as they are after that reading */
export function takeOver(
  opened: readonly Happening[],
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
): readonly Happening[] {
  return opened.flatMap(({ subject, id, event }) => {
    if (subject !== 'request' || event.type !== 'activated') return [];
    const extended = requests.get(id)?.extends?.request;
    const first = extended === undefined ? undefined : requests.get(extended);
    if (first?.status !== 'active') return [];
    return startRevoking(first, accesses, { kind: 'extended', extension: id });
  });
}

function refused(refusal: Refusal): { kind: 'refused'; refusal: Refusal } {
  return { kind: 'refused', refusal };
}
