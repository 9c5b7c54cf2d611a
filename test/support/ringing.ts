/** A runner on a real Redis that is told of work, and what it logs meanwhile. */
import { expect, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type BullmqOptions, bullmqRunner } from '../../src/jobs/bullmq.ts';
import { RecordingEngine } from '../../src/jobs/contract.ts';
import type { Alarm, Runner } from '../../src/jobs/runner.ts';
import type { Log } from '../../src/log.ts';

export class Ringing {
  readonly engine = new RecordingEngine(systemClock);
  readonly lines: string[] = [];
  runner: Runner;

  constructor(options: Omit<BullmqOptions, 'log'>) {
    this.runner = bullmqRunner({ ...options, log: recordingLog(this.lines) });
  }

  addAndRing(effect: number, { delay = 0, lane = 1, attempt = 1 } = {}): void {
    const alarm: Alarm = { effect, attempt, dueAt: systemClock.now() + delay, lane };
    this.engine.add([alarm]);
    this.runner.ring([alarm]);
  }

  async isHealthy(expected: boolean): Promise<void> {
    await vi.waitFor(async () => expect(await this.runner.healthy()).toBe(expected), {
      timeout: 8_000,
      interval: 20,
    });
  }

  /** Rings until one is heard: what is rung while Redis is away is lost, and that is fine. */
  async ringsAgain(): Promise<void> {
    let effect = 1_000_000;
    await vi.waitFor(
      () => {
        effect += 1;
        this.addAndRing(effect);
        expect(this.engine.ran.some((ran) => ran > 1_000_000)).toBe(true);
      },
      { timeout: 8_000, interval: 50 },
    );
  }
}

export function recordingLog(lines: string[]): Log {
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
