import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from './core/time.ts';

const START = Date.UTC(2026, 10, 21, 12);

describe('a manual clock', () => {
  it('stands still by itself', () => {
    const clock = new ManualClock(START);
    expect([clock.now(), clock.now(), clock.monotonic()]).toEqual([START, START, 0]);
  });

  it('rings alarms in their order, each at its own moment', () => {
    const clock = new ManualClock(START);
    const rung: number[] = [];
    for (const delay of [3 * SECOND, SECOND, 2 * SECOND])
      clock.after(delay, () => rung.push(clock.now() - START));

    clock.advance(MINUTE);

    expect(rung).toEqual([SECOND, 2 * SECOND, 3 * SECOND]);
    expect(clock.now()).toBe(START + MINUTE);
  });

  it('rings nothing before its time, and nothing twice', () => {
    const clock = new ManualClock(START);
    let rings = 0;
    clock.after(SECOND, () => {
      rings += 1;
    });
    clock.advance(SECOND - 1);
    expect(rings).toBe(0);
    clock.advance(1);
    clock.advance(HOUR);
    expect(rings).toBe(1);
  });

  it('rings, within one step, an alarm that another one set', () => {
    const clock = new ManualClock(START);
    const rung: number[] = [];
    clock.after(SECOND, () => clock.after(SECOND, () => rung.push(clock.monotonic())));
    clock.advance(2 * SECOND);
    expect(rung).toEqual([2 * SECOND]);
  });

  it('does not ring what was cancelled', () => {
    const clock = new ManualClock(START);
    const cancel = clock.after(SECOND, () => expect.unreachable());
    cancel();
    clock.advance(HOUR);
  });

  it('takes a delay below zero as no delay', () => {
    const clock = new ManualClock(START);
    let rang = false;
    clock.after(-HOUR, () => {
      rang = true;
    });
    expect(rang).toBe(false);
    clock.advance(0);
    expect(rang).toBe(true);
  });

  it('lets the wall clock be set without time passing', () => {
    const clock = new ManualClock(START);
    clock.after(SECOND, () => expect.unreachable());
    clock.step(HOUR);
    clock.step(-DAY);
    expect(clock.now()).toBe(START + HOUR - DAY);
    expect(clock.monotonic()).toBe(0);
  });
});

describe('the system clock', () => {
  it('tells the time of the system', () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it('rings later and not within the call', async () => {
    const before = systemClock.monotonic();
    let isWithin = true;
    await new Promise<void>((resolve) => {
      systemClock.after(5, () => {
        expect(isWithin).toBe(false);
        resolve();
      });
      isWithin = false;
    });
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(4);
  });

  it('does not ring at once for what is further away than a timer can be', async () => {
    let rang = false;
    const cancel = systemClock.after(365 * DAY, () => {
      rang = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancel();
    expect(rang).toBe(false);
  });
});
