/** `hallpass doctor` finds what is wrong around the program, and nothing where all is right. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, policyText } from './cast.ts';
import { World } from './world.ts';

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('The doctor', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ redis: true });
  });
  afterAll(() => world.close());

  const faults = (stdout: string) => stdout.split('\n').filter((line) => /^fault /.test(line));

  test.concurrent('finds no fault where there is none, and disturbs nobody', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'open', '2s');
    const { code, stdout, stderr } = await world.run('doctor');
    expect({ code, stderr, faults: faults(stdout) }).toEqual({ code: 0, stderr: '', faults: [] });
    expect(stdout).toMatch(/^ok +redis: answers$/m);
    expect(stdout).toMatch(/^ok +slack: #desk-1 can be posted to\.$/m);
    expect(stdout).toMatch(/a deny rule goes by .*jit\.map and date\(\)/);
    expect(stdout).toMatch(/No faults found\.$/);
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
  });

  test.concurrent('misses a deny rule, a channel and a Redis, each by name', async () => {
    const config = join(world.gate.dir, 'lame.cfg');
    const text = readFileSync(join(world.gate.dir, 'haproxy.cfg'), 'utf8');
    writeFileSync(config, text.replaceAll(/^ *http-request deny.*$/gm, ''));
    const policy = join(world.gate.dir, 'lame.yaml');
    const lame = policyText(world.gate).replace(`${world.gate.dir}/haproxy.cfg`, config);
    const unheard = 'reconcile: { channel: slack:#unheard }\nalarms:';
    writeFileSync(policy, lame.replace('#desk-2', '#nowhere').replace('alarms:', unheard));
    const env = { HALLPASS_POLICY: policy, REDIS_URL: 'redis://127.0.0.1:9' };
    const { code, stdout } = await world.runWith(env, 'doctor');
    expect(code).toBe(1);
    const found = faults(stdout).join('\n');
    expect(found).toMatch(/no deny or reject rule looks into .*jit\.map/);
    expect(found).toContain('slack: The bot sees no channel #nowhere');
    expect(found).toContain('slack: The bot sees no channel #unheard');
    expect(found).toContain('redis: does not answer');
  });

  test.concurrent('finds a token that Slack does not know, and so does the start', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const DATABASE_URL = join(world.gate.dir, 'other.db');
    const env = { SLACK_API_URL: `http://127.0.0.1:${port}/api/`, DATABASE_URL, PORT: '0' };
    const [doctor, serve] = await Promise.all([
      world.runWith(env, 'doctor'),
      world.runWith(env, 'serve'),
    ]);
    server.close();
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain('other.db');
    expect(faults(doctor.stdout).join()).toContain('slack:');
    expect(serve.code).toBe(1);
    expect(serve.stderr).toContain('Slack does not take SLACK_BOT_TOKEN');
    expect(serve.stderr).not.toMatch(/^\s+at /m);
  });
});
