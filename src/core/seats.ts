/**
 * Seats and who fills them. A requirement (`Quorum`) is so many seats for people of one group; one human
 * fills one seat. Whoever could sit in several places is moved until as many seats as possible are filled,
 * so that a quorum is reached whenever it can be.
 */
import type { Quorum, Stage } from './policy.ts';

/** Whether a person may take a seat of this requirement. */
export type MaySit<Person> = (person: Person, seat: Quorum) => boolean;

interface Filled<Person> {
  /** For each requirement, who sits there. */
  readonly seats: readonly (readonly Person[])[];
  /** How many people were looked at until all seats were taken. */
  readonly looked: number;
  readonly isFull: boolean;
}

/** Takes people in their order and stops when nobody more is needed. */
export function fill<Person>(
  stage: Stage,
  people: readonly Person[],
  maySit: MaySit<Person>,
): Filled<Person> {
  const seats = stage.map((): Person[] => []);
  const isFull = () => stage.every(({ count }, index) => seats[index]?.length === count);
  let looked = 0;
  for (const person of people) {
    if (isFull()) break;
    looked += 1;
    place(person, stage, seats, maySit, new Set());
  }
  return { seats, looked, isFull: isFull() };
}

/** Seats somebody, if need be by moving others: an augmenting path, each requirement tried once. */
function place<Person>(
  person: Person,
  stage: Stage,
  seats: Person[][],
  maySit: MaySit<Person>,
  tried: Set<number>,
): boolean {
  for (const [index, quorum] of stage.entries()) {
    const here = seats[index];
    if (here === undefined || tried.has(index) || !maySit(person, quorum)) continue;
    tried.add(index);
    const free =
      here.length < quorum.count
        ? here.length
        : here.findIndex((other) => place(other, stage, seats, maySit, tried));
    if (free === -1) continue;
    here[free] = person;
    return true;
  }
  return false;
}

/** How far approvals, in the order of their clicks, have come with the stages of one rule. */
export interface Progress {
  /** The stage that waits; as many as there are when all are full. */
  readonly stage: number;
  /** Seats that are filled, of all stages so far. */
  readonly filled: number;
  readonly total: number;
  /** What the stage that waits still needs. */
  readonly missing: Stage;
}

/**
 * A stage begins when the one before it is full: whoever clicked before that counts for the earlier one.
 * NB. Each stage takes as few of the clicks as it can, which leaves the most for those after it.
 */
export function progress<Person>(
  stages: readonly Stage[],
  people: readonly Person[],
  maySit: MaySit<Person>,
): Progress {
  const total = seatsIn(stages.flat());
  let [rest, filled] = [people, 0];
  for (const [index, stage] of stages.entries()) {
    const { seats, looked, isFull } = fill(stage, rest, maySit);
    filled += seats.flat().length;
    if (!isFull) return { stage: index, filled, total, missing: emptyIn(stage, seats) };
    rest = rest.slice(looked);
  }
  return { stage: stages.length, filled, total, missing: [] };
}

export function seatsIn(stage: Stage): number {
  return stage.reduce((sum, { count }) => sum + count, 0);
}

function emptyIn(stage: Stage, seats: readonly (readonly unknown[])[]): Stage {
  return stage
    .map(({ count, of }, index) => ({ count: count - (seats[index]?.length ?? 0), of }))
    .filter(({ count }) => count > 0);
}
