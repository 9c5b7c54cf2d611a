/** Whether the people whom a role's `approve:` names are there, as far as the file itself lists them. */
import type { Group } from './policy.ts';
import { checkSeats, type Written, type WrittenQuorum, writtenStages } from './policy-approval.ts';
import { listedMembers } from './policy-group.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import type { RoleReading } from './policy-role-draft.ts';
import { fill } from './seats.ts';

type Groups = ReadonlyMap<string, Group | undefined>;

/** The role's own rule, and those that its conditions choose. */
export function checkApprovers(role: RoleReading, groups: Groups, report: Report): void {
  for (const { written, at } of rulesOf(role)) checkRule(written, at, role, groups, report);
}

interface Placed {
  readonly written: Written;
  readonly at: PolicyPath;
}

export function rulesOf({ draft, path, pathOf }: RoleReading): readonly Placed[] {
  const own =
    draft.approve === undefined ? [] : [{ written: draft.approve, at: [...path, 'approve'] }];
  const chosen = Object.entries(draft.conditions ?? {}).flatMap(([name, { approve }]) =>
    approve === undefined
      ? []
      : [{ written: approve, at: [...pathOf('conditions'), name, 'approve'] }],
  );
  return [...own, ...chosen];
}

function checkRule(
  written: Written,
  at: PolicyPath,
  { draft }: RoleReading,
  groups: Groups,
  report: Report,
): void {
  const stages = writtenStages(written, at);
  checkSeats(stages, at, report);
  const lists = new Map(stages.flat().map(({ of }) => [of, listedMembers(groups.get(of))]));
  // Whom a platform knows cannot be told from here: those seats are taken to be filled.
  const seats = stages.flat().filter(({ of }) => lists.get(of) !== undefined);
  const empty = seats.filter(({ of }) => lists.get(of)?.length === 0);
  for (const { of, path: place } of empty)
    report({
      code: 'approvers-empty',
      path: [...place, 'of'],
      message: `Nobody is in \`${of}\`, so nobody can approve.`,
    });
  if (empty.length > 0) return;
  const short = shortOf(seats, lists, []);
  if (short === undefined) checkRequesters({ draft, path: at }, seats, lists, groups, report);
  else
    report({
      code: 'quorum-unreachable',
      path: [...short.path, 'count'],
      message: tooFew(short, seats, lists),
    });
}

type Lists = ReadonlyMap<string, readonly string[] | undefined>;

/** The first requirement that not enough distinct people are there for, without those left out. */
function shortOf(
  seats: readonly WrittenQuorum[],
  lists: Lists,
  without: readonly string[],
): WrittenQuorum | undefined {
  const people = new Set(seats.flatMap(({ of }) => lists.get(of) ?? []));
  for (const who of without) people.delete(who);
  const filled = fill(seats, [...people], (who, { of }) => lists.get(of)?.includes(who) === true);
  return seats.find(({ count }, index) => (filled.seats[index]?.length ?? 0) < count);
}

function tooFew(short: WrittenQuorum, seats: readonly WrittenQuorum[], lists: Lists): string {
  const { count, of } = short;
  const has = lists.get(of)?.length ?? 0;
  return has < count || seats.length === 1
    ? `${count} people must approve, and \`${of}\` has ${has}.`
    : `${count} of \`${of}\` must approve besides the others, one seat for each person, and there are too few.`;
}

/** Nobody approves their own request, so a requester among the approvers makes them one fewer. */
function checkRequesters(
  { draft, path }: Pick<RoleReading, 'draft'> & { readonly path: PolicyPath },
  seats: readonly WrittenQuorum[],
  lists: Lists,
  groups: Groups,
  report: Report,
): void {
  const asking = (draft.who ?? []).map((name) => listedMembers(groups.get(name)));
  const requesters = [...new Set(asking.flatMap((list) => list ?? []))];
  const stuck = requesters.filter((who) => shortOf(seats, lists, [who]) !== undefined);
  if (stuck.length === 0) return;
  const isEverybody = !asking.includes(undefined) && stuck.length === requesters.length;
  report({
    code: 'quorum-unreachable',
    ...(isEverybody ? {} : { severity: 'warning' as const }),
    path,
    message: `Nobody approves their own request, so ${isEverybody ? 'no request can be approved' : `no request of ${stuck.slice(0, 5).join(', ')} can be approved`}.`,
  });
}

/** Being told makes nobody an approver. What a platform knows of a group cannot be told from here. */
export function warnOfPowerless(role: RoleReading, groups: Groups, report: Report): void {
  const { draft, pathOf } = role;
  const rules = rulesOf(role).flatMap(({ written }) => writtenStages(written, []).flat());
  const names = [...new Set(rules.map(({ of }) => of))];
  const lists = names.map((name) => listedMembers(groups.get(name)));
  if (names.length === 0 || lists.includes(undefined)) return;
  const approvers = lists.flatMap((list) => list ?? []);
  for (const [index, { to }] of (draft.escalate ?? []).entries()) {
    const told = typeof to === 'string' ? listedMembers(groups.get(to)) : undefined;
    if (told === undefined || told.some((who) => approvers.includes(who))) continue;
    report({
      code: 'escalation-powerless',
      severity: 'warning',
      path: [...pathOf('escalate'), index, 'to'],
      message: `Nobody in \`${to}\` may approve: that is for \`${names.join('`, `')}\` alone.`,
    });
  }
}

/** Whom separation keeps apart must be known by some group of the file. */
export function warnOfNoTeams(
  { draft, pathOf }: RoleReading,
  groups: Groups,
  report: Report,
): void {
  const all = [...groups.values()].filter((group) => group !== undefined);
  const known = {
    'own-team': all.some(({ isTeam }) => isTeam),
    'direct-reports': all.some(({ managers }) => managers.length > 0),
  };
  const hints = { 'own-team': '`kind: team`', 'direct-reports': '`managers:`' };
  for (const [index, kind] of (draft.separation ?? []).entries())
    if (!known[kind])
      report({
        code: 'separation-powerless',
        severity: 'warning',
        path: [...pathOf('separation'), index],
        message: `No group says ${hints[kind]}, so this keeps nobody apart.`,
      });
}
