import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, ManualClock } from '../clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../core/time.ts';
import { silentLog } from '../log.ts';
import { RecordingEngine, runnerContract } from './contract.ts';
import { inProcessRunner } from './in-process.ts';
import type { Alarm, Runner } from './runner.ts';

const START = Date.UTC(2026, 10, 21, 12);

/** Until all promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

runnerContract('the in-process runner', () => {
  const clock = new ManualClock(START);
  return {
    clock,
    runner: inProcessRunner({ clock, log: silentLog }),
    pass: async (time) => {
      await settled();
      clock.advance(time);
      await settled();
    },
  };
});

describe('the in-process runner', () => {
  let clock: ManualClock;
  let engine: RecordingEngine;
  let runner: Runner;

  beforeEach(() => {
    clock = new ManualClock(START);
    engine = new RecordingEngine(clock);
    runner = inProcessRunner({ clock, log: silentLog });
  });

  afterEach(() => runner.stop());

  function alarm(effect: number, delay: number): Alarm {
    return { effect, attempt: 1, dueAt: START + delay, lane: 1 };
  }

  it('runs, when started, what fell due while nothing ran', async () => {
    engine.add([alarm(1, -HOUR)]);
    await runner.start(engine);
    await settled();
    expect(engine.ran).toEqual([1]);
  });

  it('wakes, after a start, for what no alarm was rung for', async () => {
    engine.add([alarm(1, HOUR)]);
    await runner.start(engine);
    await settled();
    clock.advance(HOUR);
    await settled();
    expect(engine.ran).toEqual([1]);
  });

  it('keeps one timer for a hundred thousand alarms', async () => {
    const pending = new Set<object>();
    const counting: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after(delay, ring) {
        const timer = {};
        pending.add(timer);
        const cancel = clock.after(delay, () => {
          pending.delete(timer);
          ring();
        });
        return () => {
          pending.delete(timer);
          cancel();
        };
      },
    };
    runner = inProcessRunner({ clock: counting, log: silentLog });
    await runner.start(engine);
    await settled();

    for (let effect = 0; effect < 100_000; effect += 1)
      runner.ring([alarm(effect, DAY - (effect % 1000) * SECOND)]);

    expect(pending.size).toBe(1);
  });

  it('never drains twice at a time, and drains again for what was rung meanwhile', async () => {
    let open = () => {};
    engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    engine.add([alarm(1, 0)]);
    await runner.start(engine);
    await settled();
    engine.add([alarm(2, 0)]);
    for (let times = 0; times < 5; times += 1) runner.ring([alarm(2, 0)]);
    await settled();
    expect(engine.ran).toEqual([]);

    open();
    await settled();
    expect(engine.ran).toEqual([1, 2]);
    expect(engine.mostDraining).toBe(1);
  });

  it('loses nothing that is rung while a drain ends', async () => {
    await runner.start(engine);
    for (let effect = 0; effect < 200; effect += 1) {
      for (let turns = 0; turns < effect % 13; turns += 1) await Promise.resolve();
      engine.add([alarm(effect, 0)]);
      runner.ring([alarm(effect, 0)]);
    }
    await settled();
    expect(engine.ran).toHaveLength(200);
  });

  it('asks again at a calm pace when the engine leaves behind what is due', async () => {
    const drain = vi.spyOn(engine, 'drain').mockImplementation(async () => {});
    engine.add([alarm(1, 0)]);
    await runner.start(engine);
    await settled();
    expect(drain.mock.calls.length).toBeLessThan(4);

    drain.mockRestore();
    clock.advance(SECOND);
    await settled();
    expect(engine.ran).toEqual([1]);
  });

  it('asks again when it cannot be read what falls due next', async () => {
    const next = vi.spyOn(engine, 'nextDueAt').mockRejectedValue(new Error('the disk is full'));
    engine.add([alarm(1, SECOND)]);
    await runner.start(engine);
    await settled();

    next.mockRestore();
    clock.advance(SECOND);
    await settled();
    expect(engine.ran).toEqual([1]);
  });

  it('waits on when the wall clock was set back before an alarm', async () => {
    await runner.start(engine);
    engine.add([alarm(1, HOUR)]);
    runner.ring([alarm(1, HOUR)]);
    clock.step(-MINUTE);
    clock.advance(HOUR);
    await settled();
    expect(engine.ran).toEqual([]);

    clock.advance(MINUTE);
    await settled();
    expect(engine.ran).toEqual([1]);
  });
});
