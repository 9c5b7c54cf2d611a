/** Somebody with access to Redis: they write jobs, alter them, and take them away. */
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { bullmqRunner } from '../../src/jobs/bullmq.ts';
import { silentLog } from '../../src/log.ts';
import { lifeOf } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { type Redis, startRedis } from '../support/redis.ts';
import { needs } from '../support/servers.ts';
import { ASK, KEY, opensFor, untouched } from './attempt.ts';

needs('redis-server')('with access to the queue', () => {
  let redis: Redis;
  let stage: Stage;
  let queue: Queue;
  let id: RequestId;
  let runs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  beforeEach(async () => {
    runs += 1;
    const prefix = `red-${runs}`;
    const { url, port } = redis;
    const runner = bullmqRunner({ url, clock: systemClock, log: silentLog, prefix });
    stage = await Stage.open({}, { runner });
    queue = new Queue('effects', { prefix, connection: { host: '127.0.0.1', port } });
    id = await stage.ask('ada', ASK);
  });
  afterEach(async () => {
    await stage.halt();
    await queue.close();
  });

  /** Until the program has heard all of them. */
  async function forge(jobs: readonly unknown[]): Promise<void> {
    await queue.addBulk(jobs.map((data) => ({ name: 'alarm', data })));
    await vi.waitFor(
      async () => expect((await queue.getJobCounts('waiting', 'active')).waiting).toBe(0),
      { timeout: 10_000, interval: 20 },
    );
    await stage.settle();
  }

  const everyNumber = Array.from({ length: 60 }, (_, effect) =>
    [0, 1, 2, 3].map((attempt) => ({ effect, attempt })),
  ).flat();

  test('jobs for every effect and attempt bring no deadline forward and open nothing', async () => {
    await forge(everyNumber);
    await untouched(stage, id);
    expect(await lifeOf(stage, id)).toEqual(['asked']);
    await opensFor(stage, 'grace', id);
    await forge(everyNumber);
    expect(await stage.status(id)).toBe('active');
    await stage.pass(HOUR + MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
  });

  test('a job that brings an approval, a lease or a command along is an alarm and no more', async () => {
    const by = (await stage.request(id)).requester;
    const command = { kind: 'approve', by, request: id };
    await forge([
      { effect: 1, attempt: 1, kind: 'deliver', command },
      { effect: { kind: 'converge', access: 'acc_0' }, attempt: 1 },
      { kind: 'timer', name: 'x', command },
      { ...command, effect: id, attempt: 1 },
    ]);
    await untouched(stage, id);
    await opensFor(stage, 'grace', id);
  });

  test('jobs that hold anything but two numbers do nothing', async () => {
    await forge([
      {},
      [],
      'x',
      { effect: '1 OR 1=1', attempt: 1 },
      { effect: 1, attempt: '1; DROP TABLE audit' },
      { effect: -1, attempt: -1 },
      { effect: 1e300, attempt: 1e300 },
      { effect: null, attempt: null },
      { effect: [1], attempt: [1] },
      { effect: 1, attempt: 1, __proto__: { admin: true } },
      { effect: 'x'.repeat(100_000), attempt: 1 },
    ]);
    await untouched(stage, id);
    await opensFor(stage, 'grace', id);
  });

  test('jobs that are taken away keep nobody’s access open', async () => {
    await opensFor(stage, 'grace', id);
    await redis.flush();
    await stage.pass(HOUR + MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.gate.opens(KEY)).toBe(false);
  });
});
