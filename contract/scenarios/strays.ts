/** What stands at a target and no request holds. */
import type { Held } from '../../src/access/provider.ts';
import type { TargetSpec } from '../../src/core/policy.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { seal as somebodyElses } from '../../test/support/seal.ts';
import { claim } from '../claim.ts';
import type { Scenario } from '../scenario.ts';
import type { Scene } from '../scene.ts';

export const STRAYS: readonly Scenario[] = [
  {
    number: 28,
    name: 'of what no request holds only ours is taken, and half a list is no list',
    async play(scene) {
      const id = await scene.ask('ada', 1, '4h');
      await scene.pass(MINUTE);
      // As policy has it: with a request only those are stored whom it is about.
      const spec = scene.stage.app.service.shell.policy().roles.door?.targets[0];
      claim(spec !== undefined, 'the role has a target');
      if (spec === undefined) return;
      scene.place.put(2);
      const key = await scene.givePast(spec, 3, scene.seal);
      await halfAListIsNone(scene, spec);
      const { knowsOurs } = scene.place;
      if (knowsOurs === 'by seal') await scene.givePast(spec, 4, somebodyElses);
      const before = await listed(scene, spec);
      const ours = before.filter(({ owner }) => owner === 'ours').map((held) => held.key);
      if (knowsOurs !== 'not at all') claim(ours.includes(key), `ours is known: ${ours}`);
      await scene.pass(2 * HOUR, MINUTE);
      const after = await listed(scene, spec);
      const taken = before.filter((held) => !after.some((one) => one.key === held.key));
      const wanted = knowsOurs === 'not at all' ? [] : [key];
      claim(sameKeys(taken, wanted), `taken is just ours: ${JSON.stringify(taken)}`);
      claim(scene.said().includes('no request holds'), 'it is told of');
      await scene.is(id, 'active');
      // What is not known as ours is for people to take away, who have been told of it.
      scene.place.take(knowsOurs === 'not at all' ? 3 : 4);
    },
  },
];

/** NB. Whatever cannot be read to its end would make orphans of nothing, and hide those that are. */
async function halfAListIsNone(scene: Scene, spec: TargetSpec): Promise<void> {
  claim((await listed(scene, spec)).length >= 3, 'ours and theirs are listed');
  scene.place.troubles.set('read', 'cut before');
  const cut = await scene.provider.list(spec, scene.io, scene.seal).catch(() => undefined);
  claim(cut === undefined, 'a part of a list is an error');
}

function listed(scene: Scene, spec: TargetSpec): Promise<readonly Held[]> {
  return scene.provider.list(spec, scene.io, scene.seal);
}

function sameKeys(held: readonly Held[], keys: readonly string[]): boolean {
  return held.length === keys.length && held.every(({ key }) => keys.includes(key));
}
