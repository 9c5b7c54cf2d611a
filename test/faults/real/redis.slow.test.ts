/** Redis is in trouble while requests are asked, approved, returned and due to end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADA, GRACE, LINUS } from '../../stories/outside/cast.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { between, lateness, lifeOf, until } from './book.ts';
import { type RedisFront, startRedisFront } from './redis-front.ts';
import { health, memory, openFiles, untilHealth } from './vital-signs.ts';

/** A sweep, the grace that an alarm gets before it, and the work itself on a busy machine. */
const LATEST = 1_000 + 2_000 + 2_000;
/** What rings in time needs no sweep. */
const PROMPT = 2_000;

const AUTOMATIC = [
  ...['asked', 'activation-started', 'grant-confirmed', 'activated'],
  ...['revoking-started', 'grant-gone', 'finished'],
];
const APPROVED = ['asked', 'approved', ...AUTOMATIC.slice(1)];

interface Trouble {
  readonly name: string;
  /** What health says meanwhile. */
  readonly says: 200 | 503;
  readonly begin: (around: Around) => Promise<void>;
  readonly end: (around: Around) => Promise<void>;
}

interface Around {
  readonly world: World;
  readonly front: RedisFront;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: 'cut off',
    says: 503,
    begin: ({ front }) => front.cut(),
    end: ({ front }) => front.mend(),
  },
  {
    name: 'paused',
    says: 503,
    begin: async ({ world }) => world.redis.freeze(),
    end: async ({ world }) => world.redis.thaw(),
  },
  {
    name: 'slower than it is waited for',
    says: 503,
    begin: async ({ front }) => front.delay(1_500),
    end: async ({ front }) => front.delay(0),
  },
  {
    name: 'dead, and started again empty',
    says: 503,
    begin: ({ world }) => world.redis.kill(),
    end: ({ world }) => world.redis.restart(),
  },
  {
    name: 'emptied',
    says: 200,
    begin: ({ world }) => world.redis.flush(),
    end: ({ world }) => world.redis.flush(),
  },
];

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('With a Redis behind a proxy that is', () => {
  let world: World;
  let front: RedisFront;
  /** What must have happened to whom in the end, and nothing else. */
  const lives = new Map<string, readonly string[]>();
  beforeAll(async () => {
    const redis = async (server: Parameters<typeof startRedisFront>[0]) => {
      front = await startRedisFront(server);
      return front.url;
    };
    // No alarm: what is late by a sweep is not news.
    const env = { HALLPASS_REVOKE_ALARM_SECONDS: '60' };
    world = await World.open({ redis: true, fronts: { redis }, env });
  });
  afterAll(async () => {
    world.prove();
    await world.close();
    await front.stop();
  });

  for (const [nth, { name, says, begin, end }] of TROUBLES.entries())
    test(`${name}, access opens and ends by the sweep, and by alarms again afterwards`, async () => {
      const [waiting, closing, ending, opening, afterwards] = desks(world, nth % 2);
      const around = { world, front };
      const pending = await waiting.ask(ADA, 'admin');
      const returned = await closing.ask(ADA, 'open');
      const due = await ending.ask(LINUS, 'open', '3s');
      await until(world, returned, 'activated');
      await until(world, due, 'activated');
      await untilHealth(world, 200);
      const connections = await front.connections();

      await begin(around);
      await untilHealth(world, says);
      const asked = await opening.ask(LINUS, 'open');
      await waiting.click(GRACE, pending, 'approve');
      await closing.click(ADA, returned, 'return');
      for (const desk of [waiting, opening]) await world.untilVerdict(desk, 200);
      await world.untilVerdict(closing, 403);
      for (const id of [due, returned]) await until(world, id, 'finished');
      expect(lateness(world, due)).toBeLessThan(LATEST);
      expect((await health(world)).status).toBe(says);

      await end(around);
      await untilHealth(world, 200);
      const next = await afterwards.ask(ADA, 'open');
      await until(world, next, 'activated');
      expect(between(world, next, 'activation-started', 'activated')).toBeLessThan(PROMPT);
      await waiting.click(ADA, pending, 'return');
      await opening.click(LINUS, asked, 'return');
      await afterwards.click(ADA, next, 'return');
      for (const id of [returned, due, asked, next]) lives.set(id, AUTOMATIC);
      lives.set(pending, APPROVED);
      expect(await front.connections()).toBe(connections);
    });

  test('well again, everything has come to its end, and nothing was done twice', async () => {
    for (const [id, life] of lives) {
      await until(world, id, 'finished');
      expect(lifeOf(world, id)).toEqual(life);
    }
    expect(await world.gate.ask(`show map ${world.gate.dir}/jit.map`)).toBe('');
  });

  test('hung up on again and again, connections and memory do not grow', async () => {
    const before = { connections: await front.connections(), files: openFiles(world) };
    const megabytes = memory(world);
    for (let times = 0; times < 30; times += 1) {
      await front.hangUp();
      await untilHealth(world, 503);
      await untilHealth(world, 200);
    }
    expect(await front.connections()).toBe(before.connections);
    expect(openFiles(world)).toBeLessThanOrEqual(before.files + 3);
    expect(memory(world) - megabytes).toBeLessThan(40);
  });
});

/** Other desks each time, so that the last trouble can end while the next one begins. */
function desks(world: World, half: number) {
  const desk = (number: number) => world.desk(5 * half + number);
  return [desk(1), desk(2), desk(3), desk(4), desk(5)] as const;
}
