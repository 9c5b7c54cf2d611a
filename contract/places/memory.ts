/** The gate in memory: there is no wire, so troubles stand between the program and its provider. */
import type { MemoryGate } from '../../src/access/memory/gate.ts';
import type { Answer, Io, Provider } from '../../src/access/provider.ts';
import { ProviderError } from '../../src/access/provider.ts';
import { HOUR, type Millis } from '../../src/core/time.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import { type How, type Trouble, Troubles, type What } from '../troubles.ts';

const ANYWAY = ['cut before', 'cut after', 'silent before', 'silent after', 'forbidden'] as const;
const READ: readonly How[] = ANYWAY;
const WRITE: readonly How[] = [...ANYWAY, 'throttled', 'full', 'busy'];

export const MEMORY: PlaceKind = {
  name: 'memory',
  type: 'memory',
  open: async (stage) => open(stage),
};

export const MEMORY_WITH_TIMER: PlaceKind = {
  name: 'memory with a timer',
  type: 'memory',
  stage: { nativeExpiry: 'timer' },
  open: async (stage) => open(stage),
};

interface Ground {
  readonly gate: MemoryGate;
  readonly clock: { now(): number };
}

function open({ gate, clock }: Ground): Place {
  const troubles = new Troubles(() => clock.now());
  const key = (nth: number) => `edge for 192.0.2.${nth}`;
  return {
    connection: {},
    target: { resource: 'edge', key: 'from' },
    inputs: { from: { type: 'text', label: 'from where', pattern: '.*', example: '192.0.2.1' } },
    asked: (nth) => `from=192.0.2.${nth}`,
    knowsOurs: 'by name',
    hostile: ['from=é', `from=${'x'.repeat(201)}`, 'from="a b"'],
    troubles,
    can: { read: READ, write: WRITE },
    endsBy: gate.nativeExpiry === 'timer' ? 'timer' : 'target',
    secrets: [],
    around: (provider) => troubled(provider, troubles),
    things: () =>
      [...gate.entries].map(
        ([name, entry]): Thing => ({
          text: `${name} ${entry.until}`,
          by: entry.byHand ? 'hand' : 'bot',
        }),
      ),
    opens: (nth) => gate.opens(key(nth)),
    put: (nth) => gate.putByHand(key(nth), null),
    ...(gate.nativeExpiry === 'timer' ? {} : { edit: edit(gate, key, () => clock.now()) }),
    take: (nth) => {
      gate.entries.delete(key(nth));
    },
    stop: async () => {},
  };
}

/** Where the gate does not look at ends, a changed one changes nothing. */
function edit(gate: MemoryGate, key: (nth: number) => string, now: () => number) {
  return (nth: number) => {
    const entry = gate.entries.get(key(nth));
    if (entry !== undefined) gate.entries.set(key(nth), { ...entry, until: now() + 7 * HOUR });
  };
}

function troubled(provider: Provider, troubles: Troubles): Provider {
  const call = async <T>(what: What, io: Io, work: () => Promise<T>): Promise<T> => {
    const trouble = troubles.next(what);
    if (trouble === undefined) return work();
    const { how } = trouble;
    if (how === 'cut after' || how === 'silent after') await work();
    if (how.startsWith('silent')) await over(io, troubles);
    throw fault(trouble);
  };
  const answer = (io: Io, work: () => Promise<Answer>): Promise<Answer> =>
    call('write', io, work).catch((error: unknown) => {
      if (error instanceof Told) return error.answer;
      throw error;
    });
  const { arm } = provider;
  return {
    ...provider,
    plan: (ask, io) => provider.plan(ask, io),
    converge: (handle, wish, io) => answer(io, () => provider.converge(handle, wish, io)),
    read: (handle, io) => call('read', io, () => provider.read(handle, io)),
    list: (spec, io, seal) => call('read', io, () => provider.list(spec, io, seal)),
    ...(arm === undefined ? {} : { arm }),
  };
}

class Told extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.kind);
    this.answer = answer;
  }
}

function fault({ how, retryAfter }: Trouble): Error {
  switch (how) {
    case 'forbidden':
      return new ProviderError('permission-denied', 'this is not for you');
    case 'throttled':
      return new ProviderError('rate-limited', 'too many', asked(retryAfter));
    case 'full':
      return new Told({ kind: 'failed', class: 'quota', why: 'There is no room left.' });
    case 'busy':
      return new Told({ kind: 'conflict', why: 'Somebody else is at work here.' });
    default:
      return new ProviderError('timeout', 'there was no answer');
  }
}

function asked(retryAfter: Millis | null): { readonly retryAfter?: Millis } {
  return retryAfter === null ? {} : { retryAfter };
}

function over({ signal }: Io, troubles: Troubles): Promise<void> {
  troubles.held += 1;
  return new Promise((resolve) => {
    const release = () => {
      troubles.held -= 1;
      resolve();
    };
    if (signal.aborted) release();
    else signal.addEventListener('abort', release, { once: true });
  });
}
