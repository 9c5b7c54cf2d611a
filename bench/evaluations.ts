/**
 * What looking at one ask costs: who may, the conditions, limits, who is there to approve. Of the largest
 * example, and of one of ten thousand roles, beside evaluating the example's conditions and nothing else.
 */
import { fileURLToPath } from 'node:url';
import { policyContext } from '../src/cli/policy-context.ts';
import { suppose } from '../src/cli/policy-facts.ts';
import { checkTerms } from '../src/core/eligibility.ts';
import type { Facts } from '../src/core/facts.ts';
import type { PrincipalId } from '../src/core/ids.ts';
import type { Policy } from '../src/core/policy.ts';
import { ruling } from '../src/core/ruling.ts';
import { HOUR } from '../src/core/time.ts';
import { readPolicyFile } from '../src/policy-file.ts';
import { median } from './figures.ts';

export interface Evaluations {
  readonly conditions: number;
  readonly example: number;
  readonly amongMany: number;
}

const ROLES = 10_000;
const NOON = Date.parse('2026-06-01T12:00:00Z');
const ASK = { role: 'lb-backends', duration: HOUR, inputs: {}, reason: 'INC-118 drain web-3' };

/** Per second each way, in turns. */
export function evaluations(rounds: number, perRound: number): Evaluations {
  const example = examplePolicy();
  const [small, large] = [factsOf(example), factsOf(among(ROLES, example))];
  const ways = {
    conditions: () => conditionsAlone(small),
    example: () => look(small),
    amongMany: () => look(large),
  };
  const taken = Array.from({ length: rounds }, () => ({
    conditions: perSecond(ways.conditions, perRound),
    example: perSecond(ways.example, perRound),
    amongMany: perSecond(ways.amongMany, perRound),
  }));
  return {
    conditions: median(taken.map(({ conditions }) => conditions)),
    example: median(taken.map(({ example: each }) => each)),
    amongMany: median(taken.map(({ amongMany }) => amongMany)),
  };
}

/** The one with the most conditions. */
function examplePolicy(): Policy {
  const file = fileURLToPath(new URL('../examples/policies/change-freeze.yaml', import.meta.url));
  const read = readPolicyFile(file, policyContext());
  if (read.kind === 'faulty') throw new Error(read.issues.map(({ message }) => message).join(' '));
  return read.policy;
}

function among(count: number, policy: Policy): Policy {
  const [role] = Object.values(policy.roles);
  if (role === undefined) throw new Error('the example has no role');
  const others = Array.from({ length: count - 1 }, (_, nth) => ({ ...role, name: `lb-${nth}` }));
  const roles = Object.fromEntries([...others, role].map((one) => [one.name, one]));
  return { ...policy, roles };
}

function factsOf(policy: Policy): Facts {
  const facts = suppose(policy, { who: 'ada', groups: ['oncall'], at: NOON });
  if (typeof facts === 'string') throw new Error(facts);
  return facts;
}

function look(facts: Facts): void {
  const [by] = facts.people.keys();
  if (by === undefined) throw new Error('nobody asks');
  const terms = checkTerms({ kind: 'ask', by, ...ASK }, facts);
  if (terms.kind === 'refused') throw new Error(`refused: ${terms.refusal.code}`);
}

function conditionsAlone(facts: Facts): void {
  const role = facts.policy.roles[ASK.role];
  const [requester] = facts.people.keys() as Iterable<PrincipalId>;
  if (role === undefined || requester === undefined) throw new Error('nobody asks');
  ruling(role, { requester, ...ASK, isBreakGlass: false }, facts);
}

function perSecond(look: () => void, count: number): number {
  const begin = performance.now();
  for (let left = count; left > 0; left -= 1) look();
  return count / ((performance.now() - begin) / 1_000);
}

export function showEvaluations({ conditions, example, amongMany }: Evaluations): void {
  const each = (what: string, perSecond: number, beside: number) =>
    console.log(
      `${what}: ${perSecond.toFixed(0)} a second, ${(perSecond / beside).toFixed(2)} of the one before`,
    );
  console.log(`the conditions of the largest example alone: ${conditions.toFixed(0)} a second`);
  each('all that is looked at of an ask', example, conditions);
  each(`the same among ${ROLES} roles`, amongMany, example);
}
