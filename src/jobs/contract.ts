/** What every runner does. The engine here keeps rows of its own and records what it ran. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { HOUR, type Instant, type Millis } from '../core/time.ts';
import type { Alarm, Engine, Runner } from './runner.ts';

export class RecordingEngine implements Engine {
  /** Effects, in the order in which they ran. */
  readonly ran: number[] = [];
  readonly ranAt: Instant[] = [];
  /** What each run waits for. */
  gate: Promise<void> = Promise.resolve();
  draining = 0;
  mostDraining = 0;
  readonly #clock: Clock;
  readonly #rows = new Map<number, Alarm>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(alarms: readonly Alarm[]): void {
    for (const alarm of alarms) this.#rows.set(alarm.effect, alarm);
  }

  async run(effect: number, attempt: number): Promise<void> {
    const row = this.#rows.get(effect);
    if (row === undefined || row.attempt !== attempt || row.dueAt > this.#clock.now()) return;
    this.#rows.delete(effect);
    await this.gate;
    this.ran.push(effect);
    this.ranAt.push(this.#clock.now());
  }

  async drain(): Promise<void> {
    this.mostDraining = Math.max(this.mostDraining, ++this.draining);
    const due = [...this.#rows.values()].filter(({ dueAt }) => dueAt <= this.#clock.now());
    for (const { effect, attempt } of due) await this.run(effect, attempt);
    this.draining -= 1;
  }

  async nextDueAt(): Promise<Instant | undefined> {
    let next: Instant | undefined;
    for (const { dueAt } of this.#rows.values()) next = Math.min(next ?? dueAt, dueAt);
    return next;
  }
}

export interface RunnerFixture {
  readonly runner: Runner;
  readonly clock: Clock;
  pass(time: Millis): Promise<void>;
}

export function runnerContract(name: string, make: () => RunnerFixture): void {
  describe(`${name}, as every runner,`, () => {
    let fixture: RunnerFixture;
    let runner: Runner;
    let engine: RecordingEngine;

    beforeEach(async () => {
      fixture = make();
      runner = fixture.runner;
      engine = new RecordingEngine(fixture.clock);
      await runner.start(engine);
    });

    afterEach(() => runner.stop());

    function alarm(effect: number, delay: Millis = 0, attempt = 1): Alarm {
      return { effect, attempt, dueAt: fixture.clock.now() + delay, lane: 1 };
    }

    function addAndRing(...alarms: Alarm[]): void {
      engine.add(alarms);
      runner.ring(alarms);
    }

    async function hasRun(...effects: number[]): Promise<void> {
      await vi.waitFor(() => expect(engine.ran).toEqual(effects), { timeout: 5_000, interval: 5 });
    }

    it('runs what is due now', async () => {
      addAndRing(alarm(1));
      await hasRun(1);
    });

    it('runs nothing within the turn that rings', async () => {
      addAndRing(alarm(1));
      expect(engine.ran).toEqual([]);
      await hasRun(1);
    });

    it('rings a later alarm at its time and not before', async () => {
      const later = alarm(1, 200);
      addAndRing(later);
      await fixture.pass(50);
      expect(engine.ran).toEqual([]);

      await fixture.pass(150);
      await hasRun(1);
      expect(engine.ranAt[0]).toBeGreaterThanOrEqual(later.dueAt);
    });

    it('rings in the order of their times, not of the calls', async () => {
      addAndRing(alarm(1, 150), alarm(2, 20));
      await fixture.pass(20);
      await hasRun(2);
      await fixture.pass(130);
      await hasRun(2, 1);
    });

    it('rings the same alarm at least once, and the engine sees that it is the same', async () => {
      const twice = alarm(1);
      addAndRing(twice, twice);
      runner.ring([twice]);
      await hasRun(1);
    });

    it('rings for the next attempt of an effect that has run', async () => {
      addAndRing(alarm(1));
      await hasRun(1);
      addAndRing(alarm(1, 0, 2));
      await hasRun(1, 1);
    });

    it('rings for an effect that was moved forward', async () => {
      addAndRing(alarm(1, HOUR));
      addAndRing(alarm(1, 20));
      await fixture.pass(20);
      await hasRun(1);
    });

    it('goes on after an engine that threw', async () => {
      engine.gate = Promise.reject(new Error('broken'));
      engine.gate.catch(() => {});
      const started = vi.spyOn(engine, 'run');
      addAndRing(alarm(1));
      await fixture.pass(20);
      await vi.waitFor(() => expect(started).toHaveBeenCalled());

      engine.gate = Promise.resolve();
      addAndRing(alarm(2));
      await hasRun(2);
    });

    it('rings ten thousand alarms', async () => {
      const alarms = Array.from({ length: 10_000 }, (_, effect) => alarm(effect));
      addAndRing(...alarms);
      await vi.waitFor(() => expect(engine.ran.length).toBe(10_000), { timeout: 20_000 });
      expect(new Set(engine.ran).size).toBe(10_000);
    });

    it('waits, when stopped, for what is running', async () => {
      let open = () => {};
      engine.gate = new Promise((resolve) => {
        open = resolve;
      });
      const started = vi.spyOn(engine, 'run');
      addAndRing(alarm(1));
      await vi.waitFor(() => expect(started).toHaveBeenCalled());

      let hasStopped = false;
      const stopping = runner.stop().then(() => {
        hasStopped = true;
      });
      await fixture.pass(20);
      expect(hasStopped).toBe(false);

      open();
      await stopping;
      expect(engine.ran).toEqual([1]);
    });

    it('takes no more alarms once it is stopped', async () => {
      addAndRing(alarm(1, 30));
      await runner.stop();
      addAndRing(alarm(2));
      await fixture.pass(60);
      expect(engine.ran).toEqual([]);
    });

    it('is healthy until it is stopped', async () => {
      expect(await runner.healthy()).toBe(true);
      await runner.stop();
      expect(await runner.healthy()).toBe(false);
    });

    it('can be stopped twice', async () => {
      await runner.stop();
      await runner.stop();
    });
  });
}
