/**
 * Separation of duty: who may not decide on somebody's request although their group may, because of how
 * they stand to the requester. Teams and who leads them are groups of the policy in force.
 */
import type { Facts, GroupAnswer } from './facts.ts';
import { inAnyOf } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { Group, GroupName, Separation } from './policy.ts';
import { emailsOf, type Present } from './principal.ts';
import type { Refusal } from './refusal.ts';

/** @returns why this person may not decide; undefined: nothing stands against it */
export function whySeparated(
  kinds: readonly Separation[],
  by: PrincipalId,
  requester: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  for (const kind of kinds) {
    const refusal = RULES[kind](by, requester, facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

type Rule = (by: PrincipalId, requester: PrincipalId, facts: Facts) => Refusal | undefined;

const RULES: Readonly<Record<Separation, Rule>> = {
  'own-team': (by, requester, facts) => {
    for (const { name: team } of teams(facts)) {
      const answers = [belongs(facts, by, team), belongs(facts, requester, team)];
      if (answers.includes('no')) continue;
      const unknown = answers.find((answer) => typeof answer === 'object');
      if (unknown !== undefined)
        return { code: 'directory-unreachable', what: unknown.unreachable };
      return { code: 'own-team', team };
    }
    return undefined;
  },
  'direct-reports': (by, requester, facts) => {
    for (const group of Object.values(facts.policy.groups)) {
      const answers = [leads(requester, group, facts), belongs(facts, by, group.name)];
      if (answers.includes('no')) continue;
      const unknown = answers.find((answer) => typeof answer === 'object');
      if (unknown !== undefined)
        return { code: 'directory-unreachable', what: unknown.unreachable };
      return { code: 'own-manager', team: group.name };
    }
    return undefined;
  },
};

/**
 * By any address that they ever had, as with those who lead: what an account vouches for now is the lesser.
 * An account that cannot be read may have a colleague's.
 */
function belongs(facts: Facts, id: PrincipalId, team: GroupName): GroupAnswer {
  const group = facts.groups.get(team);
  const someone = facts.people.get(id);
  const isListed =
    group?.kind === 'known' &&
    someone !== undefined &&
    [...emailsOf(someone)].some((email) => group.emails.has(email));
  return isListed ? 'yes' : sure(inAnyOf(facts, id, [team]), someone);
}

function sure(answer: GroupAnswer, someone: Present | undefined): GroupAnswer {
  const unread = someone?.unread;
  return answer === 'no' && unread !== undefined ? { unreachable: unread } : answer;
}

function teams({ policy }: Facts): readonly Group[] {
  return Object.values(policy.groups).filter(({ isTeam }) => isTeam);
}

/** By any address that the requester ever had: to forbid something, that is the safe direction. */
function leads(requester: PrincipalId, { managers }: Group, facts: Facts): GroupAnswer {
  if (managers.length === 0) return 'no';
  const someone = facts.people.get(requester);
  const known = someone === undefined ? new Set<string>() : emailsOf(someone);
  return managers.some((email) => known.has(email)) ? 'yes' : sure('no', someone);
}

/**
 * The groups whose members may not decide on this requester's asks. A group that cannot be read is not
 * among them: who is in it is found out at the click.
 */
export function separatedGroups(
  kinds: readonly Separation[],
  requester: PrincipalId,
  facts: Facts,
): readonly Group[] {
  const own = teams(facts).filter(({ name }) => inAnyOf(facts, requester, [name]) === 'yes');
  const all = Object.values(facts.policy.groups);
  const led = all.filter((group) => leads(requester, group, facts) === 'yes');
  return [
    ...(kinds.includes('own-team') ? own : []),
    ...(kinds.includes('direct-reports') ? led : []),
  ];
}
