/** Every provider in every scenario: no gap that is not explained, and the page says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../test/support/process.ts';
import { PLACES } from './places/index.ts';
import { type Outcome, play } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { reasons, table } from './table.ts';

describe('the contract of providers', () => {
  const results = new Map<string, Map<number, Outcome>>();

  it.each(PLACES)('is kept by $name', async (place) => {
    const outcomes = new Map<number, Outcome>();
    results.set(place.name, outcomes);
    for (const scenario of SCENARIOS) outcomes.set(scenario.number, await play(place, scenario));
    const broken = [...outcomes].filter(([, { kind }]) => kind === 'failed');
    expect(broken).toEqual([]);
  });

  it('is as docs/providers.md shows', () => {
    const shown = [table(results, SCENARIOS), '', ...reasons(results)].join('\n');
    expect(readFileSync(join(packageRoot, 'docs', 'providers.md'), 'utf8')).toContain(shown);
  });
});
