import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Haproxy, type HaproxyPlace, startHaproxy } from './haproxy.ts';
import { needs } from './servers.ts';

const gate = ({ dir, ports, socket }: HaproxyPlace<'http'>) => `
global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend gate
  bind 127.0.0.1:${ports.http}
  http-request deny deny_status 403 unless { src -f ${dir}/allow.acl }
  http-request return status 200 content-type text/plain string open
`;

needs('haproxy')('an haproxy of the test’s own', () => {
  let haproxy: Haproxy<'http'>;
  const knock = async () => {
    const headers = { connection: 'close' };
    return (await fetch(`http://127.0.0.1:${haproxy.ports.http}/`, { headers })).status;
  };
  const allow = () => haproxy.ask(`add acl ${haproxy.dir}/allow.acl 127.0.0.1/32`);

  beforeAll(async () => {
    haproxy = await startHaproxy({ ports: ['http'], files: { 'allow.acl': '' }, config: gate });
  });

  afterAll(() => haproxy.stop());

  it('does what it is told at run time', async () => {
    await expect(knock()).resolves.toBe(403);

    await expect(allow()).resolves.toBe('');
    await expect(knock()).resolves.toBe(200);
    await expect(haproxy.ask(`show acl ${haproxy.dir}/allow.acl`)).resolves.toContain('127.0.0.1');
  });

  it('forgets what it was told when another process takes over', async () => {
    await allow();
    const before = haproxy.pid;

    await haproxy.reload();

    expect(haproxy.pid).not.toBe(before);
    await expect(knock()).resolves.toBe(403);
  });

  it('comes back at the same ports after it was killed', async () => {
    await allow();

    await haproxy.kill();
    await expect(knock()).rejects.toThrow();
    await haproxy.restart();

    await expect(knock()).resolves.toBe(403);
  });

  it('removes its folder when it is stopped', async () => {
    const other = await startHaproxy({ ports: ['http'], files: { 'allow.acl': '' }, config: gate });
    await other.stop();

    expect(existsSync(other.dir)).toBe(false);
  });

  it('shows why a configuration is refused', async () => {
    const start = startHaproxy({ ports: [], config: () => 'frontend\n' });

    await expect(start).rejects.toThrow(
      /refuses the configuration[\s\S]*'frontend' expects an <id>/,
    );
  });
});
