import { expect, it } from 'vitest';
import {
  actionsOf,
  all,
  calledIn,
  sorted,
  statementsOf,
} from '../../../test/support/bot-permissions.ts';

const statements = statementsOf('elb-rule');
const named = (name: string) => `elasticloadbalancing:${name}`;

it('lets the bot do what it calls, and nothing else', () => {
  const called = calledIn('aws-elb-rule/client.ts', () => 'elasticloadbalancing');
  const besides = ['DescribeRules', 'AddTags'].map(named);
  expect(actionsOf(statements)).toEqual(sorted([...called, ...besides]));
});

it('limits what is written to one load balancer', () => {
  for (const { Action, Resource } of statements)
    for (const resource of all(Resource))
      expect(resource === '*', String(Action)).toBe(
        all(Action).every((action) => action.startsWith(named('Describe'))),
      );
});
