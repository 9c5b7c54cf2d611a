import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StoredTarget, send } from './fixtures/action-server.ts';
import { Edge, FIRST, give, SECOND, takeHeld } from './fixtures/edge.ts';
import { fault } from './fixtures/query.ts';

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.open(vi.stubEnv);
});
afterEach(() => edge.server.stop());
afterAll(() => {
  vi.unstubAllEnvs();
});

const { id } = FIRST;
const found = (of: string) => edge.server.targets.find((target) => target.id === of);

describe('a deregistered target', () => {
  it('drains, and is registered again as it was', async () => {
    edge.server.register({ id: SECOND.id, port: '8080', zone: 'all', state: 'healthy' });
    const spec = edge.first({ deregister: { ...SECOND, zone: 'all' } });
    const { handle, residue, summary } = await edge.planned(spec);
    expect(summary).toBe('edge web 10.0.0.2:8080 deregistered, then registered');
    expect(residue?.text).toContain('for up to 5 minutes');
    expect(await edge.through(handle, give)).toEqual(['done']);
    expect(found(SECOND.id)).toMatchObject({ state: 'draining' });
    expect(await edge.read(handle)).toMatchObject({ kind: 'present' });
    await edge.through(handle, takeHeld);
    const back = { id: SECOND.id, port: '8080', zone: 'all', state: 'initial' };
    expect(found(SECOND.id)).toEqual(back);
  });

  it.each(['initial', 'unhealthy', 'unhealthy.draining', 'healthy'])(
    'that is registered again is back, and be it %s',
    async (state) => {
      const { handle } = await edge.planned(edge.first());
      await edge.through(handle, give);
      await edge.through(handle, takeHeld);
      edge.server.register({ id, port: '8080', state });
      const evidence = `${id}:8080 is registered, ${state}`;
      expect(await edge.read(handle)).toEqual({ kind: 'absent', evidence });
    },
  );

  it('is not the last healthy one, unless policy says so', async () => {
    const { server } = edge;
    const { handle } = await edge.planned(edge.first());
    for (const target of server.targets)
      if (target.id !== id) server.register({ ...target, state: 'unhealthy' });
    expect(await edge.refusal(edge.first())).toBe('No other target of the group is healthy.');
    expect(await edge.through(handle, give)).toEqual(['failed']);
    expect(server.isRegistered(id)).toBe(true);
    const { handle: last } = await edge.planned(edge.first({ lastServer: true }));
    expect(await edge.through(last, give)).toEqual(['done']);
  });

  it('is looked for once more before it is taken: others may have gone meanwhile', async () => {
    const { server } = edge;
    const { handle } = await edge.planned(edge.first());
    for (const target of server.targets) if (target.id !== id) server.deregister(target);
    const receipt = { kind: 'wished' };
    expect(await edge.converge(handle, { ...give, receipt })).toMatchObject({ kind: 'failed' });
    const again = await edge.converge(handle, { ...give, held: true });
    expect(again).toMatchObject({ kind: 'conflict' });
    expect(server.isRegistered(id)).toBe(true);
  });

  it.each<[string, StoredTarget]>([
    ['a zone', { id, port: '8080', zone: 'all', state: 'healthy' }],
    ['a server id', { id, port: '8080', quic: '0x1', state: 'healthy' }],
  ])('could not be registered again with %s that policy does not name', async (_what, target) => {
    edge.server.register(target);
    expect(await edge.refusal(edge.first())).toContain('somebody is at it');
  });

  it('of a group that nobody knows is refused, and is never taken for absent', async () => {
    const { handle } = await edge.planned(edge.first());
    edge.server.removed = true;
    expect(await edge.refusal(edge.first())).toContain('no such listener or target group');
    await expect(edge.read(handle)).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it.each([
    ['', 'bad-answer'],
    ['<TargetHealthDescriptions/>', undefined],
  ])('of a group that is answered by %j is missing only if it says so', async (list, fault) => {
    const { handle } = await edge.planned(edge.first());
    edge.server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      const all = /<TargetHealthDescriptions>.*<\/TargetHealthDescriptions>/s;
      send(response, { status, body: body.replace(all, list) });
    };
    const reading = await edge.read(handle).catch((error: unknown) => error);
    expect(reading).toMatchObject(fault === undefined ? { kind: 'present' } : { code: fault });
  });

  it('whose instance is gone meanwhile cannot come back, and that fails aloud', async () => {
    const { handle } = await edge.planned(edge.first());
    await edge.through(handle, give);
    edge.server.hook = ({ response }, what, answer) =>
      send(response, what === 'write' ? fault('InvalidTarget') : answer());
    expect(await edge.converge(handle, takeHeld)).toMatchObject({
      kind: 'failed',
      class: 'config',
    });
    expect(await edge.read(handle)).toMatchObject({ kind: 'present' });
  });

  it.each([
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
  ])('is the same address when policy writes %s and ELB %s', async (written, listed) => {
    const { server } = edge;
    server.register({ id: listed, port: '8080', state: 'healthy' });
    const spec = edge.first({ deregister: { id: written, port: 8080 } });
    const { handle, key } = await edge.planned(spec);
    expect(key).toContain('without [2001:db8::1]:8080');
    const evidence = '[2001:db8::1]:8080 is registered, healthy';
    expect(await edge.read(handle)).toEqual({ kind: 'absent', evidence });
  });

  it('is told from another port of the same instance', async () => {
    const { handle } = await edge.planned(edge.first());
    edge.server.targets = [{ id, port: '9090', state: 'healthy' }];
    const evidence = `${id}:8080 is not registered, but at 9090`;
    expect(await edge.read(handle)).toEqual({ kind: 'present', until: null, evidence });
  });
});
