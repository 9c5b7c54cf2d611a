import { describe, expect, it } from 'vitest';
import { wallTime } from './calendar.ts';
import { formatUntil, parseUntil, untilFrom } from './until.ts';

const BERLIN = 'Europe/Berlin';
/** A Wednesday, 23:30 in Berlin. */
const NOW = Date.parse('2026-11-25T22:30:00Z');

const meant = (text: string, zone = BERLIN, now = NOW) => {
  const typed = parseUntil(text);
  return typed && wallTime(untilFrom(typed, zone, now).at, zone);
};

describe('until when', () => {
  it.each([
    ['Monday', '2026-11-30 00:00'],
    ['mon', '2026-11-30 00:00'],
    ['thurs 9:00', '2026-11-26 09:00'],
    ['wednesday', '2026-12-02 00:00'],
    ['wednesday 23:45', '2026-11-25 23:45'],
    ['wednesday 23:30', '2026-12-02 23:30'],
    ['tomorrow', '2026-11-26 00:00'],
    ['Tomorrow 18:00', '2026-11-26 18:00'],
    ['2026-12-24', '2026-12-24 00:00'],
    ['2026-12-24 17:00', '2026-12-24 17:00'],
    ['2026-12-24t17:00', '2026-12-24 17:00'],
    ['8:00', '2026-11-26 08:00'],
    ['23:59', '2026-11-25 23:59'],
  ])('%s is %s', (text, wall) => {
    expect(meant(text)).toBe(wall);
  });

  it('is told by the clocks where somebody is', () => {
    expect(meant('wednesday 12:00', 'Pacific/Kiritimati')).toBe('2026-12-02 12:00');
    expect(meant('wednesday 23:00', 'America/Los_Angeles')).toBe('2026-11-25 23:00');
  });

  it('is the next time that clocks show, where they skip the one that was said', () => {
    const spring = Date.parse('2026-03-28T12:00:00Z');
    expect(meant('sunday 02:30', BERLIN, spring)).toBe('2026-03-29 03:30');
  });

  it.each([
    '',
    'mo',
    'someday',
    'monday tuesday',
    'monday 25:00',
    '2026-02-30',
    'monday 9:00 pm',
    '9',
    '1d',
  ])('%j is none', (text) => {
    expect(parseUntil(text)).toBeUndefined();
  });

  it.each(['monday', 'friday 09:30', 'tomorrow', '2026-12-24', '2026-12-24 17:00', '18:00'])(
    '%s is written as it is read',
    (text) => {
      const typed = parseUntil(text);
      expect(typed && formatUntil(typed)).toBe(text);
    },
  );
});
