/** Who does not use an SDK does not load it: neither with the program, nor with the policy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../test/support/process.ts';
import { makeTempFolder } from '../test/support/temp-folder.ts';
import { SDKS } from './weight.ts';

const POLICY = `
version: 1
groups: { leads: { members: [grace@example.com, linus@example.com] } }
providers: { lab: { type: memory } }
roles:
  lb-admin:
    description: the load balancer
    targets: [{ provider: lab, resource: edge, key: email }]
    who: [leads]
    duration: { max: 1h }
    approve: { of: leads }
    channel: CHAT:#access
`;
const ON_AWS = `
  aws:
    type: aws-security-group
    account: "123456789012"
    region: eu-central-1
`;

async function loaded(policy: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const { path } = makeTempFolder('startup');
  writeFileSync(join(path, 'policy.yaml'), policy);
  const files = { HALLPASS_POLICY: join(path, 'policy.yaml'), DATABASE_URL: join(path, 'a.db') };
  const entry = 'bench/startup-child.ts';
  const { stdout, stderr } = await runProgram({ entry, args, env: { ...files, ...env } });
  const packages = JSON.parse(stdout || `"${stderr}"`) as readonly string[];
  return SDKS.filter((sdk) => packages.includes(sdk));
}

test('in the local workspace, no SDK at all', async () => {
  expect(await loaded(POLICY.replace('CHAT', 'local'), {}, '--local')).toEqual([]);
});

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1-2-three', SLACK_SIGNING_SECRET: 'a'.repeat(32) };

test('with Slack and a policy of AWS, Slack’s alone: AWS is loaded when something is asked of it', async () => {
  const policy = POLICY.replace('CHAT', 'slack').replace(
    'providers: { lab: { type: memory } }',
    `providers:\n  lab: { type: memory }${ON_AWS}`,
  );
  expect(await loaded(policy, SLACK)).toEqual(['@slack/bolt']);
});

test('each package that is installed for some alone is weighed', async () => {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  const all = Object.entries(manifest.optionalDependencies);
  // What lies in packages/ chooses a driver that each process loads: no SDK.
  const sdks = all.flatMap(([name, version]) => (version.startsWith('file:') ? [] : [name]));
  expect(SDKS).toEqual(expect.arrayContaining(sdks));
});
