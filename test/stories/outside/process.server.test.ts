/** The process itself: how it starts, how it does not, and how it stops. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { runProgram, startProgram } from '../../support/process.ts';
import { needs } from '../../support/servers.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { ADA, GRACE } from './cast.ts';
import { type StoryGate, startStoryGate } from './gate.ts';
import { World } from './world.ts';

const LOCAL = (gate: StoryGate) => `version: 1
groups:
  staff: { members: [ada@example.com, grace@example.com] }
  leads: { members: [grace@example.com, margaret@example.com] }
providers:
  edge: { type: haproxy, nodes: ["unix:${gate.socket}"] }
roles:
  lb-admin:
    description: The load balancer
    targets: [{ provider: edge, map: ${gate.dir}/mail.map, key: email }]
    channel: local:#lb-access
    who: [staff]
    duration: { max: 1h }
    approve: { of: leads }
`;

test.concurrent('a start with everything wrong names every fault, and shows no stack', async () => {
  const env = {
    SLACK_BOT_TOKEN: 'wrong',
    SLACK_SIGNING_SECRET: 'xoxb-wrong',
    SLACK_APP_TOKEN: 'wrong',
    SLACK_API_URL: 'http://slack.example.com',
    REDIS_URL: 'wrong',
    DATABASE_URL: 'postgres://db.example.com/hallpass',
    HOST: 'not a host',
    PORT: '99999',
    LOG_LEVEL: 'loud',
    HALLPASS_SWEEP_SECONDS: 'soon',
    HALLPASS_POLCY: 'policy.yaml',
  };
  const { code, stdout, stderr } = await runProgram({ args: ['serve'], env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  for (const name of Object.keys(env)) expect(stderr).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stderr).not.toMatch(/^\s+at /m);
});

test.concurrent('a start without credentials says what is missing', async () => {
  const { path } = makeTempFolder('hp-bare');
  const { code, stderr } = await runProgram({ args: ['serve'], env: {}, cwd: path });
  expect(code).toBe(1);
  expect(stderr).toContain('SLACK_BOT_TOKEN is missing');
  expect(stderr).not.toMatch(/^\s+at /m);
});

needs('haproxy')('Local chat', () => {
  test('is served on loopback with an HAProxy on this machine, and nowhere else', async () => {
    const gate = await startStoryGate();
    const HALLPASS_POLICY = join(gate.dir, 'policy.yaml');
    writeFileSync(HALLPASS_POLICY, LOCAL(gate));
    const DATABASE_URL = join(gate.dir, 'hallpass.db');
    const env = { HALLPASS_POLICY, DATABASE_URL, PORT: String(await freePort()) };
    const args = ['serve', '--local'];
    const [child, open] = await Promise.all([
      startProgram({ args, env }),
      runProgram({ args, env: { ...env, HOST: '0.0.0.0' } }),
    ]);
    expect(open).toMatchObject({ code: 1, stdout: '' });
    expect(open.stderr).toContain('HOST is 0.0.0.0');
    await child.waitForLine(/^Hallpass runs on http:\/\/127\.0\.0\.1/);
    const taken = await runProgram({ args, env });
    expect(taken).toMatchObject({ code: 1 });
    expect(taken.stderr).toContain('EADDRINUSE');
    expect(await child.stop()).toEqual({ code: 0, signal: null });
    await gate.stop();
  });
});

needs('haproxy', 'local-slack')('The running program', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  test('finishes what it does when it is told to stop, however often it is told', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'admin');
    const half = connect(Number(world.env.PORT), '127.0.0.1');
    half.on('error', () => {}).write('POST /slack/events HTTP/1.1\r\nContent-Length: 9\r\n');
    world.gate.freeze();
    await desk.click(GRACE, id, 'approve');
    const { program } = world;
    program.signal('SIGTERM');
    await program.waitForLine(/stopping/);
    program.signal('SIGTERM');
    program.signal('SIGHUP');
    program.signal('SIGINT');
    world.gate.thaw();
    expect(await world.halt()).toEqual({ code: 0, signal: null });
    half.destroy();
    await world.start();
    await world.untilVerdict(desk, 200);
    await desk.cardSays(id, 'confirmed by the provider');
    world.prove();
  });
});
