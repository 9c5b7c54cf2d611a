/** HAProxy is down, reloaded or slow: nothing is claimed that it did not confirm, and nothing stays open. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ADA, GRACE, LINUS } from '../../stories/outside/cast.ts';
import type { Desk } from '../../stories/outside/desk.ts';
import { World } from '../../stories/outside/world.ts';
import { freePort } from '../../support/free-port.ts';
import { needs } from '../../support/servers.ts';
import { lifeOf, until } from './book.ts';
import { SlowLine } from './slow-line.ts';
import { health } from './vital-signs.ts';

/** Longer than a call to HAProxy may take, each way. */
const TOO_SLOW = 5_500;

needs('haproxy', 'local-slack')('While HAProxy', () => {
  let world: World;
  let line: SlowLine;
  beforeAll(async () => {
    const gate = async ({ dir, socket }: { readonly dir: string; readonly socket: string }) => {
      const at = `${dir}/slow-${await freePort()}.sock`;
      line = await SlowLine.open({ to: { path: socket }, at });
      return at;
    };
    world = await World.open({ fronts: { gate } });
  });
  afterEach(() => world.prove());
  afterAll(async () => {
    await world.close();
    await line.stop();
  });

  const entries = () => world.gate.ask(`show map ${world.gate.dir}/jit.map`);

  async function opened(desk: Desk, duration = '1h'): Promise<string> {
    const id = await desk.ask(LINUS, 'open', duration);
    await until(world, id, 'activated');
    return id;
  }

  test('is down at the start, the program starts, says so, and opens what is due when it is back', async () => {
    const [waiting, open, ending] = [world.desk(1), world.desk(2), world.desk(3)];
    const pending = await waiting.ask(ADA, 'admin');
    const active = await opened(open);
    const due = await opened(ending, '2s');
    await world.halt();
    await world.gate.kill();
    await world.start();
    expect((await health(world)).status).toBe(200);
    expect(await waiting.type(ADA, `${waiting.role('mail')} 1h rotate a certificate`)).toContain(
      'The provider cannot be reached',
    );
    await waiting.type(GRACE, `approve ${pending}`);
    await waiting.cardSays(pending, 'not confirmed the access yet');
    await until(world, due, 'alarm-raised');
    expect(lifeOf(world, due)).not.toContain('finished');
    await world.gate.restart();
    for (const desk of [waiting, open]) await world.untilVerdict(desk, 200);
    await until(world, pending, 'activated');
    await until(world, due, 'finished');
    await open.threadTells(active, 'Drift at');
    await waiting.type(ADA, `return ${pending}`);
    await open.type(LINUS, `return ${active}`);
    for (const id of [pending, active]) await until(world, id, 'finished');
    expect(await entries()).toBe('');
  });

  test('is reloaded, what lives is put back and said to have been gone, and ends in time', async () => {
    const [short, long] = [world.desk(4), world.desk(5)];
    const ending = await opened(short, '5s');
    const active = await opened(long);
    await world.gate.reload();
    expect(await entries()).not.toContain(long.from);
    for (const desk of [short, long]) await world.untilVerdict(desk, 200);
    await world.gate.reload();
    await world.untilVerdict(long, 200);
    await world.untilVerdict(short, 403);
    await until(world, ending, 'finished');
    await long.threadTells(active, 'Drift at', 'Drift at');
    await world.gate.reload();
    await long.type(LINUS, `return ${active}`);
    await until(world, active, 'finished');
    expect(await world.verdict(long)).toBe(403);
    expect(await entries()).toBe('');
  });

  test('answers slowly, everything is done all the same', async () => {
    const desk = world.desk(6);
    line.delay = 250;
    const id = await desk.ask(ADA, 'admin', '8s');
    await desk.type(GRACE, `approve ${id}`);
    await until(world, id, 'activated');
    await world.untilVerdict(desk, 403);
    await until(world, id, 'finished');
    line.delay = 0;
    expect(lifeOf(world, id)).toEqual([
      ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated'],
      ...['revoking-started', ...alarmsOf(id), 'grant-gone', 'finished'],
    ]);
  });

  const alarmsOf = (id: string) => lifeOf(world, id).filter((type) => type === 'alarm-raised');

  test('takes what it is told after nobody waits for it any more, no card believes it, and it is taken back', async () => {
    const [desk, other] = [world.desk(7), world.desk(8)];
    const id = await desk.ask(ADA, 'admin');
    const active = await opened(other);
    line.delay = TOO_SLOW;
    await desk.type(GRACE, `approve ${id}`);
    await desk.cardSays(id, 'not confirmed the access yet');
    await other.type(LINUS, `return ${active}`);
    await world.program.waitForLine(/could not be read back/, 20_000);
    expect(lifeOf(world, id)).not.toContain('activated');
    expect(lifeOf(world, active)).not.toContain('finished');
    expect((await health(world)).took).toBeLessThan(1_000);
    await desk.type(ADA, `return ${id}`);
    line.delay = 0;
    for (const one of [id, active]) await until(world, one, 'finished', 40_000);
    for (const one of [desk, other]) expect(await world.verdict(one)).toBe(403);
    expect(await entries()).toBe('');
  });
});
