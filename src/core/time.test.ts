import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY,
  formatDuration,
  formatInstant,
  HOUR,
  MINUTE,
  parseDuration,
  SECOND,
  wholeSecond,
} from './time.ts';

describe('parseDuration', () => {
  it.each([
    ['45m', 45 * MINUTE],
    ['1h30m', 90 * MINUTE],
    ['90 min', 90 * MINUTE],
    ['2 hours', 2 * HOUR],
    ['1d', DAY],
    ['1 day 2 hrs 3 minutes 4 secs', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
    ['  1H 30M ', 90 * MINUTE],
    ['366d', 366 * DAY],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each([
    ...['', ' ', '30', 'h', '-1h', '+1h', '1.5h', '1,5h', '1e3s', '0m', '0h0m', '30m1h', '1h1h'],
    ...['1 fortnight', '1mm', '367d', '9999999s', '1h 30', '1h, 30m', '1h for work', '１h', 'NaNh'],
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads back every duration that is shown', () => {
    const seconds = fc.integer({ min: 1, max: (366 * DAY) / SECOND });
    fc.assert(
      fc.property(seconds, (count) => {
        expect(parseDuration(formatDuration(count * SECOND))).toBe(count * SECOND);
      }),
    );
  });

  it('answers any text at once', () => {
    expect(parseDuration('1'.repeat(10_000))).toBeUndefined();
    expect(parseDuration('1h'.repeat(10_000))).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const duration = parseDuration(text);
        if (duration !== undefined) expect(duration % SECOND).toBe(0);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [90 * MINUTE, '1h30m'],
    [DAY + SECOND, '1d1s'],
    [0, '0s'],
    [-5 * MINUTE, '0s'],
    [999, '0s'],
    [MINUTE + 999, '1m'],
  ])('shows %d as %s and never as more than it is', (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });
});

describe('instants', () => {
  it('are cut to the second before, never rounded up', () => {
    expect(wholeSecond(1_999)).toBe(1_000);
    expect(wholeSecond(2_000)).toBe(2_000);
    expect(wholeSecond(-1)).toBe(-1_000);
  });

  it('are shown in UTC', () => {
    expect(formatInstant(Date.UTC(2026, 10, 21, 12))).toBe('2026-11-21T12:00:00Z');
  });
});
