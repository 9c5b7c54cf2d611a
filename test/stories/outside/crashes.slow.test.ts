/** The process is killed at the worst moments. The clock is put forward over the leases of the dead. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, GRACE, LINUS } from './cast.ts';
import { World } from './world.ts';

/** Longer than any attempt may take: nothing is under way any more that the dead process began. */
const LEASE = 40;
const HOUR = 3_600;

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('From outside, the program', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ mode: 'socket', redis: true, stepped: true });
  });
  afterEach(() => world.prove());
  afterAll(() => world.close());

  test('dead at the end leaves it to HAProxy to turn people away, and proves it afterwards', async () => {
    const desk = world.desk(9);
    const id = await desk.ask(ADA, 'open', '4s');
    await desk.cardSays(id, 'confirmed by the provider');
    // No time was put forward yet: the program and HAProxy have the same.
    await world.kill9();
    expect(await world.verdict(desk)).toBe(200);
    await world.untilVerdict(desk, 403);
    await world.start({ later: LEASE });
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    await desk.threadTells(id, 'Active', 'read back as gone', 'Finished: ended');
  });

  test('killed after the approval and before the grant still opens what was approved', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'admin');
    world.gate.freeze();
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    await world.kill9();
    world.gate.thaw();
    expect(await world.verdict(desk)).toBe(403);
    await world.start();
    await world.forward(LEASE);
    await world.untilVerdict(desk, 200);
    await desk.cardSays(id, 'confirmed by the provider');
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Proven gone');
  });

  test('killed before the grant and started after the end gives nothing any more', async () => {
    const desk = world.desk(2);
    const id = await desk.ask(ADA, 'admin');
    world.gate.freeze();
    await desk.click(GRACE, id, 'approve');
    await desk.cardSays(id, 'not confirmed the access yet');
    await world.kill9();
    world.gate.thaw();
    await world.start({ later: HOUR + LEASE });
    await desk.cardSays(id, 'Proven gone');
    expect(await desk.card(id)).toContain('The access could not be given');
    expect(await world.verdict(desk)).toBe(403);
  });

  test('killed while it revokes goes on until the access is proven gone', async () => {
    const desk = world.desk(3);
    const id = await desk.ask(ADA, 'open');
    await desk.cardSays(id, 'confirmed by the provider');
    world.gate.freeze();
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Not confirmed gone yet');
    await world.kill9();
    world.gate.thaw();
    expect(await world.verdict(desk)).toBe(200);
    await world.start();
    await world.forward(LEASE);
    await world.untilVerdict(desk, 403);
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
  });

  test('restarted in every status goes on where it was, with one card for each request', async () => {
    const [waiting, opening, open, closing, over] = [4, 5, 6, 7, 8].map((n) => world.desk(n));
    if (!waiting || !opening || !open || !closing || !over) throw new Error('too few desks');
    const pending = await waiting.ask(ADA, 'admin');
    const activating = await opening.ask(ADA, 'admin');
    const active = await open.ask(LINUS, 'open');
    const revoking = await closing.ask(LINUS, 'open');
    const withdrawn = await over.ask(ADA, 'admin');
    await over.type(ADA, `withdraw ${withdrawn}`);
    await open.cardSays(active, 'confirmed by the provider');
    await closing.cardSays(revoking, 'confirmed by the provider');
    await world.gate.kill();
    await opening.click(GRACE, activating, 'approve');
    await closing.click(LINUS, revoking, 'return');
    await world.restart();
    await opening.cardSays(activating, 'not confirmed the access yet');
    await world.gate.restart();
    await world.untilVerdict(opening, 200);
    await world.untilVerdict(open, 200);
    // A gate that comes back between a read and the write after it is not seen empty: this is.
    await world.gate.ask(`clear map ${world.gate.dir}/jit.map`);
    await closing.cardSays(revoking, 'Returned by the requester. Proven gone');
    expect(await over.card(withdrawn)).toContain('Withdrawn');
    await waiting.click(GRACE, pending, 'approve');
    await world.untilVerdict(waiting, 200);
    await open.threadTells(active, 'it was gone');
    await world.forward(HOUR);
    for (const desk of [waiting, opening, open]) await world.untilVerdict(desk, 403);
    await waiting.cardSays(pending, 'Ended: the time was over. Proven gone');
    await opening.cardSays(activating, 'Ended: the time was over. Proven gone');
    await open.cardSays(active, 'Ended: the time was over. Proven gone');
  });
});
