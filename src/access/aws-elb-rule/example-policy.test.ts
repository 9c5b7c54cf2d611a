import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const file = new URL('../../../examples/aws/elb-rule.json', import.meta.url);
const { Statement: statements } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly Statement: readonly Statement[];
};
const all = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);
const named = (name: string) => `elasticloadbalancing:${name}`;

it('lets the bot do what it calls, and nothing else', () => {
  const source = readFileSync(new URL('./client.ts', import.meta.url), 'utf8');
  const own = [...source.matchAll(/sdk\.(\w+)Command\b/g)].map(([, name = '']) => named(name));
  const called = [...own, named('DescribeRules')];
  const actions = new Set(statements.flatMap(({ Action }) => all(Action)));
  expect([...actions].sort()).toEqual([...new Set([...called, named('AddTags')])].sort());
});

it('limits what is written to one load balancer', () => {
  for (const { Action, Resource } of statements)
    for (const resource of all(Resource))
      expect(resource === '*', String(Action)).toBe(
        all(Action).every((action) => action.startsWith(named('Describe'))),
      );
});
