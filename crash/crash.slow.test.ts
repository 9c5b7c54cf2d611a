/** That the table shows a defect where there is one, and none where there is none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bundle } from './bundle.ts';
import { bundleChild } from './bundle.ts';
import { gaps } from './coverage.ts';
import type { Recording } from './crew.ts';
import { Crew, positionsOf } from './crew.ts';
import type { Mutant } from './mutants.ts';
import type { Position } from './positions.ts';
import { isFailed } from './report.ts';
import { SCRIPTS } from './scripts.ts';

let bundle: Bundle;
beforeAll(() => {
  bundle = bundleChild();
});
afterAll(() => bundle.remove());

async function withCrew<Found>(
  mutant: Mutant | null,
  look: (crew: Crew, recordings: readonly Recording[]) => Promise<Found>,
): Promise<Found> {
  const scripts = SCRIPTS.filter(({ name }) => name === 'again');
  const parts = { entry: bundle.entry, redisUrl: undefined, until: Number.POSITIVE_INFINITY };
  const crew = new Crew({ ...parts, mutant, hands: 2, scripts });
  try {
    const recordings = await crew.record('in-process');
    expect(recordings.flatMap(({ faults }) => faults)).toEqual([]);
    return await look(crew, recordings);
  } finally {
    await crew.close();
  }
}

/** The commits of a delivery's intake, from both sides. */
function atTheDoor(recordings: readonly Recording[]): readonly Position[] {
  const positions = recordings.flatMap((recording) => positionsOf(recording, true));
  const begin = positions.findIndex(({ point }) => point === 'intake.accept#1:before');
  const commits = positions.slice(begin).filter(({ point }) => point.startsWith('store.commit#'));
  return commits.slice(0, 2);
}

/** How many of those places show a fault. */
function failing(mutant: Mutant | null): Promise<number> {
  return withCrew(mutant, async (crew, recordings) => {
    const results = await crew.kill(recordings, atTheDoor(recordings), () => {});
    expect(results.map(({ reached }) => reached)).toEqual([true, true]);
    return results.filter(isFailed).length;
  });
}

test('shows nothing where nothing is wrong', async () => {
  expect(await failing(null)).toBe(0);
});

test('shows an acknowledgement that comes before its commit', async () => {
  expect(await failing('early-receipt')).toBeGreaterThan(0);
});

test('shows work that is written after the decision it follows from', async () => {
  expect(await failing('late-effects')).toBeGreaterThan(0);
});

test('names a method that no script calls', async () => {
  const missing = await withCrew(null, async (_, recordings) => gaps(recordings));
  expect(missing).toContain('in-process: no script calls intake.reject');
});
