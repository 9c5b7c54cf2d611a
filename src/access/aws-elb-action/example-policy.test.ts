import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GROUP, LISTENER, RULE } from '../aws-elb.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const file = new URL('../../../examples/aws/elb-action.json', import.meta.url);
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
  expect([...actions].sort()).toEqual([...new Set(called)].sort());
});

it('limits what is written to one rule, one listener and one group', () => {
  const places = { ModifyRule: RULE, ModifyListener: LISTENER, RegisterTargets: GROUP };
  for (const { Action, Resource } of statements)
    if (Resource === '*')
      expect(all(Action).every((action) => action.startsWith(named('Describe')))).toBe(true);
  for (const [name, shape] of Object.entries(places)) {
    const at = statements.filter(({ Action }) => all(Action).includes(named(name)));
    expect(
      at.map(({ Resource }) => shape.test(Resource)),
      name,
    ).toEqual([true]);
  }
});
