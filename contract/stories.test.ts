/** What goes wrong at AWS, as stories: real program, real client, and a stand-in for the service. */
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import type { PlaceKind } from './place.ts';
import { ELB_REGISTRATION, ELB_WEIGHTS } from './places/elb-action.ts';
import { ELB_RULE } from './places/elb-rule.ts';
import { IAM_POLICY } from './places/iam-policy.ts';
import { ASSIGNMENT } from './places/identity-center.ts';
import { SECURITY_GROUP } from './places/security-group.ts';
import { Scene } from './scene.ts';

const FOR_EVER = 1_000_000;
const ALARM = 'Access may still be open';

let scene: Scene;
async function open(kind: PlaceKind): Promise<Scene> {
  scene = await Scene.open(kind);
  return scene;
}
afterEach(async () => {
  await scene.end();
  await scene.close();
});

describe('a story of AWS', { timeout: 60_000 }, () => {
  it('two people behind one address share a rule, and the last one out closes it', async () => {
    const { place } = await open(SECURITY_GROUP);
    const ada = await scene.ask('ada', 1);
    const linus = await scene.ask('linus', 1);
    await scene.pass(MINUTE);
    await scene.is(ada, 'active');
    await scene.is(linus, 'active');
    expect(scene.ours()).toHaveLength(1);
    await scene.giveBack('ada', ada);
    await scene.pass(MINUTE);
    await scene.is(ada, 'returned');
    expect(place.opens(1)).toBe(true);
    await scene.pass(HOUR, MINUTE);
    await scene.is(linus, 'ended');
    expect(place.opens(1)).toBe(false);
  });

  it('a cloud that throttles for an hour is alarmed, not stormed, and taken from first', async () => {
    const { place } = await open(IAM_POLICY);
    const ada = await scene.ask('ada', 1, '30m');
    await scene.pass(29 * MINUTE, MINUTE);
    await scene.is(ada, 'active');
    place.troubles.set('write', 'throttled', FOR_EVER);
    const linus = await scene.ask('linus', 2, '3h');
    await scene.pass(HOUR, 15 * SECOND);
    await scene.is(ada, 'revoking');
    await scene.is(linus, 'activating', 'activation-failed');
    expect(scene.said()).toContain(ALARM);
    // NB. The target itself keeps the end, whoever is throttled.
    expect(place.opens(1)).toBe(false);
    expect(place.troubles.writes().length).toBeLessThan(60);
    place.troubles.clear();
    await scene.pass(10 * MINUTE, 15 * SECOND);
    await scene.is(ada, 'ended');
  });

  it('an assignment whose deletion is accepted and then fails is not called gone', async () => {
    const { place } = await open(ASSIGNMENT);
    const ada = await scene.ask('ada', 1);
    await scene.pass(MINUTE);
    await scene.is(ada, 'active');
    place.troubles.set('write', 'fails later', FOR_EVER);
    await scene.giveBack('ada', ada);
    await scene.pass(5 * MINUTE);
    await scene.is(ada, 'revoking');
    expect(place.opens(1)).toBe(true);
    expect(scene.said()).toContain(ALARM);
    place.troubles.clear();
    await scene.pass(10 * MINUTE);
    await scene.is(ada, 'returned');
    expect(place.opens(1)).toBe(false);
  });

  it('a foreign rule in our band of priorities is gone round, and stays as it is', async () => {
    const { place } = await open(ELB_RULE);
    place.put(7);
    const [stranger] = scene.theirs();
    const ada = await scene.ask('ada', 1);
    await scene.pass(MINUTE);
    await scene.is(ada, 'active');
    // Somebody is faster, by the width of a read and a write.
    place.troubles.onWrite = () => place.put(8);
    const linus = await scene.ask('linus', 2);
    await scene.pass(MINUTE);
    await scene.is(linus, 'active');
    expect([1, 2, 7, 8].map((nth) => place.opens(nth))).toEqual([true, true, true, true]);
    await scene.giveBack('ada', ada);
    await scene.giveBack('linus', linus);
    await scene.pass(MINUTE);
    expect(scene.theirs()).toHaveLength(2);
    expect(scene.theirs()).toContainEqual(stranger);
    expect([1, 2].map((nth) => place.opens(nth))).toEqual([false, false]);
  });

  it('a canary that somebody turns further by hand is theirs, and goes back by their hand alone', async () => {
    const { place } = await open(ELB_WEIGHTS);
    const ada = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE);
    await scene.is(ada, 'active');
    place.edit?.(1);
    const theirs = place.others?.read(1);
    await scene.pass(40 * MINUTE, 30 * SECOND);
    await scene.is(ada, 'ended');
    expect(place.others?.read(1)).toBe(theirs);
    expect(place.opens(1)).toBe(false);
    const linus = await scene.tryToAsk('linus', place.asked(1));
    expect(linus).toBeUndefined();
    expect(scene.stage.answer('linus')).toContain('somebody is at it');
  });

  it('weights that somebody is at before they are set are not Hallpass’s, whatever they set then', async () => {
    const { place } = await open(ELB_WEIGHTS);
    place.troubles.set('write', 'throttled', FOR_EVER);
    const ada = await scene.ask('ada', 1, '30m');
    place.edit?.(1);
    place.troubles.clear();
    await scene.pass(90 * SECOND, SECOND);
    await scene.is(ada, 'activation-failed');
    place.put(1);
    await scene.pass(HOUR, MINUTE);
    expect(place.opens(1)).toBe(true);
  });

  it('a target is registered again by whoever comes after one that died, and none is asked for twice', async () => {
    const { place } = await open(ELB_REGISTRATION);
    place.troubles.onWrite = () => scene.doom();
    const ada = await scene.ask('ada', 1, '30m');
    await scene.passUntil(() => place.opens(1), 5 * SECOND, SECOND);
    expect(place.opens(1)).toBe(true);
    await scene.kill();
    scene.stage.clock.advance(HOUR);
    await scene.boot();
    await scene.pass(2 * MINUTE);
    await scene.is(ada, 'activation-failed', 'ended');
    expect(place.opens(1)).toBe(false);
  });

  it('a bot without permission gives nothing, and what it may not see is not gone', async () => {
    const { place } = await open(SECURITY_GROUP);
    const ada = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE);
    await scene.is(ada, 'active');
    for (const what of ['read', 'write'] as const) place.troubles.set(what, 'forbidden', FOR_EVER);
    const linus = await scene.tryToAsk('linus', place.asked(2));
    await scene.pass(40 * MINUTE, MINUTE);
    await scene.is(ada, 'revoking');
    expect(scene.said()).toContain(ALARM);
    if (linus !== undefined) await scene.is(linus, 'activating', 'activation-failed', 'revoking');
    expect([place.opens(1), place.opens(2)]).toEqual([true, false]);
  });

  it.each([
    ['a date in it', IAM_POLICY, false],
    ['a timer', ASSIGNMENT, false],
    ['nothing of its own', SECURITY_GROUP, true],
  ])(
    'an end with %s comes while the bot is dead, and is found when it is back',
    async (_by, kind, isOpen) => {
      const { place, stage } = await open(kind);
      const ada = await scene.ask('ada', 1, '30m');
      await scene.pass(MINUTE);
      await scene.is(ada, 'active');
      await scene.kill();
      stage.clock.advance(2 * HOUR);
      expect(place.opens(1)).toBe(isOpen);
      await scene.boot();
      await scene.pass(3 * MINUTE);
      await scene.is(ada, 'ended');
      expect(place.opens(1)).toBe(false);
      expect(scene.said()).toMatch(/read back as gone at .*, 1h3\dm(\d+s)? after its end\./);
    },
  );
});
