/** What people do to servers in HAProxy meanwhile, as stories: real program, real client, and a stand-in for HAProxy. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { HAPROXY_SERVER } from './places/haproxy-server.ts';
import { Scene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open(HAPROXY_SERVER);
});
afterEach(async () => {
  await scene.end();
  await scene.close();
});

const standing = () => scene.place.things().map(({ text }) => text);

describe('a story of servers', { timeout: 60_000 }, () => {
  it('one that somebody takes out by hand stays out, and that is said', async () => {
    const ada = await scene.ask('ada', 1, '30m');
    await scene.pass(MINUTE);
    expect(standing()).toEqual(['web1 drain']);
    scene.place.edit?.(1);
    await scene.pass(MINUTE);
    expect(scene.said()).toContain('it was changed by somebody else, and is left alone');
    await scene.pass(40 * MINUTE, 30 * SECOND);
    await scene.is(ada, 'ended');
    expect(standing()).toEqual(['web1 maint']);
    expect(await scene.tryToAsk('linus', scene.place.asked(1))).toBeUndefined();
    expect(scene.stage.answer('linus')).toContain('neither ready nor drain: somebody is at it.');
  });

  it('of two that are asked for at once, the last of the backend is left in', async () => {
    for (let nth = 3; nth <= 10; nth += 1) scene.place.put(nth);
    const { workspace } = scene.stage;
    await Promise.all([
      workspace.type('ada', `door 30m ${scene.place.asked(1)} new kernel`),
      workspace.type('linus', `door 30m ${scene.place.asked(2)} new kernel`),
    ]);
    await scene.pass(MINUTE);
    expect([scene.place.opens(1), scene.place.opens(2)].sort()).toEqual([false, true]);
    expect(scene.said()).toMatch(
      /could not be given: .*web[12] is the last server of be_app to which new sessions come\./,
    );
  });

  it('one that could not be looked at after it was set is put back when it is given back', async () => {
    const { troubles } = scene.place;
    troubles.onWrite = () => troubles.set('read', 'cut before', 100);
    const ada = await scene.ask('ada', 1);
    await scene.pass(5 * SECOND, SECOND);
    expect(standing()).toEqual(['web1 drain']);
    await scene.is(ada, 'activating');
    await scene.giveBack('ada', ada);
    troubles.clear();
    await scene.pass(MINUTE);
    await scene.is(ada, 'returned', 'withdrawn');
    expect(standing()).toEqual([]);
  });
});
