/** Against a real HAProxy: whom it let in by a right, and when last. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  askOf,
  type Gate,
  give,
  inAnHour,
  io,
  requester,
  specOf,
  startGate,
  take,
  visit,
} from '../../../test/support/haproxy-gate.ts';
import { seal } from '../../../test/support/seal.ts';
import { needs } from '../../../test/support/servers.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Provider, Use } from '../provider.ts';
import { NodeClient } from './client.ts';
import { haproxyProvider } from './index.ts';

needs('haproxy')('how a right at HAProxy is used', () => {
  let gate: Gate;
  const provider: Provider = haproxyProvider();
  beforeAll(async () => {
    gate = await startGate();
  });
  afterAll(() => gate.stop());

  const counted = (table: string, more: object = {}) =>
    specOf([gate], { uses: { table, expire: '1h' }, ...more });
  async function given(spec = counted('seen'), from = '127.0.0.2') {
    const plan = await provider.plan(askOf(spec, from), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    const end = inAnHour();
    expect(await provider.converge(plan.handle, give(end), io())).toEqual({ kind: 'done' });
    return { plan, end, since: Date.now() };
  }
  const used = async (handle: Parameters<NonNullable<Provider['used']>>[0], since: number) =>
    (await provider.used?.(handle, { since, until: null }, io())) as Use;

  it('is counted from when it is given, and by whom it was given to', async () => {
    for (const table of ['seen', 'seen6']) {
      const { plan, end, since } = await given(counted(table));
      expect(plan.tellsUse).toBe(true);
      expect(await used(plan.handle, since)).toMatchObject({ kind: 'unused' });
      for (let nth = 0; nth < 3; nth += 1)
        expect(await visit(gate.ports.http, { from: '127.0.0.2' })).toBe(200);
      const use = await used(plan.handle, since);
      expect(use).toMatchObject({ kind: 'used', count: 3 });
      if (use.kind !== 'used' || use.lastAt === null) throw new Error('not used');
      expect(Math.abs(Date.now() - use.lastAt)).toBeLessThan(MINUTE);
      await provider.converge(plan.handle, take(end), io());
      expect(await visit(gate.ports.http, { from: '127.0.0.2' })).toBe(403);
      expect(await used(plan.handle, since)).toMatchObject({ kind: 'used', count: 3 });
    }
  });

  it('is not forgotten when an entry is put back that somebody has deleted meanwhile', async () => {
    const { plan, end, since } = await given(counted('seen'), '127.0.0.6');
    expect(await visit(gate.ports.http, { from: '127.0.0.6' })).toBe(200);
    const node = new NodeClient(`unix:${gate.socket}`, io());
    await node.ask(['clear', 'map', `${gate.dir}/jit.map`]);
    const again = { ...give(end), held: true };
    expect(await provider.converge(plan.handle, again, io())).toEqual({ kind: 'done' });
    expect(await used(plan.handle, since)).toMatchObject({ kind: 'used', count: 1 });
  });

  it('is known although the node was slow to answer', async () => {
    const { plan, since } = await given(counted('seen'), '127.0.0.8');
    expect(await visit(gate.ports.http, { from: '127.0.0.8' })).toBe(200);
    const asked = { ...io(), now: since - SECOND };
    const use = await provider.used?.(plan.handle, { since, until: null }, asked);
    expect(use).toMatchObject({ kind: 'used', count: 1, lastAt: since });
  });

  it('goes by e-mail where the right does', async () => {
    const spec = counted('seen_mails', { map: `${gate.dir}/mail.map`, key: 'email' });
    const plan = await provider.plan({ spec, inputs: {}, requester, seal }, io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    await provider.converge(plan.handle, give(inAnHour()), io());
    const since = Date.now();
    const headers = { 'X-Email': 'Maya@example.com' };
    expect(await visit(gate.ports.mail, { headers })).toBe(200);
    expect(await used(plan.handle, since)).toMatchObject({ kind: 'used', count: 1 });
  });

  it('of a network is known by any address in it, and not counted', async () => {
    const spec = counted('seen', { networks: { v4: 24, v6: 64 } });
    const { plan, since } = await given(spec, '127.0.7.0/24');
    expect(await used(plan.handle, since)).toMatchObject({ kind: 'unused' });
    expect(await visit(gate.ports.http, { from: '127.0.7.9' })).toBe(200);
    expect(await used(plan.handle, since)).toMatchObject({ kind: 'used', count: null });
  });

  it('is not known from before a reload, and says so', async () => {
    const { plan, since } = await given(counted('seen'), '127.0.0.3');
    expect(await visit(gate.ports.http, { from: '127.0.0.3' })).toBe(200);
    await gate.reload();
    const use = await used(plan.handle, since - MINUTE);
    expect(use).toMatchObject({ kind: 'unused', from: expect.any(Number) });
  });

  it('cannot be told by a table that there is not, and nothing is given then', async () => {
    const plan = await provider.plan(askOf(counted('nosuch'), '127.0.0.4'), io());
    if (plan.kind !== 'planned') throw new Error(plan.why);
    expect(await provider.converge(plan.handle, give(inAnHour()), io())).toMatchObject({
      kind: 'failed',
      class: 'config',
    });
    expect(await visit(gate.ports.http, { from: '127.0.0.4' })).toBe(403);
    await expect(used(plan.handle, 0)).rejects.toMatchObject({ code: 'misconfigured' });
    const findings = await provider.doctor(counted('nosuch'), io());
    expect(findings.filter(({ level }) => level === 'fault')).not.toEqual([]);
  });
});
