/**
 * What a role's targets are for one request. Policy tells who everybody is at a target, and a request is about its
 * requester and whoever its inputs name: those alone are stored with it. So nobody's address stands in an entry,
 * which is never erased, without their doing; and who else comes or goes in `people` changes nothing about it.
 */
import { canonical } from './audit.ts';
import type { Facts } from './facts.ts';
import type { CallNames, Role, TargetSpec } from './policy.ts';
import { emailFrom, emailsOf } from './principal.ts';
import type { Ask } from './request.ts';

type About = Pick<Ask, 'requester' | 'inputs'>;

/** NB. By every address that the requester is or was known by, so that one that changes leaves out nobody. */
export function targetsFor(
  { targets }: Pick<Role, 'targets'>,
  { requester, inputs }: About,
  { people: known }: Pick<Facts, 'people'>,
): readonly TargetSpec[] {
  const person = known.get(requester);
  const typed = Object.values(inputs).map((value) => value.trim());
  const emails = new Set([
    ...(person === undefined ? [] : emailsOf(person)),
    ...typed.map(emailFrom),
  ]);
  return targets.map(({ people = {}, ...target }) => {
    const named = Object.entries(people).filter(
      ([email, name]) => emails.has(email) || typed.includes(name),
    );
    return { ...target, ...whoeverIn(named) };
  });
}

function whoeverIn(named: readonly (readonly [string, string])[]): { people?: CallNames } {
  return named.length === 0 ? {} : { people: Object.fromEntries(named) };
}

/** Whether the policy in force gives what was asked for, and to the same names. */
export function givesTheSame(
  request: About & Pick<Ask, 'role'>,
  inForce: Pick<Role, 'targets'>,
  facts: Pick<Facts, 'people'>,
): boolean {
  return canonical(request.role.targets) === canonical(targetsFor(inForce, request, facts));
}
