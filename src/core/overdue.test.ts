import { describe, expect, it } from 'vitest';
import { accessIdOf } from './ids.ts';
import { isAlarmDue, overdueOf, takingOf } from './overdue.ts';
import type { Stray } from './reconciling.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const orphan = (key: string, isTaken: boolean): Stray => ({
  access: accessIdOf('memory', key),
  ...{ kind: 'orphan', until: null, evidence: key, right: null, isTaken },
});
const NONE: ReadonlySet<Stray['access']> = new Set();

describe('orphans that are being taken away', () => {
  const [one, other] = [orphan('one', true), orphan('other', false)] as const;

  it('keep the time since when they are, for as long as they are listed', () => {
    const first = takingOf([one, other], new Set([other.access]), [], MINUTE);
    expect(first.map(({ since }) => since)).toEqual([MINUTE, MINUTE]);
    const next = takingOf([{ ...other, isTaken: true }], NONE, first, HOUR);
    expect(next).toEqual([{ access: other.access, since: MINUTE }]);
    expect(takingOf([], NONE, next, HOUR)).toEqual([]);
  });

  it('are not those that nothing takes away', () => {
    expect(takingOf([other], NONE, [], MINUTE)).toEqual([]);
  });

  it('are overdue after the patience that there is with every end', () => {
    const taking = [{ access: one.access, since: 0 }];
    expect(overdueOf(taking, 2 * MINUTE - 1, 2 * MINUTE)).toEqual([]);
    expect(overdueOf(taking, 2 * MINUTE, 2 * MINUTE)).toEqual(taking);
  });

  it('alarm at once, then after twice the time, and once a day at least', () => {
    expect(isAlarmDue(0, null, HOUR)).toBe(true);
    expect(isAlarmDue(0, HOUR, 2 * HOUR - 1)).toBe(false);
    expect(isAlarmDue(0, HOUR, 2 * HOUR)).toBe(true);
    expect(isAlarmDue(0, 9 * DAY, 10 * DAY - 1)).toBe(false);
    expect(isAlarmDue(0, 9 * DAY, 10 * DAY)).toBe(true);
  });
});
