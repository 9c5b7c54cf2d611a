import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../core/time.ts';
import { type Answer, type Io, ProviderError, type Wish } from '../provider.ts';
import { ask, type Desk } from './asking.ts';

const START = Date.UTC(2026, 0, 1);
const full = Object.assign(new Error('full'), { name: 'ServiceQuotaExceededException' });
const io = (now: number): Io => ({ now, signal: new AbortController().signal });
const wish = (wanted: Wish['wanted'], receipt: Wish['receipt']): Wish => ({
  ...{ wanted, receipt, aims: [START + 60 * MINUTE], held: false, note: async () => {} },
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
  const receipt = { kind: 'asked', at: START };
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

it('is noted before it is asked for, and as asked where nobody answered', async () => {
  const order: unknown[] = [];
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => {
      order.push('create');
      throw new ProviderError('timeout', 'no answer');
    },
    delete: async () => null,
    progress: async () => ({ kind: 'forgotten' }),
  };
  const until = { kind: 'until', until: START + 60 * MINUTE } as const;
  const note = async (receipt: unknown) => void order.push(receipt);
  const answer = await ask(desk, 'it', { ...wish(until, null), note }, io(START));
  expect(order).toEqual([{ kind: 'asked', at: START, polls: 0 }, 'create']);
  expect(answer).toMatchObject({ kind: 'pending', receipt: { kind: 'asked', at: START } });
});

it('is not asked for when it could not be noted', async () => {
  let asked = 0;
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => {
      asked += 1;
      return null;
    },
    delete: async () => null,
    progress: async () => ({ kind: 'forgotten' }),
  };
  const until = { kind: 'until', until: START + 60 * MINUTE } as const;
  const note = async () => {
    throw new ProviderError('timeout', 'overtaken');
  };
  const asking = ask(desk, 'it', { ...wish(until, null), note }, io(START));
  await expect(asking).rejects.toMatchObject({ code: 'timeout' });
  expect(asked).toBe(0);
});

it.each(['asked', 'wished'])(
  'what was %s long ago and never came is somebody else’s when it shows',
  async (kind) => {
    const desk: Desk<string> = {
      stands: async () => true,
      create: async () => null,
      delete: async () => null,
      progress: async () => ({ kind: 'forgotten' }),
    };
    const late = io(START + 6 * MINUTE);
    const receipt = { kind, at: START, polls: 12 };
    const foreign = { kind: 'already', owner: 'foreign' };
    const until = { kind: 'until', until: START + 60 * MINUTE } as const;
    expect(await ask(desk, 'it', wish(until, receipt), late)).toEqual(foreign);
    expect(await ask(desk, 'it', wish({ kind: 'nothing' }, receipt), late)).toEqual(foreign);
    const soon = { ...receipt, polls: 11 };
    expect(await ask(desk, 'it', wish(until, soon), late)).toMatchObject({ kind: 'done' });
  },
);

it('is still known as ours while it is done, does not show, and something else is in the way', async () => {
  const desk: Desk<string> = {
    stands: async () => false,
    create: async () => {
      throw new ProviderError('conflict', 'somebody else is at it');
    },
    delete: async () => null,
    progress: async () => ({ kind: 'succeeded' }),
  };
  const until = { kind: 'until', until: START + 60 * MINUTE } as const;
  const accepted = { kind: 'accepted', request: 'one', at: START, polls: 3 };
  const created = { ...accepted, way: 'create' };
  const late = await ask(desk, 'it', wish(until, created), io(START + MINUTE));
  expect(late).toMatchObject({ kind: 'pending', receipt: { ...created, polls: 4 } });
  // What was taken away is no claim on what somebody else is being given.
  const deleted = { ...accepted, way: 'delete' };
  const theirs = await ask(desk, 'it', wish(until, deleted), io(START + MINUTE));
  expect(theirs).toEqual({ kind: 'pending', pollAfter: 5 * SECOND });
});

it.each([
  ['was never answered', { kind: 'asked', at: START, polls: 3 }, 'forgotten'],
  [
    'was done, and did not show',
    { kind: 'accepted', way: 'create', request: 'one', at: START },
    'succeeded',
  ],
] as const)(
  'what %s is still ours when it was asked for again, and that came to nothing',
  async (_what, receipt, first) => {
    let isThere = false;
    const deleted: string[] = [];
    const desk: Desk<string> = {
      stands: async () => isThere,
      create: async () => 'two',
      delete: async (handle) => {
        deleted.push(handle);
        return null;
      },
      progress: async (_handle, _way, request) =>
        request === 'two' ? { kind: 'failed', why: 'there is one' } : { kind: first },
    };
    const until = { kind: 'until', until: START + 60 * MINUTE } as const;
    const nothing = { kind: 'nothing' } as const;
    const again = await ask(desk, 'it', wish(until, receipt), io(START + 2 * MINUTE));
    const now = io(START + 9 * MINUTE);
    const known = again.kind === 'pending' ? (again.receipt ?? null) : null;
    expect(known).toMatchObject({ kind: 'accepted', request: 'two' });
    expect(await ask(desk, 'it', wish(until, known), now)).toMatchObject({ kind: 'failed' });
    // It may show yet, and an absence that is read now proves nothing.
    const waits = await ask(desk, 'it', wish(nothing, known), now);
    expect(waits).toMatchObject({ kind: 'pending', receipt: { kind: 'asked', polls: 1 } });
    isThere = true;
    expect(await ask(desk, 'it', wish(until, known), now)).toMatchObject({ kind: 'done' });
    expect(await ask(desk, 'it', wish(nothing, known), now)).toMatchObject({ kind: 'done' });
    expect(deleted).toEqual(['it']);
  },
);

it('what came to nothing is no claim on what somebody else gave', async () => {
  const desk: Desk<string> = {
    stands: async () => true,
    create: async () => 'one',
    delete: async () => null,
    progress: async () => ({ kind: 'failed', why: 'for once' }),
  };
  const receipt = { kind: 'accepted', way: 'create', request: 'one', at: START };
  const taken = await ask(desk, 'it', wish({ kind: 'nothing' }, receipt), io(START + MINUTE));
  expect(taken).toEqual({ kind: 'already', owner: 'foreign' });
});
