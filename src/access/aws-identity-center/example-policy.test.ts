import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const all = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

function statementsOf(name: string): readonly Statement[] {
  const file = new URL(`../../../examples/aws/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).Statement;
}

function calledIn(file: string, service: (name: string) => string): readonly string[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const names = [...source.matchAll(/sdk\.(\w+)Command\b/g)].map(([, name = '']) => name);
  return names.map((name) => `${service(name)}:${name}`);
}

const actionsOf = (name: string) =>
  new Set(statementsOf(name).flatMap(({ Action }) => all(Action)));

it('lets the bot do what it calls, and nothing else', () => {
  const isOfStore = (name: string) => /User$|UserId$|GroupMembership/.test(name);
  const called = [
    ...calledIn('./client.ts', (name) => (isOfStore(name) ? 'identitystore' : 'sso')),
    ...calledIn('../aws-timer.ts', () => 'scheduler'),
    'iam:PassRole',
  ];
  expect([...actionsOf('identity-center')].sort()).toEqual([...new Set(called)].sort());
});

it('names what is written, one by one', () => {
  const writes = /:(Create|Delete|Update|PassRole)/;
  for (const { Action, Resource } of statementsOf('identity-center'))
    if (all(Action).some((action) => writes.test(action)))
      for (const resource of all(Resource)) expect(resource, String(Action)).not.toBe('*');
});

it('lets the role of the timer do just what a timer does', () => {
  expect([...actionsOf('identity-center-timer')]).toEqual(['sso:DeleteAccountAssignment']);
});
