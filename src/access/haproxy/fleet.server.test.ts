import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  epoch,
  type Gate,
  give,
  inAnHour,
  io,
  planFor,
  specOf,
  startGate,
  take,
  visit,
} from '../../../test/support/haproxy-gate.ts';
import { seal } from '../../../test/support/seal.ts';
import { needs } from '../../../test/support/servers.ts';
import { makeTempFolder, type TempFolder } from '../../../test/support/temp-folder.ts';
import type { TargetSpec } from '../../core/policy.ts';
import type { Planned } from '../contract.ts';
import type { Wish } from '../provider.ts';
import { haproxyProvider } from './index.ts';

needs('haproxy')('two HAProxy nodes', () => {
  const provider = haproxyProvider();
  let folder: TempFolder;
  let map: string;
  let one: Gate;
  let two: Gate;
  let spec: TargetSpec;
  let planned: Planned;

  beforeEach(async () => {
    folder = makeTempFolder('hp-maps');
    map = `${folder.path}/jit.map`;
    writeFileSync(map, '');
    const start = () => startGate({ maps: folder.path });
    [one, two] = await Promise.all([start(), start()]);
    spec = specOf([one, two], { map });
    planned = await planFor(provider, spec, '127.0.0.2');
  });
  afterEach(async () => {
    await Promise.all([one.stop(), two.stop()]);
    folder.remove();
  });

  const knock = (gate: Gate) => visit(gate.ports.http, { from: '127.0.0.2' });
  const read = () => provider.read(planned.handle, io());
  const converge = (wish: Wish) => provider.converge(planned.handle, wish, io());

  it('open and close together', async () => {
    const end = inAnHour();
    await converge(give(end));
    expect(await read()).toMatchObject({ kind: 'present', until: end });
    expect([await knock(one), await knock(two)]).toEqual([200, 200]);
    await converge(take(end));
    expect(await read()).toMatchObject({ kind: 'absent' });
    expect([await knock(one), await knock(two)]).toEqual([403, 403]);
  });

  it('are one right in whatever order policy names them', async () => {
    const turned = await planFor(provider, specOf([two, one], { map }), '127.0.0.2');
    expect(turned.key).toBe(planned.key);
  });

  it('do not count as open while one is down, and do when it is back', async () => {
    const end = inAnHour();
    await two.kill();
    expect(await converge(give(end))).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining(two.socket),
    });
    expect(await read()).toMatchObject({ kind: 'unreadable' });
    await two.restart();
    expect(await read()).toMatchObject({ kind: 'partial' });
    expect(await converge(give(end))).toEqual({ kind: 'done' });
    expect(await read()).toMatchObject({ kind: 'present', until: end });
    expect(await knock(two)).toBe(200);
  });

  it('do not count as closed while one is down, though the other is closed at once', async () => {
    const end = inAnHour();
    await converge(give(end));
    await two.kill();
    expect(await converge(take(end))).toMatchObject({ kind: 'unknown' });
    expect(await knock(one)).toBe(403);
    expect(await read()).toMatchObject({ kind: 'unreadable' });
    await expect(provider.list(spec, io(), seal)).rejects.toMatchObject({ code: 'unavailable' });
    await two.restart();
    expect(await converge(take(end))).toMatchObject({ kind: 'already', owner: 'absent' });
    expect(await read()).toMatchObject({ kind: 'absent' });
  });

  it('are partly open after one was reloaded, until told again', async () => {
    const end = inAnHour();
    await converge(give(end));
    await one.reload();
    expect(await read()).toMatchObject({ kind: 'partial' });
    expect(await converge(give(end))).toEqual({ kind: 'done' });
    expect(await read()).toMatchObject({ kind: 'present', until: end });
  });

  it('are partly open when they hold different ends', async () => {
    const end = inAnHour();
    await converge(give(end));
    await two.ask(`set map ${map} 127.0.0.2 ${epoch(end + 60_000)}`);
    expect(await read()).toMatchObject({ kind: 'partial' });
    expect(await provider.list(spec, io(), seal)).toMatchObject([
      { key: planned.key, until: end + 60_000 },
    ]);
  });

  it('keep the entry that somebody else has at one of them', async () => {
    const [ours, theirs] = [inAnHour(), inAnHour() + 7_000];
    await two.ask(`add map ${map} 127.0.0.2/32 ${epoch(theirs)}`);
    expect(await converge(give(ours))).toEqual({ kind: 'done' });
    expect(await converge(take(ours))).toEqual({ kind: 'done' });
    expect(await converge(take(ours))).toEqual({ kind: 'already', owner: 'foreign' });
    expect(await two.ask(`show map ${map}`)).toContain(`127.0.0.2/32 ${epoch(theirs)}`);
    expect(await one.ask(`show map ${map}`)).toBe('');
  });

  it('are answered for in time when one of them hangs', async () => {
    process.kill(two.pid, 'SIGSTOP');
    const hurried = () => io(AbortSignal.timeout(150));
    const began = performance.now();
    const [answer, reading, queued] = await Promise.all([
      provider.converge(planned.handle, give(inAnHour()), hurried()),
      provider.read(planned.handle, hurried()),
      provider.read(planned.handle, hurried()),
    ]);
    const took = performance.now() - began;
    process.kill(two.pid, 'SIGCONT');
    expect(answer).toMatchObject({ kind: 'unknown', why: expect.stringContaining('in time') });
    expect(reading).toMatchObject({ kind: 'unreadable' });
    expect(queued).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('in time') });
    expect(took).toBeLessThan(1_000);
  });
});
