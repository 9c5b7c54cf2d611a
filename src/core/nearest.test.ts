import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, distance, nearestNames, orList } from './nearest.ts';

const roles = ['lb-admin', 'lb-backends', 'lb-certificates', 'lb-health', 'postgres-port'];

describe('the distance of two words', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['admin', 'admni', 1],
    ['admin', 'admn', 1],
    ['admin', 'addmin', 1],
    ['admin', 'adnim', 2],
    ['kitten', 'sitting', 3],
  ])('%s and %s is %d', (a, b, far) => {
    expect(distance(a, b)).toBe(far);
    expect(distance(b, a)).toBe(far);
  });

  it('is nothing for the same word alone, and never more than the longer one', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b) === 0).toBe(a === b);
        expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('the nearest names', () => {
  it('are the closest first, and none when nothing is close', () => {
    expect(nearestNames('lb-admni', roles)[0]).toBe('lb-admin');
    expect(nearestNames('LB-ADMIN', roles)[0]).toBe('lb-admin');
    expect(nearestNames('postgres', roles)).toEqual(['postgres-port']);
    expect(nearestNames('certs', roles)).toEqual([]);
    expect(nearestNames('xyzzy', roles)).toEqual([]);
  });

  it('are not looked for in what is no name', () => {
    expect(nearestNames('', roles)).toEqual([]);
    expect(nearestNames('x'.repeat(100_000), roles)).toEqual([]);
    expect(nearestNames('a', ['x'.repeat(100_000)])).toEqual([]);
  });

  it('make a sentence', () => {
    expect(didYouMean('lb-admni', roles)).toBe(' Did you mean `lb-admin`?');
    expect(didYouMean('xyzzy', roles)).toBe('');
    expect(orList(['a', 'b', 'c'])).toBe('`a`, `b` or `c`');
  });
});
