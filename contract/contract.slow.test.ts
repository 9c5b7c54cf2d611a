/** Every provider in every scenario: no gap that is not explained, and the page says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../test/support/process.ts';
import { PLACES } from './places/index.ts';
import { type Outcome, play } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { reasons, table } from './table.ts';

it('keeps its promises with every provider, as docs/providers.md shows', async () => {
  const results = new Map<string, Map<number, Outcome>>();
  for (const place of PLACES) {
    const outcomes = new Map<number, Outcome>();
    results.set(place.name, outcomes);
    for (const scenario of SCENARIOS) outcomes.set(scenario.number, await play(place, scenario));
  }
  const shown = [table(results, SCENARIOS), '', ...reasons(results)].join('\n');
  expect(shown).not.toContain('✗');
  expect(readFileSync(join(packageRoot, 'docs', 'providers.md'), 'utf8')).toContain(shown);
});
