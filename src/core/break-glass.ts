/**
 * Break-glass: access at once, where a role's `breakGlass` lets somebody have it so. It leaves out the
 * approval and nothing else: the role's conditions, limits and form of reason hold as for any ask, and what
 * follows is the way of every access. What it takes instead is a review by somebody else once it is over
 * (reviewing.ts), and nobody breaks another glass before that is closed.
 */
import type { Checked } from './eligibility.ts';
import type { Facts } from './facts.ts';
import { roleInForce, sameHumanIds } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import { whyNobody } from './missing-approvers.ts';
import type { BreakGlass, GroupName, Role } from './policy.ts';
import { approverGroups } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { Ask } from './request.ts';
import { wasHad } from './request.ts';

/** The role as its `breakGlass` gives it, for the conditions and checks of every ask. */
export function brokenOpen(role: Role): Checked<{ readonly role: Role }> {
  const { breakGlass: glass, maxDuration, defaultDuration, reason } = role;
  if (glass === undefined)
    return { kind: 'refused', refusal: { code: 'no-break-glass', role: role.name } };
  return {
    kind: 'fine',
    role: {
      ...role,
      who: glass.who,
      maxDuration: Math.min(maxDuration, glass.max),
      defaultDuration: Math.min(defaultDuration, glass.max),
      reason: { ...reason, required: true },
    },
  };
}

/** What stands against it besides what stands against any ask. */
export function whyNotBroken(
  role: Role,
  glass: BreakGlass,
  by: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const open = facts.past.find(
    ({ review, requester }) => review?.kind === 'open' && sameHumanIds(facts, requester, by),
  );
  if (open !== undefined) return { code: 'review-open', request: open.id };
  const { most, within } = glass.often;
  if (timesBroken(role, by, facts.now - within, facts) >= most)
    return { code: 'break-glass-used-up', role: role.name, most, within };
  return whyNoReviewer(role, glass, by, facts);
}

/** What could not be given does not count. */
function timesBroken(role: Role, by: PrincipalId, since: number, facts: Facts): number {
  const broken = facts.past.filter(
    (request) =>
      request.breakGlass !== undefined &&
      request.role.name === role.name &&
      wasHad(request) &&
      request.startedAt > since &&
      sameHumanIds(facts, request.requester, by),
  );
  return broken.length;
}

/** One other human of any of its groups will do. */
function whyNoReviewer(
  { separation }: Role,
  { review }: BreakGlass,
  by: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const answers = review.by.map((of) => {
    const approval = { kind: 'stages', stages: [[{ count: 1, of }]] } as const;
    return whyNobody({ approval, separation }, by, facts);
  });
  if (answers.includes(undefined)) return undefined;
  const unread = answers.find((answer) => answer?.code === 'directory-unreachable');
  return unread ?? { code: 'nobody-can-review', groups: review.by };
}

/** All who may ever approve it, and those who will review it. */
export function toldOf({ role }: Pick<Ask, 'role'>, glass: BreakGlass, facts: Facts) {
  const written = roleInForce(facts, role.name) ?? role;
  return [...new Set<GroupName>([...approverGroups(written), ...glass.review.by])];
}
