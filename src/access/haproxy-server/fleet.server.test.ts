import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Farm,
  farmAsk,
  farmSpec,
  planAt,
  shown,
  startFarm,
  through,
} from '../../../test/support/haproxy-farm.ts';
import { give, inAnHour, io, take } from '../../../test/support/haproxy-gate.ts';
import { needs } from '../../../test/support/servers.ts';
import type { TargetSpec } from '../../core/policy.ts';
import type { Planned } from '../contract.ts';
import type { Wish } from '../provider.ts';
import { haproxyServerProvider } from './index.ts';

needs('haproxy')('a server at two HAProxy nodes', () => {
  const provider = haproxyServerProvider();
  let one: Farm;
  let two: Farm;
  let spec: TargetSpec;
  let planned: Planned;
  beforeEach(async () => {
    [one, two] = await Promise.all([startFarm(), startFarm()]);
    spec = farmSpec([one, two]);
    planned = await planAt(provider, spec, 'web1');
  });
  afterEach(async () => {
    await Promise.all([one.stop(), two.stop()]);
  });

  const wanted = () => give(inAnHour());
  const held = (wish: Wish): Wish => ({ ...wish, held: true });
  const read = () => provider.read(planned.handle, io());
  const converge = (wish: Wish) => through(provider, planned.handle, wish);
  const statuses = async () =>
    (await Promise.all([shown(one, 'web1'), shown(two, 'web1')])).map(({ status }) => status);

  it('is set and put back at both, in whatever order policy names them', async () => {
    expect((await planAt(provider, farmSpec([two, one]), 'web1')).key).toBe(planned.key);
    await converge(wanted());
    expect(await statuses()).toEqual(['DRAIN', 'DRAIN']);
    expect(await read()).toMatchObject({ kind: 'present' });
    await converge(held(take()));
    expect(await statuses()).toEqual(['no check', 'no check']);
  });

  it('is not begun while one of them cannot be seen', async () => {
    await two.kill();
    expect(await converge(wanted())).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining(two.socket),
    });
    expect((await shown(one, 'web1')).status).toBe('no check');
  });

  it('is put back where it can be, and is not over before the other has been seen', async () => {
    await converge(wanted());
    two.freeze();
    const late = { ...io(), signal: AbortSignal.timeout(300) };
    const answer = await provider.converge(planned.handle, held(take()), late);
    expect(answer).toMatchObject({ kind: 'unknown' });
    expect((await shown(one, 'web1')).status).toBe('no check');
    const unseen = await provider.read(planned.handle, {
      ...io(),
      signal: AbortSignal.timeout(300),
    });
    expect(unseen).toMatchObject({ kind: 'unreadable' });
    two.thaw();
    expect(await read()).toMatchObject({ kind: 'partial' });
    expect(await converge(held(take()))).toMatchObject({ kind: 'done' });
    expect(await read()).toMatchObject({ kind: 'absent' });
  });

  it('that is held is set again where it can be, whatever is the matter with the other', async () => {
    await converge(wanted());
    await one.restart();
    await two.ask('set server be_app/web1 state maint');
    expect(await converge(held(wanted()))).toMatchObject({ kind: 'conflict' });
    expect(await statuses()).toEqual(['DRAIN', 'MAINT']);
    await converge(held(take()));
    expect(await statuses()).toEqual(['no check', 'MAINT']);
    expect(await read()).toMatchObject({ kind: 'absent' });
  });

  it('that one has forgotten is whole again by the next look', async () => {
    await converge(wanted());
    await two.restart();
    expect(await read()).toMatchObject({ kind: 'partial' });
    expect(await converge(held(wanted()))).toMatchObject({ kind: 'done' });
    expect(await statuses()).toEqual(['DRAIN', 'DRAIN']);
  });

  it('that somebody has set at one of them is set at neither', async () => {
    await two.ask('set server be_app/web1 state drain');
    expect(await converge(wanted())).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('not at every node'),
    });
    expect(await provider.plan(farmAsk(spec, 'web1'), io())).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('disagree'),
    });
    await two.ask('set server be_app/web1 state maint');
    expect(await converge(wanted())).toMatchObject({ kind: 'failed' });
    const written = { ...wanted(), receipt: { kind: 'wished' } };
    expect(await converge(written)).toMatchObject({ kind: 'failed' });
    expect(await statuses()).toEqual(['no check', 'MAINT']);
  });
});
