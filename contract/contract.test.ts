/** The suite itself: that it passes where it should, and fails where a provider is broken on purpose. */
import { describe, expect, it } from 'vitest';
import type { Provider } from '../src/access/provider.ts';
import type { PlaceKind } from './place.ts';
import { MEMORY } from './places/memory.ts';
import { play } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { asJson, reasons, table } from './table.ts';

/** Deaths and floods take long: they are played with all the others in contract.slow.test.ts. */
const LONG = [2, 3, 15];
const QUICK = SCENARIOS.filter(({ number }) => !LONG.includes(number));

function broken(change: (provider: Provider) => Provider): PlaceKind {
  return {
    ...MEMORY,
    async open(stage) {
      const place = await MEMORY.open(stage);
      return { ...place, around: (provider) => change(place.around(provider)) };
    },
  };
}

async function failing(kind: PlaceKind, number: number): Promise<string> {
  const scenario = SCENARIOS.find((one) => one.number === number);
  if (scenario === undefined) throw new Error(`no scenario ${number}`);
  const outcome = await play(kind, scenario);
  return outcome.kind === 'failed' ? outcome.why : outcome.kind;
}

describe('the thirty scenarios', () => {
  it('are thirty', () => {
    expect(SCENARIOS.map(({ number }) => number)).toEqual(
      Array.from({ length: 30 }, (_, nth) => nth + 1),
    );
  });

  it.each(QUICK)('$number: $name', { timeout: 60_000 }, async (scenario) => {
    const outcome = await play(MEMORY, scenario);
    expect(outcome.kind === 'failed' ? outcome.why : '').toBe('');
  });
});

describe('a provider that is broken is found', { timeout: 30_000 }, () => {
  it('that takes what it may not see for absent', async () => {
    const kind = broken((provider) => ({
      ...provider,
      read: (handle, io) =>
        provider.read(handle, io).catch(() => ({ kind: 'absent', evidence: 'not seen' })),
    }));
    expect(await failing(kind, 26)).toContain('it is revoking');
  });

  it('that takes what somebody else gave', async () => {
    const kind = broken((provider) => ({
      ...provider,
      async converge(handle, wish, io) {
        const answer = await provider.converge(handle, wish, io);
        return answer.kind === 'already' && answer.owner === 'foreign' ? { kind: 'done' } : answer;
      },
    }));
    expect(await failing(kind, 10)).not.toBe('passed');
  });

  it('that says it is done and does nothing', async () => {
    const kind = broken((provider) => ({ ...provider, converge: async () => ({ kind: 'done' }) }));
    expect(await failing(kind, 1)).toContain('it is active');
  });

  it('that does not keep to what it is told about when to come again', async () => {
    const kind = broken((provider) => ({
      ...provider,
      async converge(handle, wish, io) {
        const answer = await provider.converge(handle, wish, io).catch(() => undefined);
        return answer ?? { kind: 'throttled', retryAfter: null };
      },
    }));
    expect(await failing(kind, 16)).toContain('it is not asked before it said');
  });

  it('that shows a part for the whole', async () => {
    const kind = broken((provider) => ({
      ...provider,
      list: (...asked) => provider.list(...asked).catch(() => []),
    }));
    expect(await failing(kind, 28)).toContain('a part of a list is an error');
  });
});

describe('the table', () => {
  const results = new Map([
    [
      'lab',
      new Map([
        [1, { kind: 'passed' } as const],
        [2, { kind: 'failed', why: 'it is not so' } as const],
        [14, { kind: 'unfit', why: 'It has none.' } as const],
      ]),
    ],
  ]);

  it('shows each scenario, and why one did not pass', () => {
    const some = SCENARIOS.filter(({ number }) => [1, 2, 14].includes(number));
    expect(table(results, some)).toContain('given, read back, taken, read back | ✓ |');
    expect(reasons(results)).toEqual(['- lab 2: it is not so', '- lab 14: It has none.']);
  });

  it('is counted for machines', () => {
    expect(JSON.parse(asJson(results))).toEqual({
      lab: { passed: 1, failed: 1, notApplicable: [14] },
    });
  });
});
