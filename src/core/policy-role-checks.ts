/** What no key of a role shows alone: keys that contradict each other, and rules nobody can meet. */
import type { Group } from './policy.ts';
import { isAutomatic, writtenStages } from './policy-approval.ts';
import {
  checkApprovers,
  rulesOf,
  warnOfNoTeams,
  warnOfPowerless,
} from './policy-approver-checks.ts';
import { listedMembers } from './policy-group.ts';
import type { Report } from './policy-issue.ts';
import { checkLadder } from './policy-ladder.ts';
import { patternFound } from './policy-pattern.ts';
import { BUILT_IN, type RoleReading } from './policy-role-draft.ts';
import { formatDuration } from './time.ts';

type Groups = ReadonlyMap<string, Group | undefined>;

export function checkRole(role: RoleReading, groups: Groups, report: Report): void {
  checkChannel(role, report);
  checkDuration(role, report);
  checkLimits(role, report);
  checkReason(role, report);
  checkLadder(role, report);
  warnOfPowerless(role, groups, report);
  warnOfNoTeams(role, groups, report);
  checkApprovers(role, groups, report);
  warnOfAutomatic(role, report);
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

function checkLimits({ draft, path, pathOf }: RoleReading, report: Report): void {
  const perDay = draft.limits?.perDay;
  const max = draft.duration?.max;
  if (perDay === undefined || max === undefined || perDay >= max) return;
  const usual = draft.duration?.default ?? Math.min(BUILT_IN.duration, max);
  report({
    code: 'limit-too-short',
    ...(perDay < usual ? {} : { severity: 'warning' as const }),
    path: [...pathOf('limits'), 'perDay'],
    message: `\`${path.join('.')}\` is given for ${formatDuration(perDay < usual ? usual : max)}${perDay < usual ? ' by default' : ' at most'}, which is more than one person may have in a day.`,
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

function warnOfAutomatic(role: RoleReading, report: Report): void {
  for (const { written, at } of rulesOf(role))
    if (isAutomatic(written))
      report({
        code: 'automatic-approval',
        severity: 'warning',
        path: at,
        message: 'Access is given without anybody’s approval.',
      });
}

function warnOfGaps({ draft, path, has }: RoleReading, groups: Groups, report: Report): void {
  const warn = (code: Parameters<Report>[0]['code'], key: string, message: string) =>
    report({ code, severity: 'warning', path: [...path, key], message });
  const { approve, who = [] } = draft;
  const named = writtenStages(approve, []).flatMap((stage) => stage.map(({ of: group }) => group));
  const approvers = [...new Set(named)];
  if (who.length > 0 && approvers.length === 1 && who.every((group) => group === approvers[0]))
    warn(
      'approvers-ask',
      'approve',
      `Those who ask also approve: only \`${approvers[0]}\` does either.`,
    );
  if (approvers.length > 0 && !has('escalate'))
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
