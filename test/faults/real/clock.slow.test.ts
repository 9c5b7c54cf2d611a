/** The machine's clock is set by ten minutes while requests wait, are open, and are being taken back. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ADA, ALARMS, GRACE, LINUS } from '../../stories/outside/cast.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { lateness, lifeOf, until } from './book.ts';

const MINUTE = 60;

needs('haproxy', 'local-slack')('When the clock is set', () => {
  let world: World;
  beforeAll(async () => {
    const env = { HALLPASS_REVOKE_ALARM_SECONDS: '60' };
    world = await World.open({ mode: 'socket', stepped: true, env });
  });
  afterEach(() => world.proven());
  afterAll(() => world.close());

  test('back, it is said, nothing is opened meanwhile, and what is open ends when it should', async () => {
    const [waiting, open, closing, next] = [1, 2, 3, 4].map((n) => world.desk(n));
    if (!waiting || !open || !closing || !next) throw new Error('too few desks');
    const pending = await waiting.ask(ADA, 'admin');
    const active = await open.ask(LINUS, 'open', '30m');
    const revoking = await closing.ask(LINUS, 'open');
    for (const id of [active, revoking]) await until(world, id, 'activated');
    world.gate.freeze();
    await closing.type(LINUS, `return ${revoking}`);
    await until(world, revoking, 'revoking-started');

    await world.step(-10 * MINUTE);
    await notice('was set by -600 seconds');
    await notice('Nothing is opened until it is right');
    world.gate.thaw();
    await until(world, revoking, 'finished');
    expect(await world.verdict(closing)).toBe(403);
    expect(await waiting.type(GRACE, `approve ${pending}`)).toContain('clock');
    expect(await next.type(ADA, `${next.role('open')} 1h ip=${next.from} why not`)).toContain(
      'clock',
    );
    expect(lifeOf(world, pending)).toEqual(['asked']);
    await world.forward(31 * MINUTE);
    await until(world, active, 'finished');
    expect(lateness(world, active)).toBeLessThan(2 * MINUTE * 1_000);
    await world.untilVerdict(open, 403);

    await world.step(10 * MINUTE);
    await until(world, pending, 'expired');
    const again = await next.ask(ADA, 'open');
    await until(world, again, 'activated');
    await next.type(ADA, `return ${again}`);
    await until(world, again, 'finished');
  });

  test('forward, it is said, what is over by it ends at once, and the rest goes on', async () => {
    const [waiting, short, long, closing] = [5, 6, 7, 8].map((n) => world.desk(n));
    if (!waiting || !short || !long || !closing) throw new Error('too few desks');
    const pending = await waiting.ask(ADA, 'admin');
    const ending = await short.ask(LINUS, 'open', '9m');
    const active = await long.ask(LINUS, 'open');
    const revoking = await closing.ask(ADA, 'open');
    for (const id of [ending, active, revoking]) await until(world, id, 'activated');
    world.gate.freeze();
    await closing.type(ADA, `return ${revoking}`);
    await until(world, revoking, 'revoking-started');

    await world.step(10 * MINUTE);
    await notice('was set by 600 seconds');
    await until(world, revoking, 'alarm-raised');
    world.gate.thaw();
    for (const id of [revoking, ending]) await until(world, id, 'finished');
    expect(await world.verdict(short)).toBe(403);
    expect(await world.verdict(long)).toBe(200);
    expect(lifeOf(world, pending)).toContain('escalated');
    await waiting.type(GRACE, `approve ${pending}`);
    await world.untilVerdict(waiting, 200);

    // And right again: the ends that were promised still hold.
    await world.step(-10 * MINUTE);
    await world.forward(45 * MINUTE);
    await world.forward(6 * MINUTE);
    await until(world, active, 'finished');
    expect(lateness(world, active)).toBeLessThan(3 * MINUTE * 1_000);
    await world.forward(10 * MINUTE);
    await until(world, pending, 'finished');
    for (const desk of [waiting, long]) await world.untilVerdict(desk, 403);
    await world.step(10 * MINUTE);
  });

  test('back while it is stopped, it starts, opens nothing, and ends what is open', async () => {
    const desk = world.desk(9);
    const id = await desk.ask(LINUS, 'open', '20m');
    await until(world, id, 'activated');
    await world.halt();
    await world.start({ set: -10 * MINUTE });
    await notice('Nothing is opened until it is right');
    expect(await desk.type(ADA, `${desk.role('open')} 1h ip=127.0.0.88 why not`)).toContain(
      'clock',
    );
    await world.forward(21 * MINUTE);
    await until(world, id, 'finished');
    await world.untilVerdict(desk, 403);
    await world.step(10 * MINUTE);
  });

  const notice = (words: string) => world.desk(10).note(ALARMS, words);
});
