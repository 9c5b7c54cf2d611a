/** How long people wait when the process was killed, by the clock on the wall. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, GRACE } from './cast.ts';
import { World } from './world.ts';

/** The lease of the attempt that died, the grace that its alarm gets, a sweep, and the work itself. */
const LONGEST = 17_000 + 2_000 + 1_000 + 10_000;

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('From outside, in real time,', () => {
  let world: World;
  let freezeAt = 'never';
  beforeAll(async () => {
    const onCommand = (line: string) => {
      if (line.startsWith(freezeAt)) world.gate.freeze();
    };
    world = await World.open({ redis: true, onCommand });
  });
  afterEach(() => world.prove());
  afterAll(() => world.close());

  test('what was approved before a kill -9 is open within half a minute of the start', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'admin');
    world.gate.freeze();
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    await world.kill9();
    world.gate.thaw();
    await world.start();
    await world.untilVerdict(desk, 200, LONGEST);
  });

  test('what was returned before a kill -9 is closed within half a minute of the start', async () => {
    const desk = world.desk(2);
    const id = await desk.ask(ADA, 'open');
    await desk.cardSays(id, 'confirmed by the provider');
    world.gate.freeze();
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Not confirmed gone yet');
    await world.kill9();
    world.gate.thaw();
    await world.start();
    await world.untilVerdict(desk, 403, LONGEST);
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
  });

  test('a grant that HAProxy takes after its call was given up is taken back', async () => {
    const desk = world.desk(3);
    const id = await desk.ask(ADA, 'admin');
    freezeAt = 'add map';
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    expect(await desk.type(ADA, `return ${id}`)).toContain('Taking away');
    await world.program.waitForLine(/an access could not be read back/, 30_000);
    freezeAt = 'never';
    world.gate.thaw();
    await desk.cardSays(id, 'Returned by the requester. Proven gone', 40_000);
    expect(await world.verdict(desk)).toBe(403);
    expect(await world.gate.ask(`show map ${world.gate.dir}/jit.map`)).not.toContain(desk.from);
  });

  test('a provider that never answers does not keep the program from stopping', async () => {
    const desk = world.desk(4);
    const id = await desk.ask(ADA, 'admin');
    world.gate.freeze();
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    expect(await world.halt()).toEqual({ code: 0, signal: null });
    world.gate.thaw();
    await world.start();
    await world.untilVerdict(desk, 200);
  });
});
