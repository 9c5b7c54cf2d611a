import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Haproxy, startHaproxy } from '../../../test/support/haproxy.ts';
import {
  give,
  inAnHour,
  io,
  openLine,
  requester,
  take,
  visit,
} from '../../../test/support/haproxy-gate.ts';
import { seal } from '../../../test/support/seal.ts';
import { needs } from '../../../test/support/servers.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { haproxyProvider } from './index.ts';
import { connectionSchema, targetSchema } from './target.ts';

const source = readFileSync(
  new URL('../../../examples/haproxy/haproxy.cfg', import.meta.url),
  'utf8',
);
const maps = ['admin', 'backends', 'health', 'certificates', 'postgres'];
const sso = '127.0.0.9';
const engineer = '127.0.0.2';

/** As it stands, but for places and ports. `startHaproxy` runs `haproxy -c` over it. */
function startExample(site: number, database: number): Promise<Haproxy<'admin' | 'postgres'>> {
  return startHaproxy({
    ports: ['admin', 'postgres'],
    files: Object.fromEntries(maps.map((name) => [`${name}.map`, ''])),
    config: ({ dir, ports, socket }) =>
      source
        .replaceAll('/etc/haproxy/jit', dir)
        .replaceAll('/run/haproxy/admin.sock', socket)
        .replaceAll('10.0.0.5', sso)
        .replaceAll('bind :8080', `bind 127.0.0.1:${ports.admin}`)
        .replaceAll('bind :5432', `bind 127.0.0.1:${ports.postgres}`)
        .replaceAll('127.0.0.1:9000', `127.0.0.1:${site}`)
        .replaceAll('127.0.0.1:5433', `127.0.0.1:${database}`),
  });
}

needs('haproxy')('the example of a load-balancer team', () => {
  const provider = haproxyProvider();
  const site = createServer((_, answer) => answer.end('ok'));
  const database = createTcpServer((socket) => socket.on('error', () => {}).pipe(socket));
  let haproxy: Haproxy<'admin' | 'postgres'>;

  beforeAll(async () => {
    await once(site.listen(0, '127.0.0.1'), 'listening');
    await once(database.listen(0, '127.0.0.1'), 'listening');
    const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
    haproxy = await startExample(port(site), port(database));
  });
  afterAll(async () => {
    await haproxy.stop();
    site.close();
    database.close();
  });
  beforeEach(async () => {
    for (const name of maps) await haproxy.ask(`clear map ${haproxy.dir}/${name}.map`);
  });

  function specOf(map: string): TargetSpec {
    const byMail = map === 'certificates';
    const style = map === 'postgres' ? 'tcp' : 'http';
    return {
      provider: 'edge',
      type: 'haproxy',
      connection: connectionSchema.parse({
        nodes: [`unix:${haproxy.socket}`],
        config: `${haproxy.dir}/haproxy.cfg`,
      }),
      target: targetSchema.parse({
        map: `${haproxy.dir}/${map}.map`,
        key: byMail ? 'email' : 'from',
        style,
      }),
    };
  }

  async function grant(map: string, from = engineer): Promise<() => Promise<void>> {
    const ask = { spec: specOf(map), inputs: { from }, requester, seal };
    const planned = await provider.plan(ask, io());
    if (planned.kind !== 'planned') throw new Error(planned.why);
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    return async () => {
      await provider.converge(planned.handle, take(end), io());
    };
  }

  const go = (path: string, from = engineer, email?: string) =>
    visit(haproxy.ports.admin, {
      from,
      path,
      headers: email === undefined ? {} : { 'X-Auth-Request-Email': email },
    });
  const viaSso = (path: string, email = requester.email) => go(path, sso, email);

  const doors = {
    '/': () => go('/'),
    '/users': () => go('/users'),
    '/backends/web': () => go('/backends/web'),
    '/health-checks': () => go('/health-checks'),
    '/certificates/edge': () => go('/certificates/edge'),
    '/certificates/edge by SSO': () => viaSso('/certificates/edge'),
    '/backends/web by SSO': () => viaSso('/backends/web'),
    postgres: async () => ((await postgresIsOpen()) ? 200 : 403),
  };

  async function openDoors(): Promise<string[]> {
    const found: string[] = [];
    for (const [door, knock] of Object.entries(doors))
      if ((await knock()) === 200) found.push(door);
    return found;
  }

  /** An open database waits for us to speak, so that being let in is seen by its answer. */
  async function postgresIsOpen(): Promise<boolean> {
    const line = await openLine(haproxy.ports.postgres, engineer).catch(() => undefined);
    line?.destroy();
    return line !== undefined;
  }

  it.each([
    ['admin', ['/', '/users', '/backends/web', '/health-checks', '/certificates/edge']],
    ['backends', ['/backends/web']],
    ['health', ['/health-checks']],
    ['certificates', ['/certificates/edge by SSO']],
    ['postgres', ['postgres']],
  ])('%s opens its own part and no other, and closes again', async (map, own) => {
    expect(await openDoors()).toEqual([]);
    const close = await grant(map);
    expect(await openDoors()).toEqual(own);
    await close();
    expect(await openDoors()).toEqual([]);
  });

  it('opens to nobody else', async () => {
    for (const map of ['admin', 'backends', 'health']) await grant(map);
    for (const path of ['/', '/backends/web', '/health-checks']) {
      expect(await go(path, '127.0.0.3')).toBe(403);
    }
  });

  it.each([
    '/backends/../users',
    '/backends/..%2fusers',
    '/backends/%2e%2e/users',
    '/backends//users',
    '/backends/\\..\\users',
    '/backends/..;/users',
    '/backends/%252e%252e/users',
    '/backendsusers',
    '//backends/web',
    '/Backends/web',
  ])('lets nobody with one part reach another by %s', async (path) => {
    await grant('backends');
    expect(await go(path)).not.toBe(200);
  });

  it('takes the word of the SSO proxy alone for who somebody is', async () => {
    await grant('certificates');
    const path = '/certificates/edge';
    expect(await viaSso(path)).toBe(200);
    expect(await viaSso(path, requester.email.toUpperCase())).toBe(200);
    expect(await viaSso(path, 'omar@example.com')).toBe(403);
    expect(await viaSso(path, `omar@example.com, ${requester.email}`)).toBe(403);
    expect(await go(path, engineer, requester.email)).toBe(403);
  });

  it('opens nothing to all who sign in when the SSO proxy itself is let in by address', async () => {
    await grant('admin', sso);
    expect(await viaSso('/users', 'omar@example.com')).toBe(403);
  });

  describe('and its doctor', () => {
    it.each(maps)('finds %s in order', async (map) => {
      const findings = await provider.doctor(specOf(map), io());
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    });
  });
});
