/** What people write for a start, the moment that it means where they are, and how it is told again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime, zoneFrom } from './calendar.ts';
import { formatStart, parseStart, plainStart, startFrom, typedStart } from './start.ts';
import { DAY, MINUTE } from './time.ts';

const BERLIN = 'Europe/Berlin';
const NOON = Date.parse('2026-11-26T12:00:00Z');

const read = (text: string, zone = BERLIN, now = NOON) => {
  const typed = parseStart(text);
  return typed && startFrom(typed, zone, now);
};
const iso = (at: number | undefined) => new Date(at ?? Number.NaN).toISOString();

describe('a start', () => {
  it.each([
    ['22:00', '2026-11-26T21:00:00.000Z'],
    ['9:05', '2026-11-27T08:05:00.000Z'],
    ['13:00', '2026-11-27T12:00:00.000Z'],
    ['13:01', '2026-11-26T12:01:00.000Z'],
    ['2026-12-01 09:00', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01T09:00', '2026-12-01T08:00:00.000Z'],
    ['2026-07-01 09:00', '2026-07-01T07:00:00.000Z'],
    ['2028-02-29 00:00', '2028-02-28T23:00:00.000Z'],
  ])('of %s is the next such time where they are', (text, at) => {
    expect(iso(read(text)?.at)).toBe(at);
  });

  it.each([
    ...['', '22', '22:0', '24:00', '22:60', '-1:00', '22:00:00', 'noon', '9am', '22:00Z'],
    ...[
      '2026-02-30 09:00',
      '2026-13-01 09:00',
      '2026-12-01',
      '09:00 2026-12-01',
      '2026-12-1 09:00',
    ],
  ])('is not written as %j', (text) => {
    expect(parseStart(text)).toBeUndefined();
  });

  it('that clocks skip is as much later, and says so', () => {
    const start = read('2027-03-28 02:30');
    expect(start).toMatchObject({ odd: 'skipped', at: Date.parse('2027-03-28T01:30:00Z') });
    expect(start && plainStart(start)).toBe(
      '2027-03-28 03:30 Europe/Berlin (2027-03-28T01:30:00Z), because clocks there skip the time that was written',
    );
  });

  it('that clocks show twice is the first of the two, and says so', () => {
    const start = read('2026-10-25 02:30', BERLIN, Date.parse('2026-10-24T00:00:00Z'));
    expect(start).toMatchObject({ odd: 'repeated', at: Date.parse('2026-10-25T00:30:00Z') });
    expect(start && plainStart(start)).toContain('the first of the two times');
  });

  it('of a time of day alone is never past, and never two days off', () => {
    const zone = fc.constantFrom(BERLIN, 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe');
    const clock = fc.record({ hour: fc.nat(23), minute: fc.nat(59) });
    const now = fc.integer({ min: NOON, max: NOON + 800 * DAY });
    fc.assert(
      fc.property(zone, clock, now, (where, { hour, minute }, at) => {
        const text = `${hour}:${String(minute).padStart(2, '0')}`;
        const start = read(text, where, at);
        expect(start?.at).toBeGreaterThan(at);
        expect(start?.at).toBeLessThan(at + 2 * DAY);
      }),
    );
  });

  it('is told in its zone as it can be typed again', () => {
    const zone = fc.constantFrom('UTC', BERLIN, 'Asia/Kathmandu', 'America/New_York');
    fc.assert(
      fc.property(zone, fc.integer({ min: NOON, max: NOON + 800 * DAY }), (where, now) => {
        const at = Math.floor(now / MINUTE) * MINUTE;
        const again = read(formatStart(typedStart({ at, zone: where })), where);
        expect(wallTime(again?.at ?? 0, where)).toBe(wallTime(at, where));
        expect(again?.odd === 'repeated' || again?.at === at).toBe(true);
      }),
    );
  });
});

describe('a time zone', () => {
  it('has one name, however it is written', () => {
    expect(zoneFrom('europe/BERLIN')).toBe(BERLIN);
    expect(zoneFrom('UTC')).toBe('UTC');
  });

  it('is none where nobody knows it', () => {
    for (const text of [undefined, '', 'Mars/Olympus', 'x'.repeat(10_000), '../etc'])
      expect(zoneFrom(text)).toBeUndefined();
  });
});
