import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  epoch,
  type Gate,
  give,
  inAnHour,
  io,
  isTurnedAway,
  openLine,
  planFor,
  says,
  specOf,
  startGate,
  take,
} from '../../../test/support/haproxy-gate.ts';
import { needs } from '../../../test/support/servers.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { haproxyProvider } from './index.ts';

needs('haproxy')('HAProxy before a TCP port', () => {
  let gate: Gate;
  const provider = haproxyProvider();
  const plan = (spec: TargetSpec, from: string) => planFor(provider, spec, from);
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));

  beforeAll(async () => {
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    gate = await startGate({ echo: (echo.address() as AddressInfo).port });
  });
  afterAll(async () => {
    await gate.stop();
    echo.close();
  });

  it('keeps a TCP connection open after the end, and says so beforehand', async () => {
    const tcp = specOf([gate], { style: 'tcp' });
    const planned = await plan(tcp, '127.0.0.2');
    const end = inAnHour();
    expect(planned.residue?.text).toContain('stay open');
    await provider.converge(planned.handle, give(end), io());
    const line = await openLine(gate.ports.tcp, '127.0.0.2');
    await provider.converge(planned.handle, take(end), io());
    expect(await provider.read(planned.handle, io())).toMatchObject({ kind: 'absent' });
    expect(await says(line)).toBe('hello');
    line.destroy();
    expect(await isTurnedAway(gate.ports.tcp, '127.0.0.2')).toBe(true);
  });

  it('cuts the TCP connections of that source alone where the target says so', async () => {
    const tcp = specOf([gate], { style: 'tcp', cut: ['db'] });
    const [one, other] = [await plan(tcp, '127.0.0.2'), await plan(tcp, '127.0.0.3')];
    const end = inAnHour();
    expect(one.residue?.text).toContain('before a reload');
    for (const { handle } of [one, other]) await provider.converge(handle, give(end), io());
    const ours = await openLine(gate.ports.tcp, '127.0.0.2');
    const theirs = await openLine(gate.ports.tcp, '127.0.0.3');

    await gate.ask(`clear map ${gate.dir}/jit.map`);
    expect(await provider.read(one.handle, io())).toMatchObject({
      kind: 'partial',
      evidence: expect.stringContaining('still open'),
    });
    const closed = once(ours, 'close');
    await provider.converge(one.handle, take(end), io());
    await closed;
    await expect
      .poll(async () => (await provider.read(one.handle, io())).kind, { interval: 20 })
      .toBe('absent');
    expect(await says(theirs)).toBe('hello');
    theirs.destroy();
  });

  it('cuts nothing that another entry still lets in', async () => {
    const map = `${gate.dir}/jit.map`;
    await gate.ask(`clear map ${map}`);
    const planned = await plan(specOf([gate], { style: 'tcp', cut: ['db'] }), '127.0.0.2');
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    for (const key of ['127.0.0.2', '127.0.0.0/24', '::/0']) {
      await gate.ask(`add map ${map} ${key} ${epoch(end + 7_000)}`);
      const line = await openLine(gate.ports.tcp, '127.0.0.2');
      await provider.converge(planned.handle, take(end), io());
      expect(await says(line)).toBe('hello');
      line.destroy();
      await gate.ask(`clear map ${map}`);
    }
  });

  it('cuts beside whom a narrower entry of somebody else lets in', async () => {
    const map = `${gate.dir}/jit.map`;
    await gate.ask(`clear map ${map}`);
    const planned = await plan(specOf([gate], { style: 'tcp', cut: ['db'] }), '127.0.0.0/24');
    const end = inAnHour();
    await provider.converge(planned.handle, give(end), io());
    await gate.ask(`add map ${map} 127.0.0.2 ${epoch(end + 7_000)}`);
    const theirs = await openLine(gate.ports.tcp, '127.0.0.2');
    const ours = await openLine(gate.ports.tcp, '127.0.0.3');
    const closed = once(ours, 'close');
    await provider.converge(planned.handle, take(end), io());
    await closed;
    await expect
      .poll(async () => await provider.read(planned.handle, io()), { interval: 20 })
      .toMatchObject({ kind: 'absent', evidence: expect.stringContaining('127.0.0.2 is another') });
    expect(await says(theirs)).toBe('hello');
    theirs.destroy();
    await gate.ask(`clear map ${map}`);
  });
});
