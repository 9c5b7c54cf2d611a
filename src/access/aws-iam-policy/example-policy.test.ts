import { expect, it } from 'vitest';
import {
  actionsOf,
  all,
  calledIn,
  sorted,
  statementsOf,
} from '../../../test/support/bot-permissions.ts';

const statements = statementsOf('iam-policy');

it('lets the bot do what it calls, and nothing else', () => {
  const called = calledIn('aws-iam-policy/client.ts', () => 'iam');
  expect(actionsOf(statements)).toEqual(sorted(called));
});

it('reaches users below one path alone, and gives nothing beyond a boundary', () => {
  for (const { Resource } of statements)
    for (const resource of all(Resource)) expect(resource).toMatch(/:user\/jit\/\*$/);
  const put = statements.find(({ Action }) => all(Action).includes('iam:PutUserPolicy'));
  expect(JSON.stringify(put?.Condition)).toContain('iam:PermissionsBoundary');
});
