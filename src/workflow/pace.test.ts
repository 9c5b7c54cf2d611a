import { expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { SECOND } from '../core/time.ts';
import { Pace } from './pace.ts';

it('lets a burst pass, and then one a second, each for itself', () => {
  const clock = new ManualClock(0);
  const pace = new Pace(clock, 3);
  expect([1, 2, 3, 4, 5].map(() => pace.take('ada'))).toEqual([0, 0, 0, SECOND, SECOND]);
  expect(pace.take('grace')).toBe(0);
  clock.advance(SECOND);
  expect([pace.take('ada'), pace.take('ada')]).toEqual([0, SECOND]);
  clock.advance(60 * SECOND);
  expect([1, 2, 3, 4].map(() => pace.take('ada'))).toEqual([0, 0, 0, SECOND]);
});

it('remembers those who came last, and not everybody', () => {
  const pace = new Pace(new ManualClock(0), 1);
  for (let nth = 0; nth < 10_001; nth += 1) pace.take(`${nth}`);
  expect(pace.take('10000')).toBe(SECOND);
  expect(pace.take('0')).toBe(0);
});
