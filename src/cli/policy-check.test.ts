import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { askExample } from '../core/command-format.ts';
import { parseCommandLine } from '../core/command-line.ts';
import type { Policy } from '../core/policy.ts';
import { policyJsonSchema } from '../core/policy-json-schema.ts';
import { readPolicyFile } from '../policy-file.ts';
import { policyCheck } from './policy-check.ts';
import { policyContext } from './policy-context.ts';

const EXAMPLE = 'policy.example.yaml';
const example = readFileSync(EXAMPLE, 'utf8');
const context = policyContext();

const check = async (file: string) => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await policyCheck(file, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
};

function examplePolicy(): Policy {
  const reading = readPolicyFile(EXAMPLE, context);
  if (reading.kind === 'faulty') throw new Error(JSON.stringify(reading.issues));
  return reading.policy;
}

describe('the example policy', () => {
  it('can be used, and its one warning is the one that it announces', async () => {
    const { code, out, err } = await check(EXAMPLE);
    expect(code).toBe(0);
    expect(out).toEqual([expect.stringContaining('can be used: 5 roles')]);
    expect(err).toEqual([expect.stringContaining('[automatic-approval]')]);
  });

  it('opens the maps that the example HAProxy asks', () => {
    const config = readFileSync('examples/haproxy/haproxy.cfg', 'utf8');
    const targets = Object.values(examplePolicy().roles).flatMap((role) => role.targets);
    const maps = targets.map(({ target }) => z.object({ map: z.string() }).parse(target).map);
    expect(maps).toHaveLength(5);
    for (const map of maps) expect(config).toContain(`(${map},0)`);
  });

  it('has for each role an example to copy that is read as an ask', () => {
    const roles = Object.values(examplePolicy().roles);
    for (const role of roles)
      expect(parseCommandLine(askExample(role), { roles }).kind).toBe('ask');
  });
});

describe('the published schema', () => {
  const published = JSON.parse(readFileSync('schema/policy.schema.json', 'utf8'));
  const schema = z.fromJSONSchema(published);
  const accepts = (text: string) => schema.safeParse(parse(text)).success;

  it('is the one that the policy is checked with', () => {
    const fresh = policyJsonSchema(context);
    expect(published).toEqual(JSON.parse(JSON.stringify(fresh)));
  });

  it('accepts the example, which names it for editors', () => {
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/schema\/policy\.schema\.json\n/);
    expect(accepts(example)).toBe(true);
  });

  it.each([
    ['an unknown key of a role', 'approve: automatic', 'aprove: automatic'],
    ['an unknown key of a target', 'map: /etc', 'mapp: /etc'],
    ['an unknown provider type', 'type: haproxy', 'type: haproxi'],
    ['an unknown key at the top', 'alarms:', 'alarm:'],
    ['a duration that is a number', 'default: 1h', 'default: 60'],
    ['an unknown kind of input', 'type: choice', 'type: chioce'],
    ['a wrong key in the defaults', 'warnBefore: 10m', 'warn: 10m'],
  ])('refuses %s', (_what, from, to) => {
    expect(accepts(example.replace(from, to))).toBe(false);
  });
});

/** A role of each kind at AWS, of which nothing is told but by a trail. */
const atAws = (trail: string) => `\
version: 1
groups: { crew: { members: [ada@example.com] }, leads: { members: [grace@example.com, linus@example.com] } }
alarms: local:#alarms
providers:
  center:
    type: aws-identity-center
    region: eu-central-1
    instance: arn:aws:sso:::instance/ssoins-0123456789abcdef
    store: d-0123456789
  prod: { type: aws-iam-policy, account: "123456789012" }
people: { ada@example.com: { prod: ada } }
defaults:
  channel: local:#lb-access
  returnIfUnusedFor: 15m
  revoke: [crew]
  attest: [crew]
roles:
  admin:
    description: the account
    who: [crew]
    duration: { max: 4h, default: 1h }
    approve: { count: 1, of: leads }
    targets:
      - provider: center
        account: "123456789012"
        permissionSet: arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef
        ${trail}
      - { provider: prod, actions: [ec2:StopInstances], resources: ["arn:aws:ec2:*:*:instance/*"], ${trail} }
`;

describe('a faulty policy', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hallpass-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is listed fault by fault with line and column, and fails', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, example.replace('who: [lb-operators]', 'who: [lb-operator]'));
    const { code, out, err } = await check(file);
    const line = example.split('\n').findIndex((text) => text.includes('who: [lb-operators]')) + 1;
    expect(code).toBe(1);
    expect(out).toEqual([]);
    expect(err).toContain(
      `${file}:${line}:11: fault: roles.lb-admin.who.0: There is no group \`lb-operator\`. Did you mean \`lb-operators\`? [unknown-group]`,
    );
    expect(err.at(-1)).toBe(`${file} cannot be used: 1 fault and 1 warning.`);
  });

  it('is warned of access that is to return unused, at a target that does not tell', async () => {
    const file = join(folder, 'policy.yaml');
    const told = async (trail: string) => {
      writeFileSync(file, atAws(trail));
      const { code, err } = await check(file);
      expect(err.join(), String(code)).not.toContain('fault');
      return err.filter((line) => line.includes('[use-untold]'));
    };
    expect(await told('key: email')).toHaveLength(2);
    expect(await told('trail: { regions: [eu-central-1] }')).toEqual([]);
  });

  it('that is not there fails too', async () => {
    expect((await check(join(folder, 'none.yaml'))).code).toBe(1);
  });
});
