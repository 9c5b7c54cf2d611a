/** What `breakGlass:` of a role contradicts elsewhere, and whether anybody else is there to review. */
import type { Group } from './policy.ts';
import { listedMembers } from './policy-group.ts';
import type { Report } from './policy-issue.ts';
import type { RoleReading } from './policy-role-draft.ts';
import { formatDuration } from './time.ts';

type Groups = ReadonlyMap<string, Group | undefined>;

export function checkBreakGlass(role: RoleReading, groups: Groups, report: Report): void {
  const { draft, path } = role;
  if (draft.breakGlass === undefined) return;
  const at = [...path, 'breakGlass'];
  report({
    code: 'break-glass-allowed',
    severity: 'warning',
    path: at,
    message: 'Access is given without anybody’s approval, and reviewed afterwards.',
  });
  const longest = draft.duration?.max ?? Infinity;
  if (draft.breakGlass.max > longest)
    report({
      code: 'break-glass-too-long',
      path: [...at, 'max'],
      message: `That is longer than anybody may ask for, ${formatDuration(longest)}.`,
    });
  checkReviewers(role, groups, report);
}

/** Nobody reviews themselves. Whom a platform knows cannot be told from here. */
function checkReviewers({ draft, path }: RoleReading, groups: Groups, report: Report): void {
  const { who = [], review } = draft.breakGlass ?? {};
  const reviewers = listed(review?.by ?? [], groups);
  const breakers = listed(who, groups);
  if (reviewers === undefined) return;
  const at = [...path, 'breakGlass', 'review', 'by'];
  const [only, ...others] = reviewers;
  if (only === undefined)
    report({
      code: 'reviewers-empty',
      path: at,
      message: 'Nobody is in these groups, so nobody can review, and nobody may break the glass.',
    });
  else if (others.length === 0 && breakers?.includes(only))
    report({
      code: 'reviewers-empty',
      ...(breakers.length === 1 ? {} : { severity: 'warning' as const }),
      path: at,
      message: `Nobody reviews what they did themselves, so ${only} may not break the glass.`,
    });
}

function listed(names: readonly string[], groups: Groups): readonly string[] | undefined {
  const lists = names.map((name) => listedMembers(groups.get(name)));
  return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))];
}
