import { expect, it } from 'vitest';
import {
  actionsOf,
  all,
  calledIn,
  sorted,
  statementsOf,
} from '../../../test/support/bot-permissions.ts';
import { GROUP, LISTENER, RULE } from '../aws-elb.ts';

const statements = statementsOf('elb-action');
const named = (name: string) => `elasticloadbalancing:${name}`;

it('lets the bot do what it calls, and nothing else', () => {
  const called = calledIn('aws-elb-action/client.ts', () => 'elasticloadbalancing');
  expect(actionsOf(statements)).toEqual(sorted([...called, named('DescribeRules')]));
});

it('limits what is written to one rule, one listener and one group', () => {
  const places = { ModifyRule: RULE, ModifyListener: LISTENER, RegisterTargets: GROUP };
  for (const { Action, Resource } of statements)
    if (all(Resource).includes('*'))
      expect(all(Action).every((action) => action.startsWith(named('Describe')))).toBe(true);
  for (const [name, shape] of Object.entries(places)) {
    const at = statements.filter(({ Action }) => all(Action).includes(named(name)));
    const resources = at.flatMap(({ Resource }) => all(Resource));
    expect(
      resources.map((resource) => shape.test(resource)),
      name,
    ).toEqual([true]);
  }
});
