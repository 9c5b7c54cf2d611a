/** What takes real seconds: a client comes back to a Redis that was away when its pause is over. */
import { Redis as Client } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { type Redis, startRedis } from '../../test/support/redis.ts';
import { Ringing, recordingLog } from '../../test/support/ringing.ts';
import { needs } from '../../test/support/servers.ts';
import { systemClock } from '../clock.ts';
import { type Log, silentLog } from '../log.ts';
import { type BullmqOptions, bullmqRunner } from './bullmq.ts';
import { RecordingEngine } from './contract.ts';

needs('redis-server')('on a real Redis', () => {
  let redis: Redis;
  let runs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  function options(log: Log = silentLog): BullmqOptions {
    runs += 1;
    return { url: redis.url, clock: systemClock, log, prefix: `test-${runs}` };
  }

  describe('the BullMQ runner', () => {
    let ringing: Ringing;

    beforeEach(async () => {
      ringing = new Ringing(options());
      await ringing.runner.start(ringing.engine);
    });

    afterEach(() => ringing.runner.stop());

    it('recovers when Redis was restarted, and forgets that it was away', async () => {
      await redis.restart();
      ringing.addAndRing(1);
      await ringing.isHealthy(true);
      await ringing.ringsAgain();
    });

    it('says once that Redis is away, and once that it is back', async () => {
      await redis.kill();
      await ringing.isHealthy(false);
      for (let effect = 1; effect <= 300; effect += 1) ringing.addAndRing(effect);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(ringing.lines).toEqual([expect.stringMatching(/^warn Trouble with Redis/)]);

      await redis.restart();
      await vi.waitFor(() => expect(ringing.lines).toHaveLength(2), {
        timeout: 10_000,
        interval: 50,
      });
      expect(ringing.lines[1]).toMatch(/^info Redis is back .*"lost":300/);
      await ringing.ringsAgain();
      expect(ringing.lines).toHaveLength(2);
    });

    it('asks a Redis that refuses at a calm pace, and is not healthy', async () => {
      await ringing.runner.stop();
      const client = new Client(redis.url);
      await client.config('SET', 'min-replicas-to-write', '1');
      try {
        ringing.runner = bullmqRunner(options());
        await ringing.runner.start(ringing.engine);
        await ringing.isHealthy(false);
        await client.config('RESETSTAT');
        await new Promise((resolve) => setTimeout(resolve, 500));
        const stats = await client.info('commandstats');
        expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)).toBeLessThan(10);
      } finally {
        await client.config('SET', 'min-replicas-to-write', '0');
        client.disconnect();
      }
      await ringing.ringsAgain();
      await ringing.isHealthy(true);
    });

    it('stops in time while Redis does not answer', async () => {
      redis.freeze();
      try {
        ringing.addAndRing(1);
        const before = systemClock.monotonic();
        await ringing.runner.stop();
        expect(systemClock.monotonic() - before).toBeLessThan(3_000);
      } finally {
        redis.thaw();
      }
    });
  });

  describe('the BullMQ runner, started while Redis is away,', () => {
    it('starts all the same, with a warning, and works when Redis comes', async () => {
      const lines: string[] = [];
      const engine = new RecordingEngine(systemClock);
      const runner = bullmqRunner(options(recordingLog(lines)));
      await redis.kill();

      await runner.start(engine);
      expect(await runner.healthy()).toBe(false);
      expect(lines).toContainEqual(expect.stringMatching(/^warn Redis does not answer/));
      const alarm = { effect: 1, attempt: 1, dueAt: systemClock.now(), lane: 1 };
      engine.add([alarm]);
      runner.ring([alarm]);

      await redis.restart();
      await vi.waitFor(async () => expect(await runner.healthy()).toBe(true), { timeout: 8_000 });
      runner.ring([alarm]);
      await vi.waitFor(() => expect(engine.ran).toEqual([1]), { timeout: 8_000 });
      await runner.stop();
    });

    it('logs no password, whatever Redis says', async () => {
      const lines: string[] = [];
      const ports = [redis.port, await freePort()];
      const urls = ports.map((port) => `redis://admin:hunter2@127.0.0.1:${port}/3`);
      const runners = urls.map((url) => bullmqRunner({ ...options(recordingLog(lines)), url }));
      await Promise.all(runners.map((runner) => runner.start(new RecordingEngine(systemClock))));
      runners[0]?.ring([{ effect: 1, attempt: 1, dueAt: systemClock.now(), lane: 0 }]);
      await Promise.all(runners.map((runner) => runner.healthy()));
      await Promise.all(runners.map((runner) => runner.stop()));

      expect(lines.length).toBeGreaterThan(1);
      expect(lines.join('\n')).not.toContain('hunter2');
    });
  });
});
