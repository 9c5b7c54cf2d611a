import { expect, it } from 'vitest';
import {
  actionsOf,
  all,
  calledIn,
  sorted,
  statementsOf,
} from '../../../test/support/bot-permissions.ts';

const statements = statementsOf('identity-center');

it('lets the bot do what it calls, and nothing else', () => {
  const isOfStore = (name: string) => /User$|UserId$|GroupMembership/.test(name);
  const called = [
    ...calledIn('aws-identity-center/client.ts', (name) =>
      isOfStore(name) ? 'identitystore' : 'sso',
    ),
    ...calledIn('aws-timer.ts', () => 'scheduler'),
    'iam:PassRole',
  ];
  expect(actionsOf(statements)).toEqual(sorted(called));
});

it('names what is written, one by one', () => {
  const writes = /:(Create|Delete|Update|PassRole)/;
  for (const { Action, Resource } of statements)
    if (all(Action).some((action) => writes.test(action)))
      for (const resource of all(Resource)) expect(resource, String(Action)).not.toBe('*');
});

it('lets the role of the timer do just what a timer does', () => {
  expect(actionsOf(statementsOf('identity-center-timer'))).toEqual(['sso:DeleteAccountAssignment']);
});
