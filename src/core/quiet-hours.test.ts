import { describe, expect, it } from 'vitest';
import type { QuietHours } from './policy.ts';
import { quietUntil } from './quiet-hours.ts';
import { HOUR } from './time.ts';

const NIGHT: QuietHours = { zone: 'UTC', from: 22 * 60, until: 7 * 60, does: 'delay' };
const NOON_BREAK: QuietHours = { ...NIGHT, from: 12 * 60, until: 13 * 60 };
const BERLIN: QuietHours = { ...NIGHT, zone: 'Europe/Berlin' };

function ends(quiet: QuietHours, at: string): string | undefined {
  const until = quietUntil(quiet, Date.parse(at));
  return until === undefined ? undefined : new Date(until).toISOString();
}

describe('quiet hours', () => {
  it('last over midnight, to the minute', () => {
    expect(ends(NIGHT, '2026-11-21T21:59:59.999Z')).toBeUndefined();
    expect(ends(NIGHT, '2026-11-21T22:00:00Z')).toBe('2026-11-22T07:00:00.000Z');
    expect(ends(NIGHT, '2026-11-22T06:59:59.999Z')).toBe('2026-11-22T07:00:00.000Z');
    expect(ends(NIGHT, '2026-11-22T07:00:00Z')).toBeUndefined();
  });

  it('may lie within one day', () => {
    expect(ends(NOON_BREAK, '2026-11-21T12:30:12Z')).toBe('2026-11-21T13:00:00.000Z');
    expect(ends(NOON_BREAK, '2026-11-21T23:00:00Z')).toBeUndefined();
  });

  it('end when clocks there say so, also in the night in which they are put forward or back', () => {
    expect(ends(BERLIN, '2026-07-01T21:00:00Z')).toBe('2026-07-02T05:00:00.000Z');
    expect(ends(BERLIN, '2026-03-28T22:30:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(ends(BERLIN, '2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end after they began, at a time that clocks leave out as well', () => {
    const odd = { ...BERLIN, until: 2 * 60 + 30 };
    expect(ends(odd, '2026-03-28T23:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(ends(odd, '2026-03-29T01:30:00Z')).toBeUndefined();
  });

  it('are over within a day, whenever they are asked about', () => {
    const start = Date.parse('2026-03-28T00:00:00Z');
    for (const quiet of [NIGHT, BERLIN, { ...BERLIN, from: 150, until: 149 }])
      for (let at = start; at < start + 48 * HOUR; at += 7 * 60_001) {
        const left = (quietUntil(quiet, at) ?? at + 1) - at;
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(25 * HOUR);
      }
  });
});
