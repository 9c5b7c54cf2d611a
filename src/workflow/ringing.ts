/** A deadline that fell due is dispatched as the command that it is. */
import type { Effect } from '../core/effect.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Outcome as Decided, Dispatcher } from './dispatch.ts';
import { pauseFor } from './patience.ts';
import type { Shell } from './shell.ts';

export function timerHandler(shell: Shell, dispatcher: Dispatcher) {
  return async (
    { command }: Extract<Effect, { kind: 'timer' }>,
    { effect, number: attempt, failures }: Attempt,
  ): Promise<Outcome> => {
    const next = (outcome: Decided) =>
      command.kind === 'begin' && outcome.kind === 'refused' && isForNow(outcome)
        ? again(shell, failures + 1)
        : ({ kind: 'done' } as const);
    await dispatcher.dispatch(command, (outcome) => {
      return { settles: { effect, attempt, next: next(outcome) } };
    });
    return { kind: 'settled' };
  };
}

/** Whatever stands against it at its start may be over before all of its time is. */
function isForNow({ refusal }: Extract<Decided, { kind: 'refused' }>): boolean {
  return refusal.code !== 'unknown-request';
}

function again(shell: Shell, failures: number) {
  const dueAt = shell.ledger.now() + pauseFor(shell, failures, null);
  return { kind: 'again', dueAt, failures, progress: null } as const;
}
