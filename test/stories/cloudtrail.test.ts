/** What is done in an AWS account is told by CloudTrail, which shows it late; and what nobody uses goes back. */
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CenterServer } from '../../src/access/aws-identity-center/fixtures/center-server.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { fault, inSession, TrailStand } from '../support/trail-stand.ts';
import { changed, START } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

/** Each step asks the stand-ins many things by the SDK, which a busy machine is slow at. */
vi.setConfig({ testTimeout: 30_000 });

const LAG = 14 * MINUTE;
const LOCAL = {
  around: {
    platform: (platform) => platform,
    // Nothing here is anywhere else than on this machine.
    provider: (provider) => ({ ...provider, isLocal: () => true }),
  },
} satisfies Parameters<typeof Stage.open>[1];

let center: CenterServer;
let trail: TrailStand;
let stage: Stage;

beforeEach(async () => {
  center = new CenterServer(['ada@example.com']);
  stage = Stage.dark({ policy: policyOf(center) });
  trail = new TrailStand(() => stage.clock.now());
  trail.lag = LAG;
  trail.events.push({ at: START - HOUR, name: 'hallpass', by: {} });
  vi.stubEnv('AWS_ENDPOINT_URL', await center.listen());
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDTRAIL', await trail.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  await stage.boot(LOCAL);
});
afterEach(async () => {
  await proved(stage);
  await stage.halt();
  await center.stop();
  await trail.stop();
});
afterAll(() => {
  vi.unstubAllEnvs();
});

function policyOf({ region, instance, store, account, permissionSet }: CenterServer): string {
  const connection = `{ type: aws-identity-center, region: ${region}, instance: '${instance}', store: ${store} }`;
  const trailed = 'trail: { regions: [eu-central-1, us-east-1] }';
  const target = `{ provider: prod, account: '${account}', permissionSet: '${permissionSet}', ${trailed} }`;
  return changed('  lab: { type: memory }\n', `  lab: { type: memory }\n  prod: ${connection}\n`)
    .replace('{ provider: lab, resource: edge-admin, key: email }', target)
    .replace('    warnBefore: 10m\n', '    warnBefore: 10m\n    returnIfUnusedFor: 15m\n');
}

async function opened(): Promise<Awaited<ReturnType<typeof stage.ask>>> {
  const id = await stage.ask('ada', 'lb-admin 1h look at the instances');
  await stage.type('grace', `approve ${id}`);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('active');
  return id;
}

function does(call: string): void {
  trail.events.push({ at: stage.clock.now(), call, ...inSession('ada@example.com', 'jit-admin') });
}
const told = () => stage.thread().filter((line) => line.includes('As of'));

test('an assignment that nobody uses goes back once that must have shown', async () => {
  const id = await opened();
  await stage.pass(33 * MINUTE, 3 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(5 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(center.assignments.size).toBe(0);
  expect(stage.thread().join('\n')).toContain('Not used since');
  expect(told()).toHaveLength(1);
  await stage.pass(21 * MINUTE, 3 * MINUTE);
  expect(told()).toHaveLength(2);
  expect(told()[1]).toContain('was not used. As of');
});

test('an assignment that is used stays, and the thread tells by what, at the end and once all shows', async () => {
  const id = await opened();
  for (let nth = 0; nth < 5; nth += 1) {
    does('DescribeInstances');
    await stage.pass(10 * MINUTE, 5 * MINUTE);
    expect(await stage.status(id)).toBe('active');
  }
  does('StopInstances');
  await stage.pass(15 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(told()).toHaveLength(1);
  expect(told()[0]).toContain(
    'was used 5 times, last at 2026-11-21T03:41:00Z: ec2 DescribeInstances',
  );
  expect(told()[0]).toContain('may not show yet. As of');
  await stage.pass(21 * MINUTE, 3 * MINUTE);
  expect(told()).toHaveLength(2);
  expect(told()[1]).toContain(
    'was used 6 times, last at 2026-11-21T03:51:00Z: ec2 DescribeInstances, ec2 StopInstances. As of',
  );
});

test('an assignment is not unused because a region cannot be read', async () => {
  const id = await opened();
  trail.instead = (region) => (region === 'us-east-1' ? fault('AccessDeniedException') : undefined);
  await stage.pass(50 * MINUTE, 5 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  trail.instead = () => undefined;
  await stage.pass(8 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('returned');
});

test('a throttled CloudTrail is asked again until it tells', async () => {
  const id = await opened();
  does('StopInstances');
  await stage.press('ada', id, 'return');
  trail.instead = () => fault('ThrottlingException');
  await stage.pass(20 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(told()).toEqual([]);
  trail.instead = () => undefined;
  await stage.pass(6 * MINUTE, MINUTE);
  expect(told()[0]).toContain('was used once');
});
