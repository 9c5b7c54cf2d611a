/**
 * (policy, ask, requester) → what may be asked, or why not. Deny by default: whatever cannot be
 * evaluated is not satisfied.
 */

import { canonical } from './audit.ts';
import { brokenOpen, whyNotBroken } from './break-glass.ts';
import type { AskFacts, Facts, NewFacts } from './facts.ts';
import { asOf, inAnyOf, roleInForce } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { InputFault } from './inputs.ts';
import { readInputs } from './inputs.ts';
import { added, whyLimited } from './limits.ts';
import { whyNobody } from './missing-approvers.ts';
import { nearestNames } from './nearest.ts';
import type { BreakGlass, Role } from './policy.ts';
import { patternFound } from './policy-pattern.ts';
import type { Refusal } from './refusal.ts';
import type { AccessRequest, Extended, Pending, Scheduled, Status } from './request.ts';
import type { RoleCommand } from './request-command.ts';
import type { PlannedRight } from './right.ts';
import type { Asked } from './ruling.ts';
import { askedIn, ruling, whyUsedUp } from './ruling.ts';
import { givesTheSame } from './same-targets.ts';
import type { Start } from './start.ts';
import type { Instant, Millis } from './time.ts';
import { MINUTE } from './time.ts';
import { REASON_LIMIT } from './typed.ts';

/** How many requests for one role somebody may have that are not over. */
const OPEN_AT_ONCE = 20;

export interface Terms {
  /** As its conditions make it for this ask. */
  readonly role: Role;
  readonly applied: readonly string[];
  readonly duration: Millis;
  readonly inputs: Readonly<Record<string, string>>;
  /** Where nobody is asked for approval by it. */
  readonly breakGlass?: BreakGlass;
}

export type Checked<Value> =
  | ({ readonly kind: 'fine' } & Value)
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * All that can be said of an ask without its provider: the shell runs this first, so that a provider
 * is never troubled for somebody who may not ask.
 */
export function checkTerms(
  command: RoleCommand,
  facts: Facts,
  extended?: Extended,
): Checked<Terms> {
  const asked = roleFor(command, facts);
  if (asked.kind === 'refused') return asked;
  const { role: written } = asked;
  const then = asOf(facts, startIn(command));
  const { role, applied, refusal } = ruling(written, askedBy(command, written), then);
  if (refusal !== undefined) return refused(refusal);
  // NB. Written so that NaN, which no end would ever follow, is refused as well.
  const duration = command.duration ?? role.defaultDuration;
  if (!(duration > 0 && duration <= role.maxDuration))
    return refused(tooLong(role.maxDuration, extended));
  const reason = whyUnfit(role, command.reason);
  if (reason !== undefined) return refused(reason);
  const { values, faults } = readInputs(role.inputs, command.inputs);
  const fault = faults[0];
  if (fault !== undefined) return refused(inputRefusal(fault));
  const wish = {
    id: null,
    requester: command.by,
    duration,
    ...(extended && { extends: extended }),
    isBreakGlass: command.kind === 'break-glass',
  };
  const breakGlass = command.kind === 'ask' ? undefined : role.breakGlass;
  const obstacle =
    whyLimited(role, wish, then) ?? whyUndecided(role, breakGlass, command, { facts, then });
  return obstacle === undefined
    ? { kind: 'fine', role, applied, duration, inputs: values, ...(breakGlass && { breakGlass }) }
    : refused(obstacle);
}

/** As policy gives it to whoever asks for it, or breaks its glass. */
function roleFor(command: RoleCommand, facts: Facts): Checked<{ readonly role: Role }> {
  const role = roleInForce(facts, command.role);
  if (role === undefined) return refused(unknownRole(command, facts));
  const asked = command.kind === 'ask' ? ({ kind: 'fine', role } as const) : brokenOpen(role);
  if (asked.kind === 'refused') return asked;
  const refusal =
    whyNotEligible(asked.role, command.by, facts) ??
    whyUntimely(startIn(command), asked.role, facts.now);
  return refusal === undefined ? asked : refused(refusal);
}

/** A glass is broken at once. */
function startIn(command: RoleCommand): Start | undefined {
  return command.kind === 'ask' ? command.start : undefined;
}

/** Who is to decide on it, before or afterwards. */
function whyUndecided(
  role: Role,
  breakGlass: BreakGlass | undefined,
  { by }: RoleCommand,
  { facts, then }: { readonly facts: Facts; readonly then: Facts },
): Refusal | undefined {
  return breakGlass === undefined
    ? (whyUsedUp(role, by, then) ?? whyNobody(role, by, facts))
    : whyNotBroken(role, breakGlass, by, facts);
}

/** What was typed a moment ago may have come by now. */
const JUST_NOW: Millis = MINUTE;

/** Why nothing can be given a start then, whoever says so. */
export function whyUntimely(
  start: Start | undefined,
  { startWithin: max }: Pick<Role, 'startWithin'>,
  now: Instant,
): Refusal | undefined {
  if (start === undefined) return undefined;
  // NB. Written so that NaN, which never comes, is refused as well.
  if (!(start.at > now - JUST_NOW)) return { code: 'start-past', start };
  return start.at <= now + max ? undefined : { code: 'start-too-far', max };
}

function tooLong(max: Millis, extended: Extended | undefined): Refusal {
  if (extended === undefined) return { code: 'too-long', max };
  const left = Math.max(0, added({ duration: max, extends: extended }));
  return { code: 'too-long-in-all', max, left };
}

/** NB. Whatever is wrong with the inputs is said after this: conditions take them as they were typed. */
function askedBy(command: RoleCommand, role: Role): Asked {
  const { by, duration, inputs, reason } = command;
  const { values } = readInputs(role.inputs, inputs);
  const wanted = duration ?? role.defaultDuration;
  const isBreakGlass = command.kind === 'break-glass';
  return { requester: by, duration: wanted, inputs: values, reason, isBreakGlass };
}

export function checkAsk(
  command: RoleCommand,
  facts: AskFacts,
): Checked<Terms & { readonly rights: readonly PlannedRight[] }> {
  const terms = checkTerms(command, facts);
  if (terms.kind === 'refused') return terms;
  const crowd = whyNoMore({ ...terms, start: startIn(command) }, facts);
  if (crowd !== undefined) return refused(crowd);
  switch (facts.plan.kind) {
    case 'planned':
      // What gives nothing could only be proven gone.
      return facts.plan.rights.length === 0
        ? refused({ code: 'cannot-be-given', why: `${terms.role.name} would give nothing.` })
        : { ...terms, rights: facts.plan.rights };
    case 'refused':
      return refused({ code: 'cannot-be-given', why: facts.plan.why });
    case 'unreachable':
      return refused({ code: 'provider-unreachable', why: facts.plan.why });
    case 'not-needed':
      return refused({ code: 'provider-unreachable', why: 'nothing was planned' });
  }
}

/**
 * Who has it already may ask for it again: the second lease extends the first. And who waits for it may
 * break the glass.
 */
export function whyNoMore(
  { role, inputs, start, breakGlass }: Terms & { readonly start?: Start | undefined },
  { open }: NewFacts,
): Refusal | undefined {
  const waits: readonly Status[] = ['pending', 'scheduled', 'activating'];
  const twins = breakGlass === undefined ? waits : waits.slice(-1);
  const twin = open.find(
    (other) =>
      twins.includes(other.status) &&
      canonical(other.inputs) === canonical(inputs) &&
      other.start?.at === start?.at,
  );
  if (twin !== undefined) return { code: 'already-asked', request: twin.id };
  return open.length < OPEN_AT_ONCE
    ? undefined
    : { code: 'too-many-open', role: role.name, max: OPEN_AT_ONCE };
}

/** What has changed since a request was asked that stands against giving it now. */
export function checkStill(
  request: Pending | Scheduled,
  inForce: Role,
  facts: Facts,
): Refusal | undefined {
  const role = inForce.name;
  if (!givesTheSame(request, inForce, facts)) return { code: 'targets-changed', role };
  if (request.duration > inForce.maxDuration) return tooLong(inForce.maxDuration, request.extends);
  const inputs = readInputs(inForce.inputs, request.inputs);
  const fault = inputs.faults[0];
  if (fault !== undefined) return inputRefusal(fault);
  if (canonical(inputs.values) !== canonical(request.inputs))
    return { code: 'targets-changed', role };
  const reason = whyReasonUnfit(request, inForce, facts);
  if (reason !== undefined) return reason;
  const asked = inAnyOf(facts, request.requester, request.role.who);
  const now = inAnyOf(facts, request.requester, inForce.who);
  if (asked === 'no' || now === 'no') return { code: 'no-longer-eligible', role };
  if (asked !== 'yes') return { code: 'directory-unreachable', what: asked.unreachable };
  if (now !== 'yes') return { code: 'directory-unreachable', what: now.unreachable };
  return whyLimited(request.role, request, facts) ?? whyLimited(inForce, request, facts);
}

/** By the form that is in force, where that is another one. What was erased has none. */
function whyReasonUnfit(
  request: Pending | Scheduled,
  inForce: Role,
  facts: Facts,
): Refusal | undefined {
  const { reason: form } = inForce;
  const { required, pattern } = request.role.reason;
  if (form.required === required && form.pattern === pattern) return undefined;
  const { reason } = askedIn(request, facts);
  if (reason !== undefined) return whyUnfit(inForce, reason);
  return form.pattern === null ? undefined : { code: 'reason-unfit', example: form.example };
}

function unknownRole(command: RoleCommand, facts: Facts): Refusal {
  const mine = rolesFor(command.by, facts).map((role) => role.name);
  return {
    code: 'unknown-role',
    role: command.role,
    nearest: nearestNames(command.role, mine),
  };
}

/** The roles that a person may ask for. One whose groups cannot be read is not among them. */
export function rolesFor(by: PrincipalId, facts: Facts): readonly Role[] {
  return Object.values(facts.policy.roles).filter((role) => inAnyOf(facts, by, role.who) === 'yes');
}

export function whyNotEligible(role: Role, by: PrincipalId, facts: Facts): Refusal | undefined {
  const answer = inAnyOf(facts, by, role.who);
  if (answer === 'yes') return undefined;
  if (answer === 'no') return { code: 'not-eligible', role: role.name };
  return { code: 'directory-unreachable', what: answer.unreachable };
}

/** Named by the rule that it was asked under, or by the one in force. */
export function whyNotRevoker(
  { role }: AccessRequest,
  by: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const inForce = roleInForce(facts, role.name)?.revokers ?? [];
  const answer = inAnyOf(facts, by, [...inForce, ...role.revokers]);
  if (answer === 'no') return { code: 'not-a-revoker' };
  return answer === 'yes' ? undefined : { code: 'directory-unreachable', what: answer.unreachable };
}

function whyUnfit(role: Role, reason: string): Refusal | undefined {
  const { required, pattern, example } = role.reason;
  if (reason.length > REASON_LIMIT) return { code: 'reason-too-long', max: REASON_LIMIT };
  if (reason === '') return required ? { code: 'reason-missing', example } : undefined;
  return pattern !== null && !patternFound(pattern, reason)
    ? { code: 'reason-unfit', example }
    : undefined;
}

function inputRefusal(fault: InputFault): Refusal {
  switch (fault.code) {
    case 'missing':
      return { code: 'input-missing', name: fault.name, label: fault.label };
    case 'unfit':
      return { code: 'input-unfit', name: fault.name, why: fault.why };
    case 'unknown':
      return { code: 'input-unknown', name: fault.name, known: fault.known };
  }
}

function refused(refusal: Refusal): { kind: 'refused'; refusal: Refusal } {
  return { kind: 'refused', refusal };
}
