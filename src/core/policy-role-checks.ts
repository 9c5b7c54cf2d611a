/** What no key of a role shows alone: keys that contradict each other, and rules nobody can meet. */
import type { Group } from './policy.ts';
import { listedMembers } from './policy-group.ts';
import type { Report } from './policy-issue.ts';
import { patternFound } from './policy-pattern.ts';
import { BUILT_IN, type RoleReading } from './policy-role-draft.ts';
import { formatDuration } from './time.ts';

type Groups = ReadonlyMap<string, Group | undefined>;

export function checkRole(role: RoleReading, groups: Groups, report: Report): void {
  checkChannel(role, report);
  checkDuration(role, report);
  checkReason(role, report);
  checkEscalation(role, report);
  warnOfPowerless(role, groups, report);
  checkApproval(role, groups, report);
  warnOfGaps(role, groups, report);
}

function checkChannel({ path, has }: RoleReading, report: Report): void {
  if (has('channel')) return;
  const message =
    'Say in which `channel:` the card is posted, such as `slack:#lb-access`, here or in `defaults:`.';
  report({ code: 'missing', path: [...path, 'channel'], message });
}

function checkDuration({ draft, path, pathOf }: RoleReading, report: Report): void {
  const max = draft.duration?.max;
  if (max === undefined) return;
  const usual = draft.duration?.default;
  if (usual !== undefined && usual > max)
    report({
      code: 'default-too-long',
      path: [...path, 'duration', 'default'],
      message: `The default is longer than the longest, ${formatDuration(max)}.`,
    });
  if ((draft.warnBefore ?? 0) >= max)
    report({
      code: 'warning-too-early',
      severity: 'warning',
      path: pathOf('warnBefore'),
      message: `Nobody is warned: \`${path.join('.')}\` never lasts longer than ${formatDuration(max)}.`,
    });
}

function checkReason({ draft, pathOf }: RoleReading, report: Report): void {
  const { pattern, example } = draft.reason ?? {};
  if (pattern === undefined) return;
  if (example !== undefined && patternFound(pattern, example)) return;
  const message =
    example === undefined
      ? 'A pattern needs an `example:` that fits it, to show to people.'
      : 'The pattern is not found in the example.';
  report({ code: 'example-unfit', path: [...pathOf('reason'), 'example'], message });
}

function checkEscalation({ draft, pathOf }: RoleReading, report: Report): void {
  const expiry = draft.expireAfter ?? BUILT_IN.expireAfter;
  let earlier = 0;
  for (const [index, { after }] of (draft.escalate ?? []).entries()) {
    const path = [...pathOf('escalate'), index, 'after'];
    if (after >= expiry)
      report({
        code: 'escalation-too-late',
        path,
        message: `The request expires first, after ${formatDuration(expiry)} (\`expireAfter\`).`,
      });
    if (after <= earlier)
      report({
        code: 'escalation-order',
        path,
        message: 'Each step comes later than the one before.',
      });
    earlier = after;
  }
}

/** Being told makes nobody an approver. What a platform knows of a group cannot be told from here. */
function warnOfPowerless({ draft, pathOf }: RoleReading, groups: Groups, report: Report): void {
  const { approve } = draft;
  if (approve === undefined || approve === 'automatic') return;
  const approvers = listedMembers(groups.get(approve.of));
  for (const [index, { to }] of (draft.escalate ?? []).entries()) {
    const told = listedMembers(groups.get(to));
    if (approvers === undefined || told === undefined) continue;
    if (told.some((who) => approvers.includes(who))) continue;
    report({
      code: 'escalation-powerless',
      severity: 'warning',
      path: [...pathOf('escalate'), index, 'to'],
      message: `Nobody in \`${to}\` may approve: that is for \`${approve.of}\` alone.`,
    });
  }
}

function checkApproval({ draft, path }: RoleReading, groups: Groups, report: Report): void {
  const { approve } = draft;
  if (approve === undefined || approve === 'automatic') return;
  const approvers = listedMembers(groups.get(approve.of));
  if (approvers === undefined) return;
  const count = approve.count ?? 1;
  if (approvers.length === 0)
    report({
      code: 'approvers-empty',
      path: [...path, 'approve', 'of'],
      message: `Nobody is in \`${approve.of}\`, so nobody can approve.`,
    });
  else if (approvers.length < count)
    report({
      code: 'quorum-unreachable',
      path: [...path, 'approve', 'count'],
      message: `${count} people must approve, and \`${approve.of}\` has ${approvers.length}.`,
    });
  else checkRequesters({ draft, path }, approvers, count, groups, report);
}

/** Nobody approves their own request, so a requester among the approvers makes them one fewer. */
function checkRequesters(
  { draft, path }: Pick<RoleReading, 'draft' | 'path'>,
  approvers: readonly string[],
  count: number,
  groups: Groups,
  report: Report,
): void {
  const lists = (draft.who ?? []).map((name) => listedMembers(groups.get(name)));
  const requesters = lists.flatMap((list) => list ?? []);
  const stuck = requesters.filter((who) => approvers.includes(who) && approvers.length - 1 < count);
  if (stuck.length === 0) return;
  const isEverybody = !lists.includes(undefined) && stuck.length === requesters.length;
  report({
    code: 'quorum-unreachable',
    ...(isEverybody ? {} : { severity: 'warning' as const }),
    path: [...path, 'approve'],
    message: `Nobody approves their own request, so ${isEverybody ? 'no request can be approved' : `no request of ${stuck.slice(0, 5).join(', ')} can be approved`}.`,
  });
}

function warnOfGaps({ draft, path, has }: RoleReading, groups: Groups, report: Report): void {
  const warn = (code: Parameters<Report>[0]['code'], key: string, message: string) =>
    report({ code, severity: 'warning', path: [...path, key], message });
  const { approve, who = [] } = draft;
  if (approve === 'automatic')
    warn('automatic-approval', 'approve', 'Access is given without anybody’s approval.');
  else if (approve !== undefined && who.length > 0 && who.every((group) => group === approve.of))
    warn(
      'approvers-ask',
      'approve',
      `Those who ask also approve: only \`${approve.of}\` does either.`,
    );
  if (approve !== 'automatic' && !has('escalate'))
    warn('no-escalation', 'escalate', 'If nobody answers, nobody else is told (no `escalate:`).');
  if (who.length > 0 && who.every((group) => listedMembers(groups.get(group))?.length === 0))
    warn('nobody-may-ask', 'who', 'Nobody is in these groups, so nobody may ask.');
  if (!has('revoke'))
    warn(
      'no-revokers',
      'revoke',
      'Nobody but the requester can end this access early (no `revoke:`).',
    );
  if (!has('attest'))
    warn(
      'no-attesters',
      'attest',
      'If a provider is lost for good, nobody can attest that access is gone (no `attest:`).',
    );
}
