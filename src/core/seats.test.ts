/** The quick way of seating people against the slow one, which tries everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stage } from './policy.ts';
import { fill, progress, seatsIn } from './seats.ts';

/** Somebody is the groups that they are in. */
type Someone = readonly string[];

const group = fc.constantFrom('a', 'b', 'c');
const stage = fc.array(fc.record({ count: fc.integer({ min: 1, max: 2 }), of: group }), {
  minLength: 1,
  maxLength: 3,
});
const stages = fc.array(stage, { minLength: 1, maxLength: 3 });
const people = fc.array(fc.uniqueArray(group, { maxLength: 3 }), { maxLength: 7 });
const maySit = (person: Someone, { of }: { readonly of: string }) => person.includes(of);

/** The most seats that can be filled, by trying each person in each seat and in none. */
function most(seats: readonly string[], [person, ...rest]: readonly Someone[]): number {
  if (person === undefined) return 0;
  const sits = seats.map((of, index) =>
    person.includes(of) ? 1 + most(seats.toSpliced(index, 1), rest) : 0,
  );
  return Math.max(most(seats, rest), ...sits);
}

/** Each person takes a seat of the stage that is open, or none. */
function isReachable(all: readonly (readonly string[])[], crowd: readonly Someone[]): boolean {
  const [seats, ...later] = all;
  if (seats === undefined) return true;
  if (seats.length === 0) return isReachable(later, crowd);
  const [person, ...rest] = crowd;
  if (person === undefined) return false;
  return (
    isReachable(all, rest) ||
    seats.some(
      (of, index) =>
        person.includes(of) && isReachable([seats.toSpliced(index, 1), ...later], rest),
    )
  );
}

const seatsOf = (one: Stage) => one.flatMap(({ count, of }) => Array<string>(count).fill(of));

describe('seats', () => {
  it('are filled as far as they can be, each by one person who may sit there', () => {
    fc.assert(
      fc.property(stage, people, (one, crowd) => {
        const { seats, isFull } = fill(one, crowd, maySit);
        expect(seats.flat().length).toBe(most(seatsOf(one), crowd));
        expect(isFull).toBe(seats.flat().length === seatsIn(one));
        expect(new Set(seats.flat()).size).toBe(seats.flat().length);
        for (const [index, quorum] of one.entries())
          for (const person of seats[index] ?? []) expect(maySit(person, quorum)).toBe(true);
      }),
    );
  });

  it('of all stages are filled exactly when there is a way to fill them in order', () => {
    fc.assert(
      fc.property(stages, people, (all, crowd) => {
        const { filled, total } = progress(all, crowd, maySit);
        expect(filled === total).toBe(isReachable(all.map(seatsOf), crowd));
      }),
      { numRuns: 300 },
    );
  });

  it('are never fewer with one person more', () => {
    fc.assert(
      fc.property(stages, people, fc.uniqueArray(group), (all, crowd, another) => {
        const before = progress(all, crowd, maySit);
        const after = progress(all, [...crowd, another], maySit);
        expect(after.filled).toBeGreaterThanOrEqual(before.filled);
        expect(after.filled).toBeLessThanOrEqual(before.filled + 1);
        expect(seatsIn(after.missing)).toBeLessThanOrEqual(total(all));
      }),
    );
  });
});

function total(all: readonly Stage[]): number {
  return seatsIn(all.flat());
}
