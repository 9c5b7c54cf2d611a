import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../core/time.ts';
import { Traffic } from './traffic.ts';

const ROAD = { scope: 'account' };
const PACED = { scope: 'account', perSecond: 2 };
const ALONE = { scope: 'account', alone: 'set' };
const START = 1_000_000;

const traffic = () => new Traffic(() => 1);

describe('traffic', () => {
  it('lets everybody go where nothing is known', () => {
    const all = traffic();
    for (let nth = 0; nth < 100; nth += 1) expect(all.enter(ROAD, 'give', START)).toBeNull();
  });

  it('keeps to a pace, and puts taking away before giving', () => {
    const all = traffic();
    expect(all.enter(PACED, 'take', START)).toBeNull();
    expect(all.enter(PACED, 'take', START)).toBeNull();
    expect(all.enter(PACED, 'give', START)).toBe(START + SECOND / 2);
    expect(all.enter(PACED, 'take', START)).toBe(START + SECOND / 2);
    expect(all.enter(PACED, 'take', START + SECOND / 2)).toBeNull();
    expect(all.enter(PACED, 'give', START + SECOND / 2)).toBe(START + SECOND);
    expect(all.enter(PACED, 'give', START + SECOND)).toBeNull();
  });

  it('puts both before looking again, which leaves room beside it', () => {
    const all = traffic();
    const now = START;
    expect(all.enter(PACED, 'watch', now)).toBeNull();
    expect(all.enter(PACED, 'watch', now)).toBe(now + SECOND / 2);
    expect(all.enter(PACED, 'give', now)).toBeNull();
    expect(all.enter(PACED, 'give', now)).toBeNull();
    expect(all.enter(PACED, 'watch', now + SECOND / 2)).toBeNull();
    all.throttled(PACED, 7 * SECOND, now);
    expect(all.enter(PACED, 'watch', now + SECOND)).toBe(now + 7 * SECOND);
  });

  it('leaves a target alone for as long as it asks, for everybody who goes there', () => {
    const all = traffic();
    all.throttled(ROAD, 7 * SECOND, START);
    expect(all.enter(ROAD, 'take', START + SECOND)).toBe(START + 7 * SECOND);
    expect(all.enter({ scope: 'other' }, 'take', START + SECOND)).toBeNull();
    expect(all.enter(ROAD, 'take', START + 7 * SECOND)).toBeNull();
  });

  it('lets who takes away come again after half a minute, however long the target asks for', () => {
    const all = traffic();
    all.throttled(ROAD, HOUR, START);
    expect(all.enter(ROAD, 'watch', START + MINUTE)).toBe(START + HOUR);
    expect(all.enter(ROAD, 'give', START + MINUTE)).toBe(START + HOUR);
    expect(all.enter(ROAD, 'take', START + SECOND)).toBe(START + 30 * SECOND);
    expect(all.enter(ROAD, 'take', START + 30 * SECOND)).toBeNull();
    all.throttled(ROAD, HOUR, START + 31 * SECOND);
    expect(all.enter(ROAD, 'take', START + 32 * SECOND)).toBe(START + 61 * SECOND);
  });

  it('leaves it alone for longer each time, but not for long, and begins anew once it went well', () => {
    const all = traffic();
    const pauses: (number | null)[] = [];
    let now = START;
    for (let nth = 0; nth < 8; nth += 1) {
      all.throttled(ROAD, null, now);
      const again = all.enter(ROAD, 'take', now);
      pauses.push(again === null ? null : again - now);
      now = again ?? now;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => seconds * SECOND));
    all.went(ROAD);
    all.throttled(ROAD, null, now);
    expect(all.enter(ROAD, 'take', now)).toBe(now + SECOND);
  });

  it('does not storm a target that throttled lately', () => {
    const all = traffic();
    all.throttled(ROAD, SECOND, START);
    const now = START + SECOND;
    expect(all.enter(ROAD, 'take', now)).toBeNull();
    expect(all.enter(ROAD, 'take', now)).toBe(now + 50);
    const later = START + 2 * MINUTE;
    for (let nth = 0; nth < 10; nth += 1) expect(all.enter(ROAD, 'take', later)).toBeNull();
  });

  it('lets one go at a time where that is asked for, and who takes away first', () => {
    const all = traffic();
    expect(all.enter(ALONE, 'give', START)).toBeNull();
    expect(all.enter(ALONE, 'take', START)).toBe(START + SECOND / 2);
    all.leave(ALONE);
    expect(all.enter(ALONE, 'give', START + 1)).toBe(START + 1 + SECOND / 2);
    expect(all.enter(ALONE, 'take', START + 2)).toBeNull();
    all.leave(ALONE);
    expect(all.enter(ALONE, 'give', START + 2 * SECOND)).toBeNull();
  });

  it('lets who gives go there before who only looks again, however many those are', () => {
    const all = traffic();
    expect(all.enter(ALONE, 'watch', START)).toBeNull();
    expect(all.enter(ALONE, 'give', START)).toBe(START + SECOND / 2);
    all.leave(ALONE);
    expect(all.enter(ALONE, 'watch', START + 1)).toBe(START + 1 + SECOND / 2);
    expect(all.enter(ALONE, 'give', START + 2)).toBeNull();
    all.leave(ALONE);
    expect(all.enter(ALONE, 'watch', START + 3)).toBeNull();
  });
});
