import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../core/time.ts';
import { type Answer, type Io, ProviderError, type Wish } from '../provider.ts';
import { ask, type Desk } from './asking.ts';

const START = Date.UTC(2026, 0, 1);
const full = Object.assign(new Error('full'), { name: 'ServiceQuotaExceededException' });
const io = (now: number): Io => ({ now, signal: new AbortController().signal });
const wish = (wanted: Wish['wanted'], receipt: Wish['receipt']): Wish => ({
  ...{ wanted, receipt, aims: [START + 60 * MINUTE], held: false },
});

it('what whoever died may have asked for is not forgotten because there is no room now', async () => {
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => {
      throw full;
    },
    delete: async () => null,
    progress: async () => ({ kind: 'forgotten' }),
  };
  const receipt = { kind: 'wished', at: START };
  const later = START + 40 * SECOND;
  const taken = await ask(desk, 'it', wish({ kind: 'nothing' }, receipt), io(later));
  expect(taken.kind).toBe('pending');
  const until = { kind: 'until', until: START + 60 * MINUTE } as const;
  const given = await ask(desk, 'it', wish(until, receipt), io(later));
  expect(given.kind).toBe('pending');
});

it('what was asked for is not long ago because a clock was set ahead', async () => {
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => null,
    delete: async () => null,
    progress: async () => ({ kind: 'forgotten' }),
  };
  const nothing = { kind: 'nothing' } as const;
  const later = io(START + 10 * 60 * MINUTE);
  let receipt: Wish['receipt'] = { kind: 'asked', at: START };
  for (let polls = 0; polls < 12; polls += 1) {
    const answer: Answer = await ask(desk, 'it', wish(nothing, receipt), later);
    expect(answer).toMatchObject({ kind: 'pending', receipt: { polls: polls + 1 } });
    receipt = answer.kind === 'pending' ? (answer.receipt ?? null) : null;
  }
  expect(await ask(desk, 'it', wish(nothing, receipt), later)).toEqual({
    kind: 'already',
    owner: 'absent',
  });
});

it('what nobody answered is written down as asked', async () => {
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => {
      throw new ProviderError('timeout', 'no answer');
    },
    delete: async () => null,
    progress: async () => ({ kind: 'forgotten' }),
  };
  const until = { kind: 'until', until: START + 60 * MINUTE } as const;
  const answer = await ask(desk, 'it', wish(until, { kind: 'wished', at: START }), io(START));
  expect(answer).toMatchObject({ kind: 'pending', receipt: { kind: 'asked', at: START } });
});
