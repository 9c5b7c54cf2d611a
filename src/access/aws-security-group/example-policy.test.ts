import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

function statementsOf(name: string): readonly Statement[] {
  const file = new URL(`../../../examples/aws/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).Statement;
}

function calledIn(file: string, service: string): readonly string[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  return [...source.matchAll(/sdk\.(\w+)Command\b/g)].map(([, name]) => `${service}:${name}`);
}

const statements = statementsOf('security-group');
const all = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

it('lets the bot do what it calls, and nothing else', () => {
  const called = [...calledIn('./client.ts', 'ec2'), ...calledIn('../aws-timer.ts', 'scheduler')];
  const actions = new Set(statements.flatMap(({ Action }) => all(Action)));
  const besides = ['ec2:CreateTags', 'iam:PassRole'];
  expect([...actions].sort()).toEqual([...new Set([...called, ...besides])].sort());
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
      expect(resource === '*', String(Action)).toBe(all(Action).every(isReading));
});

function isReading(action: string): boolean {
  return action.startsWith('ec2:Describe');
}
