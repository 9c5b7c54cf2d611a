import { describe, expect, it } from 'vitest';
import { added, missing, nothingYet } from './census.ts';
import { shortest } from './shortest.ts';
import { ASKS, live } from './world.ts';

const lived = new Map<string, ReturnType<typeof live>>();
/** Each is lived once, because it takes seconds. */
const world = (seed: string) => {
  const known = lived.get(seed) ?? live({ seed });
  lived.set(seed, known);
  return known;
};

describe('a simulated world', { timeout: 60_000 }, () => {
  it('has one history for one seed, to the byte', async () => {
    const [one, same] = [await world('a'), await live({ seed: 'a', tell: true })];
    expect(same.digest).toBe(one.digest);
    expect(same.steps).toBe(one.steps);
    expect(one.lives).toBeGreaterThan(ASKS / 4);
  });

  it('has another history for another seed', async () => {
    const [one, other] = [await world('a'), await world('b')];
    expect(other.digest).not.toBe(one.digest);
  });

  it('keeps every promise', async () => {
    const fates = await Promise.all(['a', 'b', 'c'].map(world));
    expect(fates.map(({ violation }) => violation)).toEqual([undefined, undefined, undefined]);
  });

  it('lives those requests alone that are asked for', async () => {
    const { lives } = await live({ seed: 'a', only: new Set([3, 4]) });
    expect(lives).toBeLessThanOrEqual(2);
  });

  it('is no failure to be shortened where nothing fails', async () => {
    await expect(shortest({ seed: 'c' }, ASKS)).rejects.toThrow('keeps every promise');
  });
});

describe('the census', { timeout: 60_000 }, () => {
  it('names what never came', async () => {
    const { tables } = await world('a');
    const sum = added(added(nothingYet(), tables), tables);
    expect(missing(nothingYet())).toContain('effect converge');
    expect(missing(sum)).not.toContain('effect converge');
    expect(sum.effect.converge).toBe(2 * tables.effect.converge);
  });
});
