import { describe, expect, it } from 'vitest';
import { readPolicyBytes } from '../../policy-file.ts';
import type { Connection } from '../aws-elb.ts';
import { targetFaults } from './faults.ts';
import { elbActionProvider } from './index.ts';
import { targetSchema } from './target.ts';

const AT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const ID = '0123456789abcdef';
const rule = `${AT}:listener-rule/app/edge/${ID}/${ID}/${ID}`;
const listener = `${AT}:listener/app/edge/${ID}/${ID}`;
const group = `${AT}:targetgroup/web/${ID}`;
const connection: Connection = { account: '123456789012', region: 'eu-central-1', profile: null };
const member = { id: 'i-0123456789abcdef0', port: 8080 };
const set = { blue: 0, green: 100 };
const otherwise = { blue: 100, green: 0 };
const weights = { rule, set, otherwise };

function paths(target: object, inputs: Readonly<Record<string, string>> = {}): readonly string[] {
  const faults = targetFaults(targetSchema.parse(target), connection, inputs);
  return faults.map(({ path }) => path.join('.'));
}

it.each<[string, object]>([
  ['a rule', weights],
  ['a listener', { listener, set, otherwise }],
  ['a target', { group, deregister: member }],
])('has no fault with %s', (_what, target) => {
  expect(paths(target)).toEqual([]);
});

it.each<[string, object]>([
  ['nothing', {}],
  ['weights in one state alone', { rule, set }],
  ['weights of nothing', { set, otherwise }],
  ['two places', { ...weights, listener }],
  ['both kinds at once', { ...weights, group, deregister: member }],
  ['a group alone', { group }],
  ['one target and several', { group, deregister: member, servers: { 'web-1': member } }],
])('finds fault with %s', (_what, target) => {
  expect(paths(target)).toEqual(['']);
});

it('wants an input where there is a choice, and none where there is not', () => {
  const several = { rules: { shop: rule }, set, otherwise };
  expect(paths(several)).toEqual(['key']);
  expect(paths({ ...several, key: 'which' })).toEqual(['key']);
  expect(paths({ ...several, key: 'which' }, { which: 'text' })).toEqual([]);
  expect(paths({ ...weights, key: 'which' }, { which: 'text' })).toEqual(['key']);
});

it.each<[string, object, readonly string[]]>([
  ['that are the same', { ...weights, otherwise: set }, ['otherwise']],
  ['of different groups', { ...weights, otherwise: { blue: 1, red: 1 } }, ['otherwise']],
  ['by which nobody is reached', { ...weights, set: { blue: 0, green: 0 } }, ['set']],
  ['of a single group', { ...weights, set: { blue: 1 }, otherwise: { blue: 2 } }, ['set']],
])('finds fault with states %s', (_what, target, where) => {
  expect(paths(target)).toEqual(where);
});

it('finds an address that is none', () => {
  for (const id of ['abc', '1.2.3', '2001::db8::1'])
    expect(paths({ group, deregister: { id, port: 8080 } })).toEqual(['deregister.id']);
  const servers = { 'web-1': { id: '2001:db8::1', port: 80 }, 'web-2': { id: 'fff', port: 80 } };
  expect(paths({ group, servers, key: 'which' }, { which: 'text' })).toEqual(['servers.web-2.id']);
});

it('finds what is in another account', () => {
  const elsewhere = rule.replace('123456789012', '210987654321');
  expect(paths({ ...weights, rule: elsewhere })).toEqual(['rule']);
  expect(paths({ rules: { shop: elsewhere }, set, otherwise, key: 'w' }, { w: 'text' })).toEqual([
    'rules.shop',
  ]);
});

it.each([
  { ...weights, rule: 'x' },
  { ...weights, set: { blue: 1_000, green: 0 } },
  { ...weights, set: { 'blue; x': 1, green: 0 } },
  { group, deregister: { id: 'i-1; x', port: 8080 } },
  { group, deregister: { id: member.id } },
])('does not read %j', (target) => {
  expect(targetSchema.safeParse(target).success).toBe(false);
});

describe('two roles', () => {
  const role = (name: string, target: object) => `
  ${name}:
    description: Something for a time
    who: [ops]
    channel: local:#ops
    duration: { max: 1h }
    approve: { count: 1, of: ops }
    inputs: { which: { type: choice, label: which, options: [web-1, web-2] } }
    targets: [${JSON.stringify({ provider: 'edge', ...target })}]`;
  function faultsOf(one: object, other: object) {
    const text = `version: 1
groups:
  ops: { members: [ada@example.com, grace@example.com] }
providers:
  edge: { type: aws-elb-action, account: "123456789012", region: eu-central-1 }
roles:${role('one', one)}${role('other', other)}
`;
    const providers = new Map([['aws-elb-action', elbActionProvider()]]);
    const reading = readPolicyBytes(Buffer.from(text), { providers, platforms: ['local'] });
    const found = reading.kind === 'faulty' ? reading.issues : reading.warnings;
    return found.filter(({ severity }) => severity === 'fault');
  }
  const canary = { blue: 90, green: 10 };
  const arnOf = (name: string) => `${AT}:targetgroup/${name}/${ID}`;
  const byArn = (blue: number, green: number) => ({
    [arnOf('green')]: green,
    [arnOf('blue')]: blue,
  });
  const servers = { 'web-1': member, 'web-2': { id: '10.0.0.2', port: 8080 } };

  it.each<[string, object, object]>([
    ['that set a rule to the same', weights, weights],
    [
      'that set a rule to something else',
      weights,
      { rule, set: byArn(90, 10), otherwise: byArn(100, 0) },
    ],
    ['of which one means the default', weights, { listener, set: otherwise, otherwise: set }],
    [
      'of which one names the target among others',
      { group, servers, key: 'which' },
      { group, deregister: member },
    ],
  ])('%s are at peace where both go back to one state', (_what, one, other) => {
    expect(faultsOf(one, other)).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['sets what the other goes back to', weights, { rule, set: otherwise, otherwise: set }],
    [
      'goes on from what the other sets',
      { ...weights, set: canary },
      { ...weights, otherwise: canary },
    ],
    [
      'means one of several rules',
      weights,
      { rules: { 'web-1': rule }, set: otherwise, otherwise: canary, key: 'which' },
    ],
  ])('are at odds where one of them %s', (_what, one, other) => {
    expect(faultsOf(one, other)).toMatchObject([
      {
        code: 'bad-target',
        path: ['roles', 'other', 'targets', 0, 'otherwise'],
        message: expect.stringContaining(
          `The rule ${rule} is for what goes back to blue 100, green 0 alone, by roles.one.targets.0`,
        ),
      },
    ]);
  });

  it('are at odds where they register a target with different zones', () => {
    const elsewhere = { group, servers, key: 'which' };
    const zoned = { group, deregister: { ...servers['web-2'], zone: 'all' } };
    expect(faultsOf(elsewhere, zoned)).toMatchObject([
      { path: ['roles', 'other', 'targets', 0, 'deregister'] },
    ]);
    expect(faultsOf(zoned, elsewhere)).toMatchObject([
      { path: ['roles', 'other', 'targets', 0, 'servers', 'web-2'] },
    ]);
  });
});
