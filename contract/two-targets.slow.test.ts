/**
 * One request for two targets of different kinds: whatever happens at either of them, it is given as a
 * whole or nothing of it is left.
 */
import { describe, expect, it } from 'vitest';
import type { Provider } from '../src/access/provider.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Place, PlaceKind } from './place.ts';
import { HAPROXY } from './places/haproxy.ts';
import { SECURITY_GROUP } from './places/security-group.ts';
import { Scene } from './scene.ts';
import type { How } from './troubles.ts';

/** The second target of the role, beside the place that the scene is played at. */
async function both(): Promise<{ readonly scene: Scene; readonly other: Place }> {
  let other: Place | undefined;
  const kind: PlaceKind = {
    ...SECURITY_GROUP,
    async open(stage) {
      const place = await SECURITY_GROUP.open(stage);
      other = await HAPROXY.open(stage);
      const gate: Place = other;
      return {
        ...place,
        asked: (nth) => place.asked(nth),
        beside: { type: HAPROXY.type, place: gate },
        around: (provider: Provider) => place.around(gate.around(provider)),
        stop: async () => {
          await place.stop();
          await gate.stop();
        },
      };
    },
  };
  const scene = await Scene.open(kind);
  if (other === undefined) throw new Error('there is one place only');
  return { scene, other };
}

const given = ({ things }: Place) => things().filter(({ by }) => by === 'bot').length;
const FOR_EVER = 1_000_000;

async function over(scene: Scene): Promise<void> {
  await scene.end();
  await scene.close();
}

const POSITIONS: readonly How[] = ['cut before', 'cut after', 'silent before', 'silent after'];

describe('two targets', { timeout: 60_000 }, () => {
  for (const at of ['security group', 'haproxy'] as const) {
    for (const how of POSITIONS)
      it(`are given as a whole although a write at the ${at} is ${how}`, async () => {
        const { scene, other } = await both();
        (at === 'haproxy' ? other : scene.place).troubles.set('write', how);
        const id = await scene.ask('ada', 1);
        await scene.pass(3 * MINUTE);
        await scene.is(id, 'active');
        expect([given(scene.place), given(other)]).toEqual([1, 1]);
        await over(scene);
        expect([given(scene.place), given(other)]).toEqual([0, 0]);
      });

    it(`are not given at all where the ${at} forbids it`, async () => {
      const { scene, other } = await both();
      (at === 'haproxy' ? other : scene.place).troubles.set('write', 'forbidden', FOR_EVER);
      const id = await scene.ask('ada', 1);
      await scene.pass(3 * MINUTE);
      await scene.is(id, 'activation-failed');
      expect([given(scene.place), given(other)]).toEqual([0, 0]);
      await over(scene);
    });

    it(`are found again by whoever comes after one that died at the ${at}`, async () => {
      const { scene, other } = await both();
      const { troubles } = at === 'haproxy' ? other : scene.place;
      troubles.onWrite = () => scene.doom();
      const id = await scene.ask('ada', 1);
      await scene.kill();
      await scene.boot();
      await scene.pass(3 * MINUTE);
      await scene.is(id, 'active');
      expect([given(scene.place), given(other)]).toEqual([1, 1]);
      await over(scene);
      expect([given(scene.place), given(other)]).toEqual([0, 0]);
    });
  }

  it('are not called open while what was read at the first is known to be gone', async () => {
    const { scene, other } = await both();
    other.troubles.set('write', 'silent before', FOR_EVER);
    const id = await scene.ask('ada', 1);
    await scene.pass(MINUTE);
    await scene.is(id, 'activating');
    scene.place.troubles.set('write', 'throttled', FOR_EVER);
    scene.place.take(1);
    await scene.pass(2 * MINUTE);
    other.troubles.clear();
    await scene.passUntil(async () => given(other) === 1, 6 * MINUTE, 5 * SECOND);
    expect([given(other), given(scene.place)]).toEqual([1, 0]);
    await scene.is(id, 'activating');
    scene.place.troubles.clear();
    await scene.passUntil(
      async () => (await scene.request(id)).status === 'active',
      2 * MINUTE,
      SECOND,
    );
    expect([given(other), given(scene.place)]).toEqual([1, 1]);
    await over(scene);
  });
});
