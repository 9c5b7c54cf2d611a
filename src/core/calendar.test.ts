import { describe, expect, it } from 'vitest';
import { localTime } from './calendar.ts';
import { policyOf } from './fixtures/policies.ts';
import { HOUR, MINUTE, utcMoment } from './time.ts';

/** From when until when it lasts, at UTC, looked at every ten minutes from the evening before on. */
function lasts(from: string, until: string): readonly string[] {
  const policy = { ...policyOf(), zone: 'Europe/Berlin', freezes: { release: { from, until } } };
  const first = utcMoment(`${from.slice(0, 10)} 00:00`) - 2 * HOUR;
  const moments = Array.from({ length: 200 }, (_, nth) => first + nth * 10 * MINUTE);
  const frozen = moments.map((at) => localTime(at, policy).freezes.length > 0);
  return moments.flatMap((at, nth) =>
    frozen[nth] === (frozen[nth - 1] ?? false) ? [] : [new Date(at).toISOString().slice(8, 16)],
  );
}

describe('a freeze of a policy', () => {
  it.each([
    ['2026-11-20 13:00', '2026-11-20 14:00', ['20T12:00', '20T13:00']],
    ['2026-11-20 13:00', '2026-11-20 24:00', ['20T12:00', '20T23:00']],
  ])('from %s until %s lasts as clocks show it there', (from, until, span) => {
    expect(lasts(from, until)).toEqual(span);
  });

  it.each([
    ['2026-10-25 02:30', '2026-10-25 12:00', ['25T00:30', '25T11:00']],
    ['2026-10-25 01:00', '2026-10-25 02:30', ['24T23:00', '25T01:30']],
    ['2026-10-25 02:30', '2026-10-25 02:40', ['25T00:30', '25T01:40']],
  ])('from %s until %s has no hole where clocks show an hour twice', (from, until, span) => {
    expect(lasts(from, until)).toEqual(span);
  });

  it.each([
    ['2026-03-29 02:30', '2026-03-29 12:00', ['29T01:00', '29T10:00']],
    ['2026-03-29 01:00', '2026-03-29 02:30', ['29T00:00', '29T01:00']],
  ])('from %s until %s begins and ends with the hour that clocks skip', (from, until, span) => {
    expect(lasts(from, until)).toEqual(span);
  });

  it.each([
    ['2026-02-30 00:00', '2026-11-31 24:00'],
    ['0000-01-01 00:00', '9999-12-31 24:00'],
    ['2026-01-01 00:00', '2026-11-31 00:00'],
  ])('from %s until %s is told, though no calendar has such a day', (from, until) => {
    const at = Date.parse('2026-11-30T12:00:00Z');
    const policy = { ...policyOf(), freezes: { odd: { from, until } } };
    expect(localTime(at, policy).freezes).toEqual(['odd']);
  });
});
