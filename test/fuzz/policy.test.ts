/** Whatever the policy file holds: a policy, or a list of what is wrong with it, soon. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { policyContext } from '../../src/cli/policy-context.ts';
import type { PolicyFileReading } from '../../src/policy-file.ts';
import { readPolicyBytes } from '../../src/policy-file.ts';
import { readYaml } from '../../src/policy-yaml.ts';
import { packageRoot } from '../support/process.ts';
import { HANG, mutated, nasty, nastyJson, runs } from './nasty.ts';

const context = policyContext();
const EXAMPLE = readFileSync(join(packageRoot, 'policy.example.yaml'), 'utf8');
const WRITTEN = readYaml(EXAMPLE).value;

const read = (text: string): PolicyFileReading => readPolicyBytes(Buffer.from(text), context);

/** Either way it is told in few words, each with its place. */
function judged(reading: PolicyFileReading): void {
  const issues = reading.kind === 'policy' ? reading.warnings : reading.issues;
  const faults = issues.filter(({ severity }) => severity === 'fault');
  expect(faults.length > 0).toBe(reading.kind === 'faulty');
  for (const { line, column, message } of issues.slice(0, 50)) {
    expect(Math.min(line, column)).toBeGreaterThan(0);
    expect(message.length).toBeLessThan(2_000);
  }
  if (reading.kind === 'policy') expect(Object.getPrototypeOf(reading.policy.roles)).toBeNull();
}

describe('any file', () => {
  test('that is no YAML at all', { timeout: HANG }, () => {
    fc.assert(
      fc.property(nasty(20_000), (text) => judged(read(text))),
      { ...runs(200), examples: [['%00'.repeat(660)], ['|\0 "'], [`|\0 "${EXAMPLE}`]] },
    );
  });

  test('that is YAML of something else', { timeout: HANG }, () => {
    fc.assert(
      fc.property(nastyJson, (value) => judged(read(JSON.stringify(value)))),
      runs(150),
    );
  });

  test('that is the example with one node changed', { timeout: HANG }, () => {
    fc.assert(
      fc.property(mutated(WRITTEN), (value) => judged(read(stringify(value ?? null)))),
      runs(50),
    );
  });

  test('that is the example with its text changed', { timeout: HANG }, () => {
    const cut = fc.tuple(fc.nat(EXAMPLE.length), fc.nat(80), nasty(200));
    fc.assert(
      fc.property(cut, ([from, length, put]) =>
        judged(read(`${EXAMPLE.slice(0, from)}${put}${EXAMPLE.slice(from + length)}`)),
      ),
      runs(60),
    );
  });

  test('that is bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) =>
        judged(readPolicyBytes(bytes, context)),
      ),
      runs(100),
    );
  });
});

describe('any table of people', () => {
  const [email, provider] = [fc.constantFrom('ada@example.com', 'Ada@Example.com'), 'prod'];
  const account = { type: 'aws-iam-policy', account: '123456789012' };
  const odd = fc.oneof(fc.constantFrom('constructor', 'toString', provider), nasty(60));
  const entry = fc.oneof(fc.dictionary(odd, fc.oneof(nasty(80), nastyJson)), nastyJson);
  const people = fc.dictionary(fc.oneof(email, nasty(60)), entry, { maxKeys: 6 });

  test('names each by a name of its provider, or is refused', { timeout: HANG }, () => {
    const providers = { ...(WRITTEN as { providers: object }).providers, [provider]: account };
    fc.assert(
      fc.property(people, (table) => {
        const text = JSON.stringify({ ...(WRITTEN as object), providers, people: table });
        const reading = read(text);
        judged(reading);
        const named = reading.kind === 'policy' ? (reading.policy.people ?? {}) : {};
        for (const names of Object.values(named))
          for (const [address, name] of Object.entries(names)) {
            expect(address).toMatch(/^[^A-Z\s]+@[^A-Z\s]+$/);
            expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
          }
      }),
      {
        ...runs(100),
        examples: [
          [{ 'ada@example.com': { prod: 'ada' } }],
          [{ 'ada@example.com': { prod: 'ada' }, 'Ada@Example.com': { prod: 'root' } }],
          [JSON.parse('{"ada@example.com":{"__proto__":"ada"},"__proto__":{"prod":"ada"}}')],
        ],
      },
    );
  });
});

const keys = (count: number) => Array.from({ length: count }, (_, nth) => `k${nth}: {}`);
const laughs = Array.from({ length: 12 }, (_, nth) =>
  nth === 0 ? 'a0: &a0 [x]' : `a${nth}: &a${nth} [${`*a${nth - 1},`.repeat(9)}]`,
);

/** Each was minutes, or may be where somebody forgets a limit. */
describe('a file that is made to cost something', () => {
  test.each([
    ['many keys', keys(25_000).join('\n')],
    ['many groups', `version: 1\ngroups:\n ${keys(12_000).join('\n ')}`],
    ['one key many times', 'a: 1\n'.repeat(20_000)],
    [
      'many names for one text',
      keys(20_000)
        .map((_, nth) => `- &a${nth} x`)
        .join('\n'),
    ],
    ['many references', `a: &a x\nb: [${'*a,'.repeat(50_000)}]`],
    ['a billion laughs', laughs.join('\n')],
    ['a reference to itself', 'a: &a [*a]'],
    ['open brackets', '['.repeat(100_000)],
    ['brackets', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['braces', '{a: '.repeat(20_000)],
    ['dashes', '- '.repeat(50_000)],
    ['questions', '? '.repeat(50_000)],
    ['tags of a program', '- !!js/function x\n'.repeat(5_000)],
    ['percent signs', '%\n'.repeat(5_000)],
    ['quotes', "'".repeat(200_000)],
    ['more than a policy has', 'x'.repeat(2_000_000)],
  ])('is refused: %s', { timeout: HANG }, (_name, text) => {
    const reading = read(text);
    judged(reading);
    expect(reading.kind).toBe('faulty');
  });

  test.each([
    '(x{0,1000}){50}',
    '((((a+)+)+)+)+$',
    '(?=x)',
    `${'('.repeat(190)}`,
    '[^\\x{10FFFF}]{1,999}',
  ])('has a pattern that is linear or none: %s', { timeout: HANG }, (pattern) => {
    const role = { reason: { pattern, example: 'a'.repeat(1_000) } };
    judged(read(stringify({ ...(WRITTEN as object), defaults: role })));
  });
});

describe('a name that every object has', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is no role', (name) => {
    const text = EXAMPLE.replace(
      /^ {2}([a-z-]+):\n {4}description/m,
      `  ${name}:\n    description`,
    );
    expect(text).not.toBe(EXAMPLE);
    const reading = read(text);
    judged(reading);
    expect(reading.kind).toBe('faulty');
    expect(({} as Record<string, unknown>).description).toBeUndefined();
  });
});
