import { Redis as Client } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { type Redis, startRedis } from '../../test/support/redis.ts';
import { needs } from '../../test/support/servers.ts';
import { systemClock } from '../clock.ts';
import { HOUR } from '../core/time.ts';
import { type Log, silentLog } from '../log.ts';
import { type BullmqOptions, bullmqRunner } from './bullmq.ts';
import { RecordingEngine, runnerContract } from './contract.ts';
import type { Alarm, Runner } from './runner.ts';

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

  runnerContract('the BullMQ runner', () => ({
    clock: systemClock,
    runner: bullmqRunner(options()),
    pass: (time) => new Promise((resolve) => setTimeout(resolve, time)),
  }));

  describe('the BullMQ runner', () => {
    let engine: RecordingEngine;
    let lines: string[];
    let runner: Runner;

    beforeEach(async () => {
      engine = new RecordingEngine(systemClock);
      lines = [];
      runner = bullmqRunner(options(recordingLog(lines)));
      await runner.start(engine);
    });

    afterEach(() => runner.stop());

    function addAndRing(effect: number, { delay = 0, lane = 1, attempt = 1 } = {}): void {
      const alarm: Alarm = { effect, attempt, dueAt: systemClock.now() + delay, lane };
      engine.add([alarm]);
      runner.ring([alarm]);
    }

    async function isHealthy(expected: boolean): Promise<void> {
      await vi.waitFor(async () => expect(await runner.healthy()).toBe(expected), {
        timeout: 8_000,
        interval: 20,
      });
    }

    /** Rings until one is heard: what is rung while Redis is away is lost, and that is fine. */
    async function ringsAgain(): Promise<void> {
      let effect = 1_000_000;
      await vi.waitFor(
        () => {
          effect += 1;
          addAndRing(effect);
          expect(engine.ran.some((ran) => ran > 1_000_000)).toBe(true);
        },
        { timeout: 8_000, interval: 50 },
      );
    }

    it('runs lane 0 before what waits in other lanes', async () => {
      await runner.stop();
      runner = bullmqRunner({ ...options(), concurrency: 1 });
      await runner.start(engine);
      let open = () => {};
      engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const started = vi.spyOn(engine, 'run');
      addAndRing(1);
      await vi.waitFor(() => expect(started).toHaveBeenCalled());
      const later = [3, 2, 1, 0, 2, 0].map((lane, index) => ({
        effect: index + 10,
        attempt: 1,
        dueAt: systemClock.now(),
        lane,
      }));
      engine.add(later);
      runner.ring(later);
      await new Promise((resolve) => setTimeout(resolve, 50));

      open();
      await vi.waitFor(() => expect(engine.ran).toEqual([1, 13, 15, 12, 11, 14, 10]));
    });

    it('recovers when Redis was restarted, and forgets that it was away', async () => {
      await redis.restart();
      addAndRing(1);
      await isHealthy(true);
      await ringsAgain();
    });

    it('says once that Redis is away, and once that it is back', async () => {
      await redis.kill();
      await isHealthy(false);
      for (let effect = 1; effect <= 300; effect += 1) addAndRing(effect);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(lines).toEqual([expect.stringMatching(/^warn Trouble with Redis/)]);

      await redis.restart();
      await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 10_000, interval: 50 });
      expect(lines[1]).toMatch(/^info Redis is back .*"lost":300/);
      await ringsAgain();
      expect(lines).toHaveLength(2);
    });

    it('goes on when everything in Redis was deleted', async () => {
      addAndRing(1, { delay: HOUR });
      await redis.flush();
      await ringsAgain();
      expect(await runner.healthy()).toBe(true);
    });

    it('asks a Redis that refuses at a calm pace, and is not healthy', async () => {
      await runner.stop();
      const client = new Client(redis.url);
      await client.config('SET', 'min-replicas-to-write', '1');
      try {
        runner = bullmqRunner(options());
        await runner.start(engine);
        await isHealthy(false);
        await client.config('RESETSTAT');
        await new Promise((resolve) => setTimeout(resolve, 500));
        const stats = await client.info('commandstats');
        expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)).toBeLessThan(10);
      } finally {
        await client.config('SET', 'min-replicas-to-write', '0');
        client.disconnect();
      }
      await ringsAgain();
      await isHealthy(true);
    });

    it('goes on when the job that runs was deleted', async () => {
      let open = () => {};
      engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const started = vi.spyOn(engine, 'run');
      addAndRing(1);
      await vi.waitFor(() => expect(started).toHaveBeenCalled());
      await redis.flush();
      open();
      await ringsAgain();
      expect(engine.ran).toContain(1);
    });

    it('neither waits nor throws while Redis does not answer', async () => {
      redis.freeze();
      try {
        // By the time of this process alone: nothing else can be waited for within one turn.
        const before = process.cpuUsage();
        for (let effect = 0; effect < 10_000; effect += 1) addAndRing(effect, { delay: HOUR });
        const { user, system } = process.cpuUsage(before);
        expect((user + system) / 1_000).toBeLessThan(500);
        expect(await runner.healthy()).toBe(false);
      } finally {
        redis.thaw();
      }
      await ringsAgain();
      expect(await runner.healthy()).toBe(true);
    });

    it('stops in time while Redis does not answer', async () => {
      redis.freeze();
      try {
        addAndRing(1);
        const before = systemClock.monotonic();
        await runner.stop();
        expect(systemClock.monotonic() - before).toBeLessThan(3_000);
      } finally {
        redis.thaw();
      }
    });

    it('stops in time when Redis is away', async () => {
      await redis.kill();
      await isHealthy(false);
      const before = systemClock.monotonic();
      await runner.stop();
      expect(systemClock.monotonic() - before).toBeLessThan(3_000);
      await redis.restart();
    });

    it('leaves what another process was told to another process', async () => {
      const shared = options();
      const other = bullmqRunner(shared);
      const second = bullmqRunner(shared);
      await other.start(engine);
      const alarm = { effect: 7, attempt: 1, dueAt: systemClock.now() + 200, lane: 1 };
      engine.add([alarm]);
      other.ring([alarm]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await other.stop();
      await second.start(engine);
      await vi.waitFor(() => expect(engine.ran).toEqual([7]));
      await second.stop();
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

function recordingLog(lines: string[]): Log {
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: () => recordingLog(lines),
  };
}
