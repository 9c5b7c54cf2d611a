import { expect, it } from 'vitest';
import type { Connection } from '../aws-elb.ts';
import { targetFaults } from './faults.ts';
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
