/** `groups:` of the policy: where the members of each come from. */
import type { Group, GroupSource } from './policy.ts';
import { groupShape } from './policy-group-shape.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import type { PolicyNames } from './policy-values.ts';
import { checkValue } from './policy-zod.ts';

export function readGroup(
  name: string,
  value: unknown,
  path: PolicyPath,
  names: PolicyNames,
  report: Report,
): Group | undefined {
  const draft = checkValue(groupShape(names), value, path, report);
  if (draft === undefined) return undefined;
  const { members, kind, managers = [], ...rest } = draft;
  const elsewhere: Readonly<Record<string, string | readonly string[] | undefined>> = rest;
  const sources: GroupSource[] = [];
  if (members !== undefined) sources.push({ kind: 'emails', emails: [...new Set(members)] });
  for (const [key, named] of Object.entries(elsewhere))
    for (const one of new Set(listOf(named))) sources.push(sourceAt(key, one, names));
  return { name, sources, isTeam: kind === 'team', managers: [...new Set(managers)] };
}

function sourceAt(key: string, named: string, { rosters = [] }: PolicyNames): GroupSource {
  if (rosters.includes(key)) return { kind: 'roster', roster: key, schedule: named };
  return { kind: 'platform', platform: key, group: named };
}

function listOf(named: string | readonly string[] | undefined): readonly string[] {
  return typeof named === 'string' ? [named] : (named ?? []);
}

/** The e-mails of a group that is nothing but a list; undefined when somebody else knows the members. */
export function listedMembers(group: Group | undefined): readonly string[] | undefined {
  if (group === undefined || group.sources.some((source) => source.kind !== 'emails'))
    return undefined;
  return group.sources.flatMap((source) => (source.kind === 'emails' ? source.emails : []));
}
