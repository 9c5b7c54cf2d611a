/** What somebody takes away is set again, and that is told: also where nobody could read it before. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../src/core/ids.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { lifeOf } from '../test/stories/proved.ts';
import { ELB_REGISTRATION, ELB_WEIGHTS } from './places/elb-action.ts';
import { HAPROXY_SERVER } from './places/haproxy-server.ts';
import { ASSIGNMENT, MEMBERSHIP } from './places/identity-center.ts';
import { WEBHOOK } from './places/webhook.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());
const PLACES = [ASSIGNMENT, MEMBERSHIP, ELB_WEIGHTS, ELB_REGISTRATION, HAPROXY_SERVER];

async function active(kind: Parameters<typeof Scene.open>[0]): Promise<RequestId> {
  scene = await Scene.open(kind);
  const id = await scene.ask('ada', 1, '4h');
  await scene.pass(2 * MINUTE, SECOND);
  await scene.is(id, 'active');
  return id;
}
const told = async (id: RequestId) =>
  (await lifeOf(scene.stage, id)).filter((type) => type === 'drift-seen').length;

describe.each(PLACES)('at $name', { timeout: 60_000 }, (kind) => {
  it.each(['throttled', 'cut before'] as const)(
    'what had to be set again is told, where the read before was %s',
    async (how) => {
      const id = await active(kind);
      scene.place.take?.(1);
      expect(scene.place.opens(1)).toBe(false);
      scene.place.troubles.set('read', how, 1);
      await scene.pass(5 * MINUTE, SECOND);
      expect({ opens: scene.place.opens(1), told: await told(id) }).toEqual({
        opens: true,
        told: 1,
      });
    },
  );

  it.each([1, 2, 3, 7])(
    'nothing is told where nothing was taken, and %d reads failed',
    async (times) => {
      const id = await active(kind);
      scene.place.troubles.set('read', 'throttled', times);
      await scene.pass(5 * MINUTE, 5 * SECOND);
      expect(await told(id)).toBe(0);
    },
  );
});

it('is told at ELB, where all reads after the write failed for a moment, too', async () => {
  const id = await active(ELB_WEIGHTS);
  scene.place.take?.(1);
  const { troubles } = scene.place;
  troubles.onWrite = () => troubles.set('read', 'cut before', 1);
  troubles.set('read', 'cut before', 1);
  await scene.pass(8 * MINUTE, SECOND);
  expect({ opens: scene.place.opens(1), told: await told(id) }).toEqual({ opens: true, told: 1 });
});

it.each([1, 2, 3])(
  'is not told at a webhook where nothing was taken, and %d reads failed',
  async (reads) => {
    const id = await active(WEBHOOK);
    scene.place.troubles.set('read', 'cut before', reads);
    scene.place.troubles.set('write', 'cut after', 1);
    await scene.pass(5 * MINUTE, SECOND);
    expect(await told(id)).toBe(0);
  },
);
