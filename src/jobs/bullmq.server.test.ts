import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Redis, startRedis } from '../../test/support/redis.ts';
import { Ringing } from '../../test/support/ringing.ts';
import { needs } from '../../test/support/servers.ts';
import { systemClock } from '../clock.ts';
import { HOUR } from '../core/time.ts';
import { silentLog } from '../log.ts';
import { type BullmqOptions, bullmqRunner } from './bullmq.ts';
import { runnerContract } from './contract.ts';

needs('redis-server')('on a real Redis', () => {
  let redis: Redis;
  let runs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  function options(): BullmqOptions {
    runs += 1;
    return { url: redis.url, clock: systemClock, log: silentLog, prefix: `test-${runs}` };
  }

  runnerContract('the BullMQ runner', () => ({
    clock: systemClock,
    runner: bullmqRunner(options()),
    pass: (time) => new Promise((resolve) => setTimeout(resolve, time)),
  }));

  describe('the BullMQ runner', () => {
    let ringing: Ringing;

    beforeEach(async () => {
      ringing = new Ringing(options());
      await ringing.runner.start(ringing.engine);
    });

    afterEach(() => ringing.runner.stop());

    it('runs lane 0 before what waits in other lanes', async () => {
      await ringing.runner.stop();
      ringing.runner = bullmqRunner({ ...options(), concurrency: 1 });
      await ringing.runner.start(ringing.engine);
      let open = () => {};
      ringing.engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const started = vi.spyOn(ringing.engine, 'run');
      ringing.addAndRing(1);
      await vi.waitFor(() => expect(started).toHaveBeenCalled());
      const later = [3, 2, 1, 0, 2, 0].map((lane, index) => ({
        effect: index + 10,
        attempt: 1,
        dueAt: systemClock.now(),
        lane,
      }));
      ringing.engine.add(later);
      ringing.runner.ring(later);
      await new Promise((resolve) => setTimeout(resolve, 50));

      open();
      await vi.waitFor(() => expect(ringing.engine.ran).toEqual([1, 13, 15, 12, 11, 14, 10]));
    });

    it('goes on when everything in Redis was deleted', async () => {
      ringing.addAndRing(1, { delay: HOUR });
      await redis.flush();
      await ringing.ringsAgain();
      expect(await ringing.runner.healthy()).toBe(true);
    });

    it('goes on when the job that runs was deleted', async () => {
      let open = () => {};
      ringing.engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const started = vi.spyOn(ringing.engine, 'run');
      ringing.addAndRing(1);
      await vi.waitFor(() => expect(started).toHaveBeenCalled());
      await redis.flush();
      open();
      await ringing.ringsAgain();
      expect(ringing.engine.ran).toContain(1);
    });

    it('neither waits nor throws while Redis does not answer', async () => {
      redis.freeze();
      try {
        // By the time of this process alone: nothing else can be waited for within one turn.
        const before = process.cpuUsage();
        for (let effect = 0; effect < 10_000; effect += 1)
          ringing.addAndRing(effect, { delay: HOUR });
        const { user, system } = process.cpuUsage(before);
        expect((user + system) / 1_000).toBeLessThan(500);
        expect(await ringing.runner.healthy()).toBe(false);
      } finally {
        redis.thaw();
      }
      await ringing.ringsAgain();
      expect(await ringing.runner.healthy()).toBe(true);
    });

    it('stops in time when Redis is away', async () => {
      await redis.kill();
      await ringing.isHealthy(false);
      const before = systemClock.monotonic();
      await ringing.runner.stop();
      expect(systemClock.monotonic() - before).toBeLessThan(3_000);
      await redis.restart();
    });

    it('leaves what another process was told to another process', async () => {
      const shared = options();
      const other = bullmqRunner(shared);
      const second = bullmqRunner(shared);
      await other.start(ringing.engine);
      const alarm = { effect: 7, attempt: 1, dueAt: systemClock.now() + 200, lane: 1 };
      ringing.engine.add([alarm]);
      other.ring([alarm]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await other.stop();
      await second.start(ringing.engine);
      await vi.waitFor(() => expect(ringing.engine.ran).toEqual([7]));
      await second.stop();
    });
  });
});
