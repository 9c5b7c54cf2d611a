/** What is wrong with a target, as far as it can be told without asking anybody. */
import { parseNetwork } from '../../core/ip.ts';
import type { Claim } from '../../core/policy-target.ts';
import { type Connection, elsewhere, nameOf } from '../aws-elb.ts';
import type { TargetContext, TargetFault } from '../provider.ts';
import { isListener } from './client.ts';
import { said as saidOf } from './registration.ts';
import { type Given, givenBy, ONLY, type Target, type Weights } from './target.ts';
import { said } from './weights.ts';

export function targetFaults(
  target: Target,
  connection: Connection,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const given = givenBy(target);
  if (given === undefined)
    return [
      {
        path: [],
        message:
          'say `rule`, `listener` or `rules` with `set` and `otherwise`; or `group` with `deregister` or `servers`',
      },
    ];
  return [
    ...keyFaults(target, inputs),
    ...placeFaults(target, connection),
    ...(given.kind === 'weights' ? weightFaults(given) : memberFaults(given)),
  ];
}

function keyFaults({ key, rules, servers }: Target, inputs: TargetContext['inputs']) {
  const isChosen = rules !== undefined || servers !== undefined;
  const path = ['key'];
  if (key === undefined) return isChosen ? [{ path, message: 'says which of them is meant' }] : [];
  if (!Object.hasOwn(inputs, key)) return [{ path, message: `the role has no input named ${key}` }];
  return isChosen ? [] : [{ path, message: 'there is nothing to choose from' }];
}

function placeFaults(target: Target, connection: Connection): readonly TargetFault[] {
  const { rule, listener, rules = {}, group } = target;
  const named = [
    ...Object.entries({ rule, listener, group }).map(([name, arn]) => [[name], arn] as const),
    ...Object.entries(rules).map(([name, arn]) => [['rules', name], arn] as const),
  ];
  return named.flatMap(([path, arn]) => {
    const message = arn === undefined ? undefined : elsewhere(arn, connection);
    return message === undefined ? [] : [{ path, message }];
  });
}

function weightFaults({ set, otherwise }: Extract<Given, { kind: 'weights' }>) {
  const faults: TargetFault[] = [];
  const names = Object.keys(set);
  if (names.length < 2 || names.length > 5)
    faults.push({ path: ['set'], message: 'names from two to five target groups' });
  const isSame = names.length === Object.keys(otherwise).length;
  if (!isSame || names.some((name) => !Object.hasOwn(otherwise, name)))
    faults.push({
      path: ['otherwise'],
      message: 'names the target groups of `set`, and no others',
    });
  else if (names.every((name) => set[name] === otherwise[name]))
    faults.push({ path: ['otherwise'], message: 'is what `set` is' });
  for (const [name, weights] of Object.entries({ set, otherwise }))
    if (serveNobody(weights)) faults.push({ path: [name], message: 'no target group is reached' });
  return faults;
}

function memberFaults(given: Extract<Given, { kind: 'deregistration' }>): readonly TargetFault[] {
  return Object.entries(given.choices).flatMap(([name, { id }]) =>
    id.startsWith('i-') || parseNetwork(id) !== undefined
      ? []
      : [{ path: [...pathOf(name), 'id'], message: 'is no address' }],
  );
}

function pathOf(name: string): readonly string[] {
  return name === ONLY ? ['deregister'] : ['servers', name];
}

/**
 * A rule, or a target, is otherwise the same for everybody who sets it. If one went back to what another sets, both
 * would be given, and either would undo the other's; or what was set would outlive whoever set it.
 */
export function claimsOf(target: Target): readonly Claim[] {
  const given = givenBy(target);
  if (given === undefined) return [];
  if (given.kind === 'weights') {
    const by = `what goes back to ${said(byName(given.otherwise))}`;
    const path = ['otherwise'];
    return Object.values(given.choices).map((at) => ({ path, what: placeOf(at), by }));
  }
  return Object.entries(given.choices).flatMap(([name, member]) => {
    const which = `${saidOf(member)} of ${given.group}`;
    const zone = member.zone === null ? 'no zone' : `the zone ${member.zone}`;
    const { lastServer } = target;
    return [
      { path: pathOf(name), what: `The target ${which}`, by: `what is registered with ${zone}` },
      {
        path: ['lastServer'],
        what: `Deregistering ${which}`,
        by: `\`lastServer: ${lastServer}\``,
      },
    ];
  });
}

function placeOf(at: string): string {
  return `${isListener(at) ? 'The default of' : 'The rule'} ${at}`;
}

/** Policy may name a target group by its ARN, too. */
function byName(weights: Weights): ReadonlyMap<string, number> {
  return new Map(Object.entries(weights).map(([group, weight]) => [nameOf(group), weight]));
}

function serveNobody(weights: Weights): boolean {
  return Object.values(weights).every((weight) => weight === 0);
}
