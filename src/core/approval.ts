/**
 * Who may approve, and whether it is enough: distinct humans are counted, never groups or accounts.
 *
 * A click is taken from those alone whom the rule in force names at that moment. Then the request is
 * judged under the rule it was asked under and under the rule in force, and each must be satisfied by
 * itself, by people whom that rule names: so the stricter one decides. Who was notified, or which button
 * was drawn, is no argument here.
 *
 * Everybody's membership is looked at again with each click: an approval of an earlier stage counts for
 * what policy and groups say of its giver at the last click. Where it does not count any more, that stage
 * is open again.
 */
import { canonical } from './audit.ts';
import { checkStill } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { asOf, inAnyOf, roleInForce, sameHumanIds, unreadOf } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { GroupName, Quorum, Role, Stage } from './policy.ts';
import { approverGroups, stagesOf } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { Pending, Scheduled } from './request.ts';
import { startOf } from './request.ts';
import { askedIn, ruling, whyUsedUp } from './ruling.ts';
import type { Progress } from './seats.ts';
import { progress } from './seats.ts';
import { whySeparated } from './separation.ts';

export type ApprovalOutcome =
  | {
      readonly kind: 'counted';
      /** Seats that are filled, of the rule that is further from its end. */
      readonly have: number;
      readonly need: number;
      /** Empty when both rules are satisfied. */
      readonly waitsFor: Stage;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** @param request with the duration and the start that would be agreed to by this approval */
export function approve(request: Pending, by: PrincipalId, now: Facts): ApprovalOutcome {
  const facts = asOf(now, startOf(request));
  const written = roleInForce(facts, request.role.name);
  if (written === undefined) return refused({ code: 'role-gone', role: request.role.name });
  const { role: inForce, refusal } = ruling(written, askedIn(request, facts), facts);
  if (sameHumanIds(facts, by, request.requester)) return refused({ code: 'self-approval' });
  const roles: Roles = [request.role, inForce];
  const before = standing(request, roles, facts);
  const self = before.filter((human) => isOne(human, by, facts));
  const others = before.filter((human) => !self.includes(human));
  const stranger =
    whyNotNow(roles, by, others, facts) ??
    whyUnsure(request, [by, ...before.flat()], facts) ??
    separation(roles, by, request.requester, facts);
  if (stranger !== undefined) return refused(stranger);
  if (refusal !== undefined) return refused(refusal);
  const changed = checkStill(request, inForce, facts);
  if (changed !== undefined) return refused(changed);
  const after = stateOf(roles, [...others, [...self.flat(), by]], facts);
  // Approvals that were not enough when they were given may be by now: then one more click tells us so.
  const isAgain = self.length > 0 && !isEnough(after);
  return isAgain && !isBetter(after, stateOf(roles, before, facts))
    ? refused({ code: 'already-approved' })
    : counted(after);
}

/**
 * What stands at its start against what was approved before. NB. Nobody is looked at again who has approved
 * what is needed now as well.
 */
export function whyNoLonger(request: Scheduled, facts: Facts): Refusal | undefined {
  const written = roleInForce(facts, request.role.name);
  if (written === undefined) return { code: 'role-gone', role: request.role.name };
  const { role: inForce, refusal, answers } = ruling(written, askedIn(request, facts), facts);
  const changed = refusal ?? checkStill(request, inForce, facts);
  if (changed !== undefined) return changed;
  const roles: Roles = [request.role, inForce];
  if (canonical(decidedBy(inForce)) === canonical(decidedBy(request.role)))
    return whyNotFree(request, roles, facts);
  const stand = standing(request, roles, facts);
  const unsure = whyUnsure(request, stand.flat(), facts);
  if (unsure !== undefined) return unsure;
  const state = stateOf(roles, stand, facts);
  if (isEnough(state)) return whyNotFree(request, roles, facts);
  const untold = whyUntold(request, roles, facts);
  if (untold !== undefined) return untold;
  return answers.some(({ answer }) => answer === 'unknown')
    ? { code: 'directory-unreachable', what: 'what the conditions of its rule ask about' }
    : { code: 'no-longer-approved', missing: merged(state.map(({ missing }) => missing)) };
}

/** Whether these and the requester are as many humans as they seem to be. */
function whyUnsure(
  { requester }: Pending | Scheduled,
  ids: readonly PrincipalId[],
  facts: Facts,
): Refusal | undefined {
  const what = unreadOf(facts, [requester, ...ids]);
  return what === undefined ? undefined : { code: 'directory-unreachable', what };
}

/** Whose word is enough. */
function decidedBy({ approval, separation }: Role) {
  return { approval, separation };
}

/** The caps of both rules hold for what nobody approved; no cap counts what somebody did. */
function whyNotFree(
  { role, requester }: Scheduled,
  [asked, inForce]: Roles,
  facts: Facts,
): Refusal | undefined {
  if (role.approval.kind !== 'automatic') return undefined;
  return whyUsedUp(asked, requester, facts) ?? whyUsedUp(inForce, requester, facts);
}

/** What could not be read of those who approved: by it they may be enough after all. */
function whyUntold(
  { approvals, requester }: Scheduled,
  roles: Roles,
  facts: Facts,
): Refusal | undefined {
  // NB. One by one: whoever is in another of them might sit in just the one that is not read.
  const named = roles.flatMap(approverGroups);
  const answers = approvals.flatMap(({ by }) => named.map((group) => inAnyOf(facts, by, [group])));
  const unread = answers.find((answer) => typeof answer === 'object');
  if (unread !== undefined) return { code: 'directory-unreachable', what: unread.unreachable };
  return approvals
    .map(({ by }) => separation(roles, by, requester, facts))
    .find((refusal) => refusal?.code === 'directory-unreachable');
}

/** Asked under, and in force. */
type Roles = readonly [Role, Role];

/** The ids under which one human has approved. */
type Human = readonly PrincipalId[];

/** Where each of the rules stands. */
type State = readonly Progress[];

function stateOf(roles: readonly Role[], humans: readonly Human[], facts: Facts): State {
  const maySit = (ids: Human, { of }: Quorum) =>
    ids.some((id) => inAnyOf(facts, id, [of]) === 'yes');
  return roles.map(({ approval }) => progress(stagesOf(approval), humans, maySit));
}

function isEnough(state: State): boolean {
  return state.every(({ filled, total }) => filled === total);
}

function isBetter(after: State, before: State): boolean {
  const gains = after.map(({ filled }, index) => filled - (before[index]?.filled ?? 0));
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

function counted(state: State): ApprovalOutcome {
  const furthest = state.reduce((a, b) => (left(b) > left(a) ? b : a));
  const { filled: have, total: need } = furthest;
  return { kind: 'counted', have, need, waitsFor: merged(state.map(({ missing }) => missing)) };
}

const left = ({ total, filled }: Progress): number => total - filled;

/** What either rule waits for; of one group, the larger number. */
function merged(stages: readonly Stage[]): Stage {
  const byGroup = new Map<GroupName, number>();
  for (const { of, count } of stages.flat()) byGroup.set(of, Math.max(count, byGroup.get(of) ?? 0));
  return [...byGroup].map(([of, count]) => ({ count, of }));
}

/** The rule in force; where it asks for nobody, the one asked under still does. */
function naming([asked, inForce]: Roles): Role {
  return stagesOf(inForce.approval).length > 0 ? inForce : asked;
}

/** Only the stages that are open or full take clicks: those after them begin later. */
function whyNotNow(
  roles: Roles,
  by: PrincipalId,
  others: readonly Human[],
  facts: Facts,
): Refusal | undefined {
  const role = naming(roles);
  const stages = stagesOf(role.approval);
  const open = stateOf([role], others, facts)[0]?.stage ?? 0;
  const now = groupsIn(stages.slice(0, open + 1));
  const answers = [now, groupsIn(stages.slice(open + 1))].map((named) => inAnyOf(facts, by, named));
  if (answers[0] === 'yes') return undefined;
  const unknown = answers.find((answer) => typeof answer === 'object');
  if (unknown !== undefined) return { code: 'directory-unreachable', what: unknown.unreachable };
  return answers[1] === 'yes'
    ? { code: 'not-yet', groups: groupsIn(stages.slice(open, open + 1)) }
    : { code: 'not-an-approver', groups: approverGroups(role) };
}

function groupsIn(stages: readonly Stage[]): readonly GroupName[] {
  return [...new Set(stages.flat().map(({ of }) => of))];
}

function separation(
  roles: readonly Role[],
  by: PrincipalId,
  requester: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const kinds = new Set(roles.flatMap((role) => role.separation));
  return whySeparated([...kinds], by, requester, facts);
}

/**
 * Earlier approvers in the order of their last clicks, each human once: those whom policy still names, and
 * whom nothing keeps apart from the requester.
 */
function standing(request: Pending | Scheduled, roles: Roles, facts: Facts): readonly Human[] {
  const named = approverGroups(naming(roles));
  const stand: PrincipalId[][] = [];
  for (const { by } of request.approvals.toReversed()) {
    if (sameHumanIds(facts, by, request.requester)) continue;
    if (inAnyOf(facts, by, named) !== 'yes') continue;
    if (separation(roles, by, request.requester, facts) !== undefined) continue;
    const known = stand.find((human) => isOne(human, by, facts));
    if (known === undefined) stand.push([by]);
    else known.push(by);
  }
  return stand.toReversed();
}

function isOne(human: Human, id: PrincipalId, facts: Facts): boolean {
  return human.some((other) => sameHumanIds(facts, other, id));
}

function refused(refusal: Refusal): ApprovalOutcome {
  return { kind: 'refused', refusal };
}
