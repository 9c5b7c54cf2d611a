/**
 * Whether there are people at all who could approve. Better to hear it when asking than to wait for an
 * answer that nobody can give.
 */
import type { Facts } from './facts.ts';
import { unreadGroup } from './facts.ts';
import type { PrincipalId } from './ids.ts';
import type { Quorum, Role } from './policy.ts';
import { stagesOf } from './policy.ts';
import type { GroupFact } from './principal.ts';
import { accountKey, emailsOf } from './principal.ts';
import type { Missing, Refusal } from './refusal.ts';
import { fill } from './seats.ts';
import { separatedGroups } from './separation.ts';

export function whyNobody(
  role: Pick<Role, 'approval' | 'separation'>,
  requester: PrincipalId,
  facts: Facts,
): Refusal | undefined {
  const seats = stagesOf(role.approval).flat();
  const unread = seats.find(({ of }) => facts.groups.get(of)?.kind !== 'known');
  if (unread !== undefined)
    return { code: 'directory-unreachable', what: unreadGroup(facts, unread.of) };
  const missing = missingFor(seats, role, requester, facts);
  const { separation } = role;
  return missing.length === 0 ? undefined : { code: 'nobody-can-approve', missing, separation };
}

/**
 * NB. People are told apart by the addresses and accounts that the groups name. One human whom two groups
 * name differently is two here, so that nobody is refused who might be agreed with after all.
 */
function missingFor(
  seats: readonly Quorum[],
  { separation }: Pick<Role, 'separation'>,
  requester: PrincipalId,
  facts: Facts,
): readonly Missing[] {
  const apart = separatedGroups(separation, requester, facts).map(({ name }) => name);
  const never = new Set([...marksOf(requester, facts), ...apart.flatMap(inGroup(facts))]);
  const named = new Map(seats.map(({ of }) => [of, new Set(inGroup(facts)(of))]));
  const candidates = new Set([...named.values()].flatMap((marks) => [...marks]));
  const filled = fill(
    seats,
    [...candidates].filter((mark) => !never.has(mark)),
    (mark, { of }) => named.get(of)?.has(mark) === true,
  );
  return seats
    .map(({ of: group, count: need }, index) => {
      return { group, need, have: filled.seats[index]?.length ?? 0 };
    })
    .filter(({ need, have }) => have < need);
}

function marksOf(requester: PrincipalId, { people }: Facts): readonly string[] {
  const asker = people.get(requester);
  return asker === undefined ? [] : [...emailsOf(asker), ...asker.accounts.map(accountKey)];
}

const inGroup =
  ({ groups }: Facts) =>
  (name: string): readonly string[] =>
    marksIn(groups.get(name));

function marksIn(fact: GroupFact | undefined): readonly string[] {
  return fact?.kind === 'known' ? [...fact.emails, ...fact.accounts] : [];
}
