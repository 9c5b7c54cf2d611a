/** Facts for looking at a policy without any platform: who is in which group is what the file and the caller say. */
import type { Facts } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { Group, GroupName, Policy } from '../core/policy.ts';
import type { GroupFact, Principal } from '../core/principal.ts';
import { emailFrom } from '../core/principal.ts';
import type { Instant } from '../core/time.ts';
import { MINUTE } from '../core/time.ts';

export interface Supposed {
  /** An e-mail, or what stands before the `@` of one that the file lists. */
  readonly who: string;
  /** Groups that they are in besides those that list them. */
  readonly groups: readonly GroupName[];
  readonly at: Instant;
}

export const SOMEBODY = 'p_somebody' as PrincipalId;
const TIMING = { revokeAlarm: MINUTE, giveUp: MINUTE };
/** Whom a platform knows is not known here: as many as any rule needs are supposed to be there. */
const MEMBERS = Array.from({ length: 60 }, (_, nth) => `somebody-${nth}@example.invalid`);

/** @returns a sentence where it cannot be told who or what is meant */
export function suppose(policy: Policy, { who, groups, at }: Supposed): Facts | string {
  const unknown = groups.find((name) => !Object.hasOwn(policy.groups, name));
  if (unknown !== undefined) return `There is no group ${unknown} in this policy.`;
  const email = emailOf(policy, who);
  if (email === undefined)
    return `The policy does not list exactly one address that begins with ${who}@: write the whole address.`;
  const person: Principal = { id: SOMEBODY, name: who, email, accounts: [] };
  const members = Object.values(policy.groups).map((group): [GroupName, GroupFact] => [
    group.name,
    factOf(group, groups.includes(group.name) ? [email] : []),
  ]);
  return {
    now: at,
    policy,
    groups: new Map(members),
    people: new Map([[SOMEBODY, person]]),
    absent: new Set(),
    past: [],
    reasons: new Map(),
    linked: new Map(),
    timing: TIMING,
  };
}

function emailOf(policy: Policy, who: string): string | undefined {
  if (who.includes('@')) return emailFrom(who);
  const all = Object.values(policy.groups).flatMap(listed);
  const fitting = [...new Set(all)].filter((email) => email.startsWith(`${emailFrom(who)}@`));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function factOf(group: Group, also: readonly string[]): GroupFact {
  const isWhole = group.sources.every(({ kind }) => kind === 'emails');
  const emails = new Set([...listed(group), ...also, ...(isWhole ? [] : MEMBERS)]);
  return { kind: 'known', accounts: new Set(), emails };
}

function listed({ sources }: Group): readonly string[] {
  return sources.flatMap((source) => (source.kind === 'emails' ? source.emails : []));
}
