/** Another process holds the database: nothing is acknowledged that is not written, and nothing hangs. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Database } from '../../../src/store/driver.ts';
import { ADA, GRACE, LINUS } from '../../stories/outside/cast.ts';
import { deliver, signed } from '../../stories/outside/signed.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { lifeOf, requestsFor, until } from './book.ts';
import { typed } from './typed.ts';
import { health } from './vital-signs.ts';

/** Several times what the store waits for a lock, which holds up everything else meanwhile. */
const LONGEST_TURN = 1_500;

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('While another process writes to the database', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ redis: true });
  });
  afterEach(() => world.proven());
  afterAll(() => world.close());

  /** Holds it for as long as the work takes. */
  async function locked(work: () => Promise<void>): Promise<void> {
    const other = new Database(world.env.DATABASE_URL ?? '');
    other.exec('BEGIN IMMEDIATE');
    try {
      await work();
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
  }

  test('for a moment, what is typed meanwhile is taken in', async () => {
    const desk = world.desk(1);
    const sent = signed(typed(world, desk, LINUS), world.sender);
    let status = Promise.resolve(0);
    await locked(async () => {
      status = deliver(world.sender, sent);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect(await status).toBe(200);
    await world.untilVerdict(desk, 200);
  });

  test('for seconds, deliveries are not acknowledged, and ends come as soon as they can', async () => {
    const [asking, ending, waiting] = [world.desk(2), world.desk(3), world.desk(4)];
    const due = await ending.ask(ADA, 'open', '3s');
    const pending = await waiting.ask(ADA, 'admin');
    await until(world, due, 'activated');
    const { length } = lifeOf(world, due);
    const sent = signed(typed(world, asking, LINUS), world.sender);
    await locked(async () => {
      expect(await deliver(world.sender, sent)).not.toBe(200);
      for (let times = 0; times < 20; times += 1) {
        const { status, took } = await health(world);
        expect(status).toBe(200);
        expect(took).toBeLessThan(LONGEST_TURN);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(lifeOf(world, due)).toHaveLength(length);
      // HAProxy needs nobody to turn people away at the end.
      expect(await world.verdict(ending)).toBe(403);
    });
    await until(world, due, 'finished');
    expect(await deliver(world.sender, sent)).toBe(200);
    await world.untilVerdict(asking, 200);
    await waiting.click(GRACE, pending, 'approve');
    await world.untilVerdict(waiting, 200);
    expect(requestsFor(world, asking.role('open'))).toHaveLength(1);
  });
});
