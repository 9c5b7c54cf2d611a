/** Running effects, on a store that answers within the same turn. */
import { expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { SECOND } from '../core/time.ts';
import type { Runner } from '../jobs/runner.ts';
import { silentLog } from '../log.ts';
import { effect, NOON } from '../store/contract-examples.ts';
import { openMemory } from '../store/memory.ts';
import type { Attempt, Handlers, Outcome } from './attempt.ts';
import { Effects } from './effects.ts';
import type { Shell } from './shell.ts';
import { createLedger } from './shell.ts';

const runner: Runner = {
  start: async () => {},
  ring: () => {},
  stop: async () => {},
  healthy: async () => true,
};

function shell(): Shell {
  const [store, clock] = [openMemory(), new ManualClock(NOON)];
  const delays = { sweep: SECOND, recheck: SECOND, revokeAlarm: SECOND, giveUp: SECOND };
  return {
    ...{ store, clock, runner, log: silentLog, ledger: createLedger(store, clock, runner, 0) },
    ...{
      platforms: new Map(),
      rosters: new Map(),
      providers: new Map(),
      random: () => new Uint8Array(1),
    },
    settings: { ...delays, retryMax: SECOND, chatTimeout: SECOND },
    seal: () => '',
    policy: () => {
      throw new Error('nobody asks for it here');
    },
  };
}

/** The same for effects of each kind. */
function handledBy(handle: (attempt: Attempt) => Promise<Outcome>): Handlers {
  return new Proxy({} as Handlers, {
    get: () => (_: unknown, attempt: Attempt) => handle(attempt),
  });
}

it('an attempt that falls due with the end of the one before it is the very next one', async () => {
  const around = shell();
  const numbers: number[] = [];
  const effects = new Effects(
    around,
    handledBy(async ({ number }) => {
      numbers.push(number);
      return number < 4 ? { kind: 'again', at: NOON } : { kind: 'done' };
    }),
  );
  around.ledger.employ(effects);
  await around.ledger.ringUntil(NOON);
  await around.ledger.commit({ expecting: [], effects: [effect('notice/a', { dueAt: NOON })] });
  for (let left = 20; left > 0; left -= 1) await new Promise((turn) => setImmediate(turn));
  await effects.idle();
  expect(numbers).toEqual([1, 2, 3, 4]);
});

it('what a handler makes of calls that were given up is its outcome, and nobody waits for it much longer', async () => {
  const around = shell();
  const outcomes: string[] = [];
  const attempts = [
    ({ signal }: Attempt) =>
      new Promise<Outcome>((resolve) => {
        const say = () => setImmediate(() => resolve({ kind: 'again', at: NOON }));
        signal.addEventListener('abort', say, { once: true });
      }),
    () => new Promise<Outcome>(() => {}),
    async (): Promise<Outcome> => ({ kind: 'done' }),
  ];
  const effects = new Effects(
    around,
    handledBy((attempt) => {
      outcomes.push(`${attempt.number} after ${attempt.failures}`);
      return attempts[attempt.number - 1]?.(attempt) ?? Promise.reject(new Error('too many'));
    }),
  );
  around.ledger.employ(effects);
  await around.ledger.ringUntil(NOON);
  await around.ledger.commit({ expecting: [], effects: [effect('notice/a', { dueAt: NOON })] });
  const clock = around.clock as ManualClock;
  for (let second = 0; second < 10; second += 1) {
    for (let left = 5; left > 0; left -= 1) await new Promise((turn) => setImmediate(turn));
    clock.advance(SECOND);
    await effects.sweep(0);
  }
  await effects.idle();
  expect(outcomes).toEqual(['1 after 0', '2 after 0', '3 after 1']);
});
