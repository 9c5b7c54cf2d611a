import { Agent } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  askOf,
  epoch,
  type Gate,
  give,
  inAnHour,
  io,
  planFor,
  requester,
  specOf,
  startGate,
  take,
  visit,
  visitAs,
} from '../../../test/support/haproxy-gate.ts';
import { seal } from '../../../test/support/seal.ts';
import { needs } from '../../../test/support/servers.ts';
import type { Json, TargetSpec } from '../../core/policy.ts';
import { SECOND, wholeSecond } from '../../core/time.ts';
import { letsIn, parseMapKey } from './address.ts';
import { haproxyProvider } from './index.ts';

function networkOf(text: string) {
  const network = parseMapKey(text);
  if (network === undefined) throw new Error(`${text} is no network`);
  return network;
}

needs('haproxy')('HAProxy as a gate', () => {
  let gate: Gate;
  let map: string;
  let spec: TargetSpec;
  const provider = haproxyProvider();
  const plan = (where: TargetSpec, from: string) => planFor(provider, where, from);

  beforeAll(async () => {
    gate = await startGate();
    map = `${gate.dir}/jit.map`;
    spec = specOf([gate]);
  });
  afterAll(() => gate.stop());
  beforeEach(async () => {
    await gate.ask(`clear map ${map}`);
  });

  it('is turned away by HAProxy at the end, with nobody taking anything', async () => {
    const planned = await plan(spec, '127.0.0.2');
    const end = wholeSecond(Date.now()) + 2 * SECOND;
    await provider.converge(planned.handle, give(end), io());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const knock = () => visit(gate.ports.http, { from: '127.0.0.2', agent });
    expect(await knock()).toBe(200);
    await expect.poll(knock, { interval: 20, timeout: 4_000 }).toBe(403);
    const late = Date.now() - end;
    agent.destroy();
    expect(late).toBeGreaterThanOrEqual(-5);
    expect(late).toBeLessThan(900);
    expect(await provider.read(planned.handle, io())).toMatchObject({ until: end });
  });

  it('is turned away on a connection that was open when access was taken', async () => {
    const planned = await plan(spec, '127.0.0.2');
    const end = inAnHour();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const knock = () => visit(gate.ports.http, { from: '127.0.0.2', agent });
    await provider.converge(planned.handle, give(end), io());
    expect(await knock()).toBe(200);
    await provider.converge(planned.handle, take(end), io());
    expect(await knock()).toBe(403);
    agent.destroy();
  });

  it('loses everything at a reload, sees that, and gives it again', async () => {
    const planned = await plan(spec, '127.0.0.2');
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    await gate.reload();
    expect(await provider.read(planned.handle, io())).toMatchObject({ kind: 'absent' });
    expect(await provider.converge(planned.handle, give(end), io())).toEqual({ kind: 'done' });
    expect(await visit(gate.ports.http, { from: '127.0.0.2' })).toBe(200);
  });

  it('is asked anew after a reload, also of those who were connected before', async () => {
    const planned = await plan(spec, '127.0.0.2');
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const knock = () => visit(gate.ports.http, { from: '127.0.0.2', agent });
    expect(await knock()).toBe(200);
    await gate.reload();
    await provider.converge(planned.handle, take(end), io());
    // The first knock may meet the old process, which closes what is idle.
    expect(await knock().catch(() => 'closed')).not.toBe(200);
    expect(await knock()).toBe(403);
    agent.destroy();
  });

  it('takes our duplicates and leaves a foreign one', async () => {
    const planned = await plan(spec, '127.0.0.2');
    const [ours, theirs] = [inAnHour(), inAnHour() + 7 * SECOND];
    for (const value of [ours, theirs, ours]) {
      await gate.ask(`add map ${map} 127.0.0.2 ${epoch(value)}`);
    }
    expect(await provider.read(planned.handle, io())).toMatchObject({ kind: 'partial' });
    expect(await provider.converge(planned.handle, take(ours), io())).toEqual({ kind: 'done' });
    const left = await gate.ask(`show map ${map}`);
    expect(left.split('\n')).toHaveLength(1);
    expect(left).toContain(`127.0.0.2 ${epoch(theirs)}`);
  });

  it('lets nothing in beside an overlapping entry, live or ended', async () => {
    const planned = await plan(spec, '127.0.0.2');
    for (const value of [inAnHour(), SECOND]) {
      await gate.ask(`clear map ${map}`);
      await gate.ask(`add map ${map} 127.0.0.0/24 ${epoch(value)}`);
      const again = await provider.plan(askOf(spec, '127.0.0.2'), io());
      expect(again).toMatchObject({ kind: 'refused', why: expect.stringContaining('/24') });
      const answer = await provider.converge(planned.handle, give(inAnHour()), io());
      expect(answer).toMatchObject({ kind: 'conflict' });
    }
  });

  it('shows that HAProxy follows an ended narrow entry rather than a live wide one', async () => {
    await gate.ask(`add map ${map} 127.0.0.0/24 ${epoch(inAnHour())}`);
    expect(await visit(gate.ports.http, { from: '127.0.0.2' })).toBe(200);
    await gate.ask(`add map ${map} 127.0.0.2 5`);
    expect(await visit(gate.ports.http, { from: '127.0.0.2' })).toBe(403);
  });

  it('says what stands already as something that may stay', async () => {
    await gate.ask(`add map ${map} 127.0.0.2 ${epoch(inAnHour())}`);
    expect((await plan(spec, '127.0.0.2')).residue?.text).toContain('stands in the map already');
  });

  it('opens networks and IPv6, to those inside and to nobody else', async () => {
    const end = inAnHour();
    const asked: [string, string, string][] = [
      ['10.1.0.0/16', '10.1.255.1', '10.2.0.1'],
      ['2001:db8:1::/48', '2001:db8:1:2::3', '2001:db8:2::3'],
      ['2001:DB8:5::7', '2001:db8:5::7', '2001:db8:5::8'],
    ];
    for (const [from, inside, outside] of asked) {
      const planned = await plan(spec, from);
      await provider.converge(planned.handle, give(end), io());
      expect(await visitAs(gate.ports.proxied, inside)).toBe(200);
      expect(await visitAs(gate.ports.proxied, outside)).toBe(403);
      await provider.converge(planned.handle, take(end), io());
      expect(await visitAs(gate.ports.proxied, inside)).toBe(403);
    }
  });

  it.each([
    '192.0.2.7',
    '192.0.2.0/24',
    '2002:c000:207::/48',
    '::192.0.2.7',
    '::/80',
    '64:ff9b::/96',
  ])(
    'lets in by %s just whom it is told to let in, whatever address carries which',
    async (entry) => {
      await gate.ask(`clear map ${map}`);
      await gate.ask(`add map ${map} ${entry} ${epoch(inAnHour())}`);
      const sources = [
        ...['192.0.2.7', '192.0.3.7', '::ffff:192.0.2.7', '::192.0.2.7', '2002:c000:207::1', '::1'],
        ...[
          '2002:c000:207:ffff::9',
          '64:ff9b::c000:207',
          '::ffff:0:c000:207',
          '2001:db8::c000:207',
        ],
      ];
      for (const source of sources) {
        const says = letsIn(networkOf(entry), networkOf(source)) ? 200 : 403;
        expect([source, await visitAs(gate.ports.proxied, source)]).toEqual([source, says]);
      }
    },
  );

  it('opens the door to an IPv6 neighbour on the wire', async () => {
    const planned = await plan(spec, '::1');
    await provider.converge(planned.handle, give(inAnHour()), io());
    expect(await visit(gate.ports.http, { from: '::1' })).toBe(200);
  });

  it('goes by e-mail, in lower case', async () => {
    const mail = specOf([gate], { map: `${gate.dir}/mail.map`, key: 'email' });
    const ask = {
      spec: mail,
      inputs: {},
      requester: { ...requester, email: 'Maya@Example.com' },
      seal,
    };
    const planned = await provider.plan(ask, io());
    if (planned.kind !== 'planned') throw new Error(planned.why);
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    const knock = (email: string) => visit(gate.ports.mail, { headers: { 'X-Email': email } });
    expect(await knock('maya@example.com')).toBe(200);
    expect(await knock('MAYA@example.com')).toBe(200);
    expect(await knock('omar@example.com')).toBe(403);
    await provider.converge(planned.handle, take(end), io());
    expect(await knock('maya@example.com')).toBe(403);
  });

  it('calls a map that HAProxy does not know a fault, and never an absence', async () => {
    const wrong = specOf([gate], { map: '/nowhere/jit.map' });
    await expect(provider.plan(askOf(wrong, '127.0.0.2'), io())).rejects.toMatchObject({
      code: 'misconfigured',
    });
    const { handle } = await plan(spec, '127.0.0.2');
    const elsewhere: Json = { ...Object(handle), map: '/nowhere/jit.map' };
    expect(await provider.read(elsewhere, io())).toMatchObject({ kind: 'unreadable' });
    expect(await provider.converge(elsewhere, give(inAnHour()), io())).toMatchObject({
      kind: 'failed',
      class: 'config',
    });
  });

  it('lets a forged handle say nothing else to HAProxy', async () => {
    const { handle } = await plan(spec, '127.0.0.2');
    for (const forged of [{ key: '1.2.3.4;clear map' }, { map: `${map};show stat` }]) {
      const bad: Json = { ...Object(handle), ...forged };
      const answer = provider.converge(bad, give(inAnHour()), io());
      expect(await answer.catch(() => ({ kind: 'thrown' }))).toMatchObject({
        kind: expect.stringMatching(/^(failed|thrown)$/),
      });
    }
    expect(await gate.ask(`show map ${map}`)).toBe('');
  });

  it('has a doctor who tells a wrong map and a wrong kind of map', async () => {
    const faults = async (target: object) =>
      (await provider.doctor(specOf([gate], target), io()))
        .filter(({ level }) => level === 'fault')
        .map(({ message }) => message);
    expect(await faults({})).toEqual([]);
    expect(await faults({ key: 'email' })).toMatchObject([expect.stringContaining('not str')]);
    expect(await faults({ map: '/nowhere/jit.map' })).toContainEqual(
      expect.stringContaining('knows no map'),
    );
  });

  it('has a doctor who minds the level of the socket', async () => {
    const low = { ...spec, connection: { nodes: [`unix:${gate.dir}/user.sock`], config: null } };
    expect(await provider.doctor(low, io())).toContainEqual({
      level: 'warning',
      message: expect.stringContaining('level user'),
    });
  });
});
