/** A server at three real processes of HAProxy, of which one cannot be reached for a while. */
import { renameSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ProviderError } from '../src/access/provider.ts';
import type { RequestId } from '../src/core/ids.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { type Farm, shown, startFarm } from '../test/support/haproxy-farm.ts';
import { needs } from '../test/support/servers.ts';
import type { Place } from './place.ts';
import { HAPROXY_SERVER } from './places/haproxy-server.ts';
import { policyFor } from './policy.ts';
import { Scene } from './scene.ts';

let scene: Scene;
let farms: Farm[] = [];
/** What becomes of the answer of the next `converge` by which something is wanted. */
let lose: 'not' | 'dies' | 'timeout' = 'not';
let isGone = false;
afterEach(async () => {
  lose = 'not';
  isGone = false;
  await scene.close();
  await Promise.all(farms.map((farm) => farm.stop()));
});

async function open() {
  farms = await Promise.all([startFarm(), startFarm(), startFarm()]);
  scene = await Scene.open({
    ...HAPROXY_SERVER,
    async open(stage): Promise<Place> {
      const base = await HAPROXY_SERVER.open(stage);
      return {
        ...base,
        connection: { nodes: farms.map(({ socket }) => `unix:${socket}`) },
        around: (provider) => ({
          ...provider,
          converge: async (handle, wish, io) => {
            const answer = await provider.converge(handle, wish, io);
            if (wish.wanted.kind === 'nothing' || lose === 'not') return answer;
            if (lose === 'dies') scene.doom();
            isGone = true;
            throw new ProviderError('timeout', 'the answer is lost');
          },
        }),
      };
    },
  });
  const policy = JSON.parse(policyFor(scene.place, 'haproxy-server'));
  policy.roles.door.approve = { of: 'security' };
  scene.stage.write(JSON.stringify(policy));
  await scene.kill();
  await scene.boot();
}
const isAway = new Set<Farm>();
/** It runs on, and nobody reaches it. */
const leave = (farm: Farm) => {
  renameSync(farm.socket, `${farm.socket}.away`);
  isAway.add(farm);
};
const comeBack = (farm: Farm) => {
  if (isAway.delete(farm)) renameSync(`${farm.socket}.away`, farm.socket);
};
const modes = () =>
  Promise.all(
    farms.map(async (farm) => (isAway.has(farm) ? 'away' : (await shown(farm, 'web1')).status)),
  );
const approve = async (id: RequestId) => {
  await scene.stage.workspace.press('margaret', id, 'approve');
  await scene.rest();
};
const READY = 'no check';

needs('haproxy')('three real nodes', () => {
  describe.each(['dies', 'timeout', 'not'] as const)(
    'the answer to what is set again: %s',
    (how) => {
      it.each([true, false])(
        'all is put back (it was held before: %s)',
        { timeout: 120_000 },
        async (wasHeld) => {
          await open();
          const [, b] = farms as [Farm, Farm, Farm];
          const ada = await scene.ask('ada', 1, '4h');
          const linus = await scene.ask('linus', 1, '1h');
          if (!wasHeld) lose = 'timeout';
          await approve(ada);
          await scene.passUntil(() => wasHeld || isGone, 20 * SECOND, SECOND);
          await scene.pass(wasHeld ? 10 * SECOND : 0, SECOND);
          if (wasHeld) await scene.is(ada, 'active');
          lose = 'not';
          isGone = false;
          expect(await modes()).toEqual(['DRAIN', 'DRAIN', 'DRAIN']);
          leave(b);
          await scene.giveBack('ada', ada);
          await scene.pass(5 * MINUTE, 5 * SECOND);
          expect(await modes()).toEqual([READY, 'away', READY]);
          lose = how;
          await approve(linus);
          await scene.pass(2 * SECOND, SECOND);
          expect(await modes()).toEqual(['DRAIN', 'away', 'DRAIN']);
          lose = 'not';
          if (how === 'dies') {
            await scene.kill();
            await scene.boot();
          }
          await scene.giveBack('linus', linus);
          await scene.pass(MINUTE, 5 * SECOND);
          comeBack(b);
          await scene.pass(20 * MINUTE, 5 * SECOND);
          expect({ end: await modes(), over: await scene.areOver() }).toEqual({
            end: [READY, READY, READY],
            over: true,
          });
        },
      );
    },
  );

  it('what somebody drains after it was put back stays', { timeout: 120_000 }, async () => {
    await open();
    const [a, b] = farms as [Farm, Farm, Farm];
    const ada = await scene.ask('ada', 1, '4h');
    await approve(ada);
    await scene.pass(10 * SECOND, SECOND);
    const linus = await scene.ask('linus', 1, '1h');
    leave(b);
    await scene.giveBack('ada', ada);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    await a.ask('set server be_app/web1 state drain');
    await scene.pass(5 * MINUTE, 5 * SECOND);
    expect(await modes()).toEqual(['DRAIN', 'away', READY]);
    await approve(linus);
    comeBack(b);
    await scene.pass(5 * MINUTE, 5 * SECOND);
    const { status } = await scene.request(linus);
    if (status === 'active' || status === 'activating') await scene.giveBack('linus', linus);
    await scene.pass(20 * MINUTE, 5 * SECOND);
    expect({ status, modes: await modes() }).toMatchObject({ modes: ['DRAIN', READY, READY] });
  });

  it('what somebody has drained is not put back by a request that never set anything', {
    timeout: 120_000,
  }, async () => {
    await open();
    const [a] = farms as [Farm, Farm, Farm];
    const ada = await scene.ask('ada', 1, '4h');
    await a.ask('set server be_app/web1 state drain');
    leave(a);
    await approve(ada);
    await scene.pass(MINUTE, 5 * SECOND);
    await scene.giveBack('ada', ada);
    await scene.pass(MINUTE, 5 * SECOND);
    comeBack(a);
    await scene.pass(20 * MINUTE, 5 * SECOND);
    expect(await modes()).toEqual(['DRAIN', READY, READY]);
  });
});
