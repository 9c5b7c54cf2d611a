import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: object;
}

const file = new URL('../../../examples/aws/iam-policy.json', import.meta.url);
const { Statement: statements } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly Statement: readonly Statement[];
};
const all = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

it('lets the bot do what it calls, and nothing else', () => {
  const source = readFileSync(new URL('./client.ts', import.meta.url), 'utf8');
  const called = [...source.matchAll(/sdk\.(\w+)Command\b/g)].map(([, name]) => `iam:${name}`);
  const actions = statements.flatMap(({ Action }) => all(Action));
  expect([...actions].sort()).toEqual([...new Set(called)].sort());
});

it('reaches users below one path alone, and gives nothing beyond a boundary', () => {
  expect(statements.every(({ Resource }) => Resource.endsWith(':user/jit/*'))).toBe(true);
  const put = statements.find(({ Action }) => all(Action).includes('iam:PutUserPolicy'));
  expect(JSON.stringify(put?.Condition)).toContain('iam:PermissionsBoundary');
});
