import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../test/support/process.ts';
import { MUTANTS } from './mutants.ts';

describe('the list of mutants', () => {
  it('names each one once', () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(15);
  });

  it.each(MUTANTS)('finds the place of: $name', ({ file, from, to }) => {
    const text = readFileSync(join(packageRoot, file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });
});
