import { expect, it } from 'vitest';
import {
  actionsOf,
  all,
  calledIn,
  sorted,
  statementsOf,
} from '../../../test/support/bot-permissions.ts';

const statements = statementsOf('security-group');

it('lets the bot do what it calls, and nothing else', () => {
  const called = [
    ...calledIn('aws-security-group/client.ts', () => 'ec2'),
    ...calledIn('aws-timer.ts', () => 'scheduler'),
  ];
  const besides = ['ec2:CreateTags', 'iam:PassRole'];
  expect(actionsOf(statements)).toEqual(sorted([...called, ...besides]));
});

it('lets the role of the timer do just what a timer does', () => {
  const [only, ...others] = statementsOf('security-group-timer');
  expect(only?.Action).toBe('ec2:RevokeSecurityGroupIngress');
  expect(others).toEqual([]);
  for (const resource of all(only?.Resource ?? '*')) expect(resource).not.toBe('*');
});

it('limits what is written to the groups of the bot', () => {
  for (const { Action, Resource } of statements)
    for (const resource of all(Resource))
      expect(resource === '*', String(Action)).toBe(
        all(Action).every((action) => action.startsWith('ec2:Describe')),
      );
});
