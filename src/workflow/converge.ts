/**
 * The one job on an access: make the provider equal to what is wanted, then read it back. Granting,
 * extending, mending and revoking are all this.
 */
import { ProviderError } from '../access/provider.ts';
import { wantedOf } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import type { Observation, Verdict } from '../core/observe.ts';
import type { Settlement } from '../store/store.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Attempt, Outcome } from './effects.ts';
import { pauseFor } from './patience.ts';
import { kept, progressOf } from './progress.ts';
import type { Readings } from './readings.ts';
import { Rechecks } from './rechecks.ts';
import type { Shell } from './shell.ts';
import type { Tried } from './trial.ts';
import { attemptAt, keepsEnds } from './trial.ts';
import { isConfirmed, unreadNotice } from './unread.ts';

type Converge = Extract<Effect, { kind: 'converge' }>;

export function convergeHandler(shell: Shell, dispatcher: Dispatcher, readings: Readings) {
  const rechecks = new Rechecks();
  return async (effect: Converge, attempt: Attempt): Promise<Outcome> => {
    const stored = await shell.store.access(effect.access);
    if (stored === undefined) return { kind: 'done' };
    const access = stored.value;
    const provider = shell.providers.get(access.right.provider);
    if (provider === undefined)
      throw new ProviderError('misconfigured', `there is no provider ${access.right.provider}`);
    const aim = wantedOf(access);
    const notice = await unreadNotice(shell, access, attempt);
    const { signal, isOver } = attempt;
    const progress = progressOf(attempt);
    const tried = await attemptAt({ shell, provider, access, aim, progress, signal, isOver });
    readings.note(access.id, tried.left, shell.ledger.now());
    if (tried.left.kind === 'unreadable')
      shell.log.warn(
        { access: access.id, why: tried.left.why },
        'an access could not be read back',
      );
    const seen: Observation = {
      access: access.id,
      aim,
      found: tried.found,
      left: tried.left,
      hopeless: tried.hopeless,
      firstAbsentAt: tried.wrote ? null : (progress.firstAbsentAt ?? null),
      settle: provider.capabilities.settle,
      keepsEnds: keepsEnds(provider),
    };
    await dispatcher.observe(seen, (verdict) => {
      const work = { shell, rechecks, attempt, tried, seen, confirmed: isConfirmed(access) };
      const next = nextStep(work, verdict);
      return {
        ...notice(verdict),
        settles: { effect: attempt.effect, attempt: attempt.number, next },
      };
    });
    return { kind: 'settled' };
  };
}

interface Step {
  readonly shell: Shell;
  readonly rechecks: Rechecks;
  readonly attempt: Attempt;
  readonly tried: Tried;
  readonly seen: Observation;
  readonly confirmed: boolean;
}

function nextStep(step: Step, next: Verdict['next']): Settlement['next'] {
  const { shell, attempt, tried, seen, confirmed } = step;
  const { armed, receipt } = tried;
  const now = shell.ledger.now();
  switch (next) {
    case 'settled':
      return { kind: 'done' };
    case 'watch': {
      const dueAt = step.rechecks.next(now + shell.settings.recheck);
      return { kind: 'again', dueAt, failures: 0, progress: kept({ armed }) };
    }
    case 'reread': {
      const progress = kept({ armed, firstAbsentAt: seen.firstAbsentAt ?? now });
      return { kind: 'again', dueAt: now + seen.settle, failures: 0, progress };
    }
    case 'retry': {
      const failures = attempt.failures + 1;
      const dueAt = now + pauseFor(shell, failures, tried.wait);
      const progress = kept({ armed, receipt, ...(confirmed ? { noticed: true } : {}) });
      return { kind: 'again', dueAt, failures, progress };
    }
  }
}
