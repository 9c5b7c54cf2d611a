import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  answering,
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
import type { Json, TargetSpec } from '../../core/policy.ts';
import { ProviderError, type Wish } from '../provider.ts';
import { haproxyServerProvider } from './index.ts';

const ABSENT = { kind: 'already', owner: 'absent' };
const held = (wish: Wish): Wish => ({ ...wish, held: true });

needs('haproxy')('a server in HAProxy', () => {
  let farm: Farm;
  let spec: TargetSpec;
  const provider = haproxyServerProvider();
  const plan = (server: string, where = spec) => planAt(provider, where, server);
  const wanted = () => give(inAnHour());
  const refusal = async (server: string, where = spec) => {
    const planned = await provider.plan(farmAsk(where, server), io());
    return planned.kind === 'refused' ? planned.why : '';
  };

  beforeAll(async () => {
    farm = await startFarm();
    spec = farmSpec([farm]);
  });
  afterAll(() => farm.stop());
  beforeEach(() => farm.restart());

  it('that is drained gets nothing new until its end, and then as much as before', async () => {
    const { handle, summary } = await plan('web1');
    expect(summary).toBe('edge be_app/web1 drain, then ready');
    expect(await answering(farm)).toEqual(['web1', 'web2', 'web3']);
    expect(await through(provider, handle, wanted())).toMatchObject({ kind: 'done' });
    expect(await shown(farm, 'web1')).toMatchObject({ status: 'DRAIN' });
    expect(await answering(farm)).toEqual(['web2', 'web3']);
    expect(await through(provider, handle, held(take()))).toMatchObject({ kind: 'done' });
    expect(await answering(farm)).toEqual(['web1', 'web2', 'web3']);
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
  });

  it('is noted before it is set, and is nobody else’s then', async () => {
    const { handle } = await plan('web1');
    const seen: unknown[] = [];
    const note = async (receipt: Json) => {
      seen.push(receipt, await shown(farm, 'web1'));
    };
    expect(await provider.converge(handle, { ...wanted(), note }, io())).toMatchObject({
      kind: 'done',
    });
    expect(seen).toEqual([{ kind: 'wished' }, expect.not.objectContaining({ status: 'DRAIN' })]);
    const receipt = { kind: 'wished' };
    expect(await provider.converge(handle, { ...wanted(), receipt }, io())).toEqual({
      kind: 'already',
      owner: 'ours',
    });
    expect(await provider.converge(handle, { ...take(), receipt }, io())).toMatchObject({
      kind: 'done',
    });
  });

  it('is not set when it could not be noted', async () => {
    const { handle } = await plan('web1');
    const note = async () => {
      throw new ProviderError('timeout', 'overtaken');
    };
    const asking = provider.converge(handle, { ...wanted(), note }, io());
    await expect(asking).rejects.toMatchObject({ code: 'timeout' });
    expect(await shown(farm, 'web1')).not.toMatchObject({ status: 'DRAIN' });
  });

  it('that somebody has set to something else meanwhile is left alone', async () => {
    const { handle } = await plan('web1');
    await through(provider, handle, wanted());
    await farm.ask('set server be_app/web1 state maint');
    expect(await provider.read(handle, io())).toMatchObject({
      kind: 'absent',
      evidence: expect.stringMatching(/is at maint, by somebody else’s hand$/),
    });
    expect(await through(provider, handle, held(wanted()))).toMatchObject({
      kind: 'conflict',
      why: expect.stringContaining('neither ready nor drain: somebody is at it'),
    });
    expect(await through(provider, handle, held(take()))).toMatchObject(ABSENT);
    expect(await shown(farm, 'web1')).toMatchObject({ status: 'MAINT' });
  });

  it.each(['restart', 'reload'] as const)('is set again after a %s in between', async (what) => {
    const { handle } = await plan('web1');
    await through(provider, handle, wanted());
    await farm[what]();
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'absent' });
    expect(await through(provider, handle, held(wanted()))).toMatchObject({ kind: 'done' });
    expect(await shown(farm, 'web1')).toMatchObject({ status: 'DRAIN' });
    await farm[what]();
    expect(await through(provider, handle, held(take()))).toMatchObject(ABSENT);
  });

  it('that haproxy.cfg has disabled is made ready, and goes back to maintenance', async () => {
    const ready = farmSpec([farm], { backend: 'be_light', set: 'ready', otherwise: 'maint' });
    const { handle } = await plan('two', ready);
    await through(provider, handle, wanted());
    expect(await shown(farm, 'two', 'be_light')).not.toMatchObject({ status: 'MAINT' });
    expect(await provider.read(handle, io())).toMatchObject({ kind: 'present' });
    await through(provider, handle, held(take()));
    expect(await shown(farm, 'two', 'be_light')).toMatchObject({ status: 'MAINT' });
  });

  it('in which somebody is at work is not planned for', async () => {
    await farm.ask('set server be_app/web1 state maint');
    expect(await refusal('web1')).toMatch(
      /is at maint, which is neither ready nor drain: somebody/,
    );
    await farm.ask('set server be_app/web2 weight 37');
    const light = farmSpec([farm], { set: { weight: '10%' } });
    expect(await refusal('web2', light)).toMatch(/is at weight 37, .*weight 100% nor weight 10%/);
  });

  it('that stands so already stays, and the plan says so', async () => {
    await farm.ask('set server be_app/web1 state drain');
    const { residue, handle } = await plan('web1');
    expect(residue?.text).toContain('at drain already; if that is not Hallpass');
    expect(await through(provider, handle, take())).toEqual({ kind: 'already', owner: 'foreign' });
    expect(await shown(farm, 'web1')).toMatchObject({ status: 'DRAIN' });
  });

  it('that is the last is neither planned for nor set, unless policy says so', async () => {
    const { handle } = await plan('web3');
    await farm.ask('set server be_app/web1 state drain');
    await farm.ask('set server be_app/web2 weight 0');
    expect(await refusal('web3')).toMatch(/^be_app\/web3 is the last server of be_app/);
    expect(await through(provider, handle, wanted())).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('is the last server'),
    });
    const nothing = farmSpec([farm], { set: { weight: 0 } });
    expect(await refusal('web3', nothing)).toContain('is the last server');
    expect(await refusal('web3', farmSpec([farm], { set: { weight: '10%' } }))).toBe('');
    expect(await refusal('web3', farmSpec([farm], { lastServer: true }))).toBe('');
  });

  it('whose weight would come to nothing, or to what it is, is not planned for', async () => {
    const light = { backend: 'be_light', set: { weight: '10%' } };
    expect(await refusal('one', farmSpec([farm], light))).toMatch(
      /comes to 0: its own weight is 1/,
    );
    const same = farmSpec([farm], { set: { weight: 100 } });
    expect(await refusal('web1', same)).toContain('would have the weight that it has');
  });

  it('of a backend whose weights are fixed is said to be so', async () => {
    const fixed = farmSpec([farm], { backend: 'be_static', set: { weight: '10%' } });
    const { handle } = await plan('one', fixed);
    expect(await through(provider, handle, wanted())).toMatchObject({
      kind: 'failed',
      class: 'config',
      why: expect.stringContaining('static LB algorithm'),
    });
  });

  it('is not set by a socket that may only look', async () => {
    const nodes = [`unix:${farm.dir}/operator.sock`];
    const low = { ...spec, connection: { nodes } };
    const { handle } = await plan('web1', low);
    expect(await through(provider, handle, wanted())).toMatchObject({
      kind: 'failed',
      class: 'auth',
    });
    expect(await provider.doctor(low, io())).toContainEqual({
      level: 'fault',
      message: expect.stringContaining('not admin'),
    });
  });

  it('is listed with those that stand as the role sets them, whoever set them', async () => {
    await farm.ask('set server be_app/web1 state drain');
    await farm.ask('set server be_app/web2 state maint');
    const list = (where: TargetSpec) => provider.list(where, io(), () => '');
    const [one, ...others] = await list(spec);
    expect([one?.key, others]).toEqual([(await plan('web1')).key, []]);
    expect(one).not.toHaveProperty('owner');
    const fixed = { server: 'be_app/web2', backend: undefined, key: undefined };
    expect(await list(farmSpec([farm], fixed))).toEqual([]);
  });

  it('is the same right by its own name as by the name that is asked for', async () => {
    const fixed = farmSpec([farm], { server: 'be_app/web1', backend: undefined, key: undefined });
    expect(await plan('ignored', fixed)).toEqual(await plan('web1'));
  });

  it('that HAProxy does not know is never taken for one that is as it was', async () => {
    const { handle } = await plan('web1');
    const elsewhere: Json = { ...Object(handle), backend: 'be_gone' };
    expect(await provider.read(elsewhere, io())).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining("Can't find backend"),
    });
    const gone: Json = { ...Object(handle), server: 'web9' };
    expect(await provider.read(gone, io())).toMatchObject({
      kind: 'absent',
      evidence: expect.stringContaining('be_app has no server web9'),
    });
    expect(await through(provider, gone, held(wanted()))).toMatchObject({ class: 'config' });
    expect(await through(provider, gone, held(take()))).toMatchObject(ABSENT);
  });

  it('has a doctor who tells servers that somebody is at, are unknown, or the last', async () => {
    const told = async (target: object) =>
      (await provider.doctor(farmSpec([farm], target), io()))
        .filter(({ level }) => level !== 'ok')
        .map(({ level, message }) => `${level} ${message}`);
    expect(await told({})).toEqual([]);
    await farm.ask('set server be_app/web1 state maint');
    expect(await told({})).toMatchObject([expect.stringMatching(/^warning .*web1 is at maint/)]);
    const light = { backend: 'be_light', set: { weight: '10%' } };
    expect((await told(light)).join('\n')).toMatch(/comes to 0/);
    expect(await told({ backend: 'be_light', lastServer: false })).toContainEqual(
      expect.stringContaining('without `lastServer`'),
    );
    const unknown = { server: 'be_app/web9', backend: undefined, key: undefined };
    expect(await told(unknown)).toMatchObject([expect.stringContaining('no server web9')]);
  });
});
