/** That the table shows a defect where there is one, and none where there is none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from './bundle.ts';
import { bundleChild } from './bundle.ts';
import { gaps } from './coverage.ts';
import { Crew, positionsOf } from './crew.ts';
import type { Mutant } from './mutants.ts';
import { kindOf } from './positions.ts';
import { isFailed } from './report.ts';
import { SCRIPTS } from './scripts.ts';

let bundle: Bundle;
beforeAll(() => {
  bundle = bundleChild();
});
afterAll(() => bundle.remove());

const again = SCRIPTS.filter(({ name }) => name === 'again');

/** The kinds of points at which the script fails, of those that are looked at. */
async function failing(mutant: Mutant | null, at: readonly string[]): Promise<readonly string[]> {
  const parts = { entry: bundle.entry, redisUrl: undefined, mutant, hands: 2 };
  const crew = new Crew({ ...parts, scripts: again });
  try {
    const recordings = await crew.record('in-process');
    expect(recordings.flatMap(({ faults }) => faults)).toEqual([]);
    const all = recordings.flatMap((recording) => positionsOf(recording, true));
    const positions = at.flatMap((point) => all.find((one) => one.point === point) ?? []);
    expect(positions).toHaveLength(at.length);
    const results = await crew.kill(recordings, positions, () => {});
    return results.filter(isFailed).map(({ position }) => kindOf(position));
  } finally {
    await crew.close();
  }
}

describe('the table', () => {
  const POINTS = ['intake.accept#1:before', 'store.commit#4:before', 'store.commit#6:after'];

  test('shows nothing where nothing is wrong', async () => {
    expect(await failing(null, POINTS)).toEqual([]);
  });

  test('shows an acknowledgement that comes before its commit', async () => {
    expect(await failing('early-receipt', POINTS)).toContain('store.commit:before');
  });
});

test('a method that no script calls is named', async () => {
  const crew = new Crew({
    ...{ entry: bundle.entry, redisUrl: undefined, mutant: null, hands: 1 },
    scripts: again,
  });
  const recordings = await crew.record('in-process');
  await crew.close();
  expect(gaps(recordings)).toContain('in-process: no script calls chat.groupMembers');
});
