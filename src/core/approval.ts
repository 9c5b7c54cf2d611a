/**
 * Who may approve, and whether it is enough: distinct humans are counted, never groups or accounts.
 *
 * A request is judged under the rule it was asked under and the rule in force, and both must be
 * satisfied: an approver counts if both name them, and the larger quorum is needed. Who was notified,
 * or which button was drawn, is no argument here.
 */
import { checkStill } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { inAnyOf, roleInForce, sameHumanIds } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { ApprovalRule, GroupName, Role } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { Pending } from './request.ts';

export type ApprovalOutcome =
  /** `have` counts this approval and those earlier ones that still stand. */
  | { readonly kind: 'counted'; readonly have: number; readonly need: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function approve(request: Pending, by: PrincipalId, facts: Facts): ApprovalOutcome {
  const inForce = roleInForce(facts, request.role.name);
  if (inForce === undefined) return refused({ code: 'role-gone', role: request.role.name });
  const rules = [request.role.approval, inForce.approval];
  const stranger = whyNotApprover(rules, by, request, facts);
  if (stranger !== undefined) return refused(stranger);
  const changed = checkStill(request, inForce, facts);
  if (changed !== undefined) return refused(changed);
  const standingNow = standing(request, rules, facts);
  const others = standingNow.filter((id) => !sameHumanIds(facts, id, by));
  const [have, need] = [others.length + 1, quorum(request.role, inForce)];
  // Approvals that were not enough when they were given may be by now: then one more click tells us so.
  if (others.length < standingNow.length && have < need)
    return refused({ code: 'already-approved' });
  return { kind: 'counted', have, need };
}

function whyNotApprover(
  rules: readonly ApprovalRule[],
  by: PrincipalId,
  request: Pending,
  facts: Facts,
): Refusal | undefined {
  if (sameHumanIds(facts, by, request.requester)) return { code: 'self-approval' };
  for (const group of groupsNamed(rules)) {
    const answer = inAnyOf(facts, by, [group]);
    if (answer === 'no') return { code: 'not-an-approver', group };
    if (answer !== 'yes') return { code: 'directory-unreachable', what: answer.unreachable };
  }
  return undefined;
}

/** Earlier approvers who, at this moment, are still named by every rule: one id per human. */
function standing(request: Pending, rules: readonly ApprovalRule[], facts: Facts): PrincipalId[] {
  const counted: PrincipalId[] = [];
  for (const { by } of request.approvals) {
    const named = groupsNamed(rules).every((group) => inAnyOf(facts, by, [group]) === 'yes');
    const seen = counted.some((id) => sameHumanIds(facts, id, by));
    if (named && !seen && !sameHumanIds(facts, by, request.requester)) counted.push(by);
  }
  return counted;
}

function groupsNamed(rules: readonly ApprovalRule[]): readonly GroupName[] {
  return rules.flatMap((rule) => (rule.kind === 'quorum' ? [rule.of] : []));
}

/** How many distinct humans both rules together demand. */
export function quorum(asked: Role, inForce: Role): number {
  return Math.max(...[asked.approval, inForce.approval].map(count), 1);
}

function count(rule: ApprovalRule): number {
  return rule.kind === 'quorum' ? rule.count : 0;
}

function refused(refusal: Refusal): ApprovalOutcome {
  return { kind: 'refused', refusal };
}
