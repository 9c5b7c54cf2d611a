/** What stands around the program fails while access is open. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, GRACE, LINUS } from './cast.ts';
import { World } from './world.ts';

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('From outside, with access open,', () => {
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

  test.concurrent('two people behind one address do not end each other’s access', async () => {
    const [desk, other] = [world.desk(1), world.desk(2)];
    const short = await desk.ask(ADA, 'open', '3s');
    const long = await desk.ask(LINUS, 'open', '1h');
    await desk.cardSays(long, 'confirmed by the provider');
    await desk.cardSays(
      short,
      'Ended: the time was over. The access itself stays open for another',
    );
    expect(await world.verdict(desk)).toBe(200);
    expect(await world.verdict(other)).toBe(403);
    await desk.click(LINUS, long, 'return');
    await world.untilVerdict(desk, 403);
    await desk.cardSays(long, 'Returned by the requester. Proven gone');
  });

  test.concurrent('a Redis that was emptied delays the end by a sweep, and no more', async () => {
    const [desk, later] = [world.desk(3), world.desk(8)];
    const id = await desk.ask(ADA, 'open', '3s');
    await desk.cardSays(id, 'confirmed by the provider');
    await world.redis.flush();
    const next = await later.ask(LINUS, 'open', '2s');
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    await later.cardSays(next, 'Ended: the time was over. Proven gone');
    expect(await world.verdict(desk)).toBe(403);
  });

  test('an HAProxy that was restarted gets back what lives, and loses it at its end', async () => {
    const desk = world.desk(4);
    const id = await desk.ask(ADA, 'open', '5s');
    await desk.cardSays(id, 'confirmed by the provider');
    await world.gate.restart();
    expect(await world.verdict(desk)).toBe(403);
    await world.untilVerdict(desk, 200);
    await world.untilVerdict(desk, 403);
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    await desk.threadTells(id, 'it was gone', 'Finished: ended');
  });

  test('an HAProxy that is down at the end is asked until it is back', async () => {
    const desk = world.desk(5);
    const id = await desk.ask(ADA, 'open', '3s');
    await desk.cardSays(id, 'confirmed by the provider');
    await world.gate.kill();
    await desk.cardSays(id, 'The access is not confirmed gone since');
    await desk.threadTells(id, 'Alarm 1: the access is not confirmed gone.');
    await world.gate.restart();
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    expect(await world.verdict(desk)).toBe(403);
  });

  test('a grant that HAProxy takes late, after it was returned, is taken back', async () => {
    const desk = world.desk(7);
    const id = await desk.ask(ADA, 'admin');
    freezeAt = 'add map';
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    expect(await desk.type(ADA, `return ${id}`)).toContain('Taking away');
    freezeAt = 'never';
    world.gate.thaw();
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
    expect(await world.verdict(desk)).toBe(403);
    expect(await world.gate.ask(`show map ${world.gate.dir}/jit.map`)).not.toContain(desk.from);
  });
});
