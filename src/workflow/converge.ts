/**
 * The one job on an access: make the provider equal to what is wanted, then read it back. Granting,
 * extending, mending and revoking are all this.
 */
import type { Way } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Access, Wanted } from '../core/access.ts';
import { isProvenGone, wantedOf } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import type { Observation, Verdict } from '../core/observe.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { Settlement } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Dispatcher } from './dispatch.ts';
import { isLeft, timerNotice } from './left-timer.ts';
import { merged } from './merged.ts';
import { pauseFor, pollFor } from './patience.ts';
import type { Progress } from './progress.ts';
import { kept, progressOf, stood } from './progress.ts';
import type { Readings } from './readings.ts';
import { Rechecks } from './rechecks.ts';
import type { Shell } from './shell.ts';
import type { Errand, Traffic } from './traffic.ts';
import { leftAloneFor } from './traffic.ts';
import type { Tried, Work } from './trial.ts';
import { attemptAt, isAtIt, keepsEnds } from './trial.ts';
import { isConfirmed, unreadNotice } from './unread.ts';

type Converge = Extract<Effect, { kind: 'converge' }>;

export function convergeHandler(
  shell: Shell,
  dispatcher: Dispatcher,
  readings: Readings,
  traffic: Traffic,
) {
  const rechecks = new Rechecks();
  return async (effect: Converge, attempt: Attempt): Promise<Outcome> => {
    const stored = await shell.store.access(effect.access);
    if (stored === undefined) return { kind: 'done' };
    const access = stored.value;
    const provider = shell.providers.get(access.right.provider);
    if (provider === undefined)
      throw new ProviderError('misconfigured', `there is no provider ${access.right.provider}`);
    const aim = wantedOf(access);
    const { signal, isOver, aftermath } = attempt;
    const progress = progressOf(attempt);
    const [notice, notifyOfTimer] = await Promise.all([
      unreadNotice(shell, access, attempt),
      timerNotice(shell, provider, access, progress),
    ]);
    const way = provider.way?.(access.right.handle);
    const errand = errandFor(aim, progress);
    const notBefore = await turn(shell, traffic, way, errand);
    if (notBefore !== null)
      return { kind: 'again', at: notBefore, progress: attempt.progress, failures: 'kept' };
    const heard = { throttled: false, wait: null };
    const noted = noting(shell, attempt);
    const work = {
      shell,
      provider,
      access,
      aim,
      progress,
      aftermath,
      note: noted,
      signal,
      isOver,
      heard,
    };
    const tried = await attemptAt(work).finally(() => way && traffic.leave(way));
    if (way !== undefined) learn(traffic, way, { tried, heard }, shell.ledger.now());
    note(shell, readings, access, tried);
    const seen: Observation = {
      access: access.id,
      aim,
      found: tried.found,
      left: tried.left,
      wrote: tried.wrote,
      setAgain: tried.done && stood(progress),
      hopeless: tried.hopeless,
      firstAbsentAt: tried.wrote ? null : (progress.firstAbsentAt ?? null),
      settle: provider.capabilities.settle,
      mayCome: isAtIt(tried.aftermath),
      keepsEnds: keepsEnds(provider),
    };
    const observed = dispatcher.observe(seen, (verdict) => {
      // NB. Whoever cannot read what stands there, once all of ours is gone, has taken no timer away by that.
      const isGone = verdict === 'settled' || (verdict === 'retry' && isProvenGone(access));
      const timerLeft = isGone && isLeft(provider, tried.armed, shell.ledger.now());
      const wait = leftAloneFor(errand, tried.wait);
      const confirmed = isConfirmed(access);
      const stands = stood(progress) && (tried.found.kind === 'unreadable' || tried.accepted);
      const step = { shell, rechecks, attempt, tried, wait, seen, confirmed, stands, timerLeft };
      const next = nextStep(step, verdict);
      const settles = { effect: attempt.effect, attempt: attempt.number, next };
      return { ...merged(notice(verdict), notifyOfTimer(timerLeft)), settles };
    });
    return observed.then(() => SETTLED, unsaid(shell, access, attempt, tried));
  };
}

const SETTLED: Outcome = { kind: 'settled' };

function noting({ ledger }: Shell, { effect, number }: Attempt): Work['note'] {
  return async (aftermath) => {
    const settles = { effect, attempt: number, next: { kind: 'noted', aftermath } } as const;
    const { kind } = await ledger.commit({ expecting: [], settles });
    return kind === 'committed';
  };
}

/** What was seen could not be written down: what may still come of the write is waited for all the same. */
function unsaid(shell: Shell, { id }: Access, { failures }: Attempt, { aftermath, noted }: Tried) {
  return (error: unknown): Outcome => {
    if (aftermath === null && !noted) throw error;
    shell.log.warn({ err: error, access: id }, 'an effect failed and is tried again');
    const at = shell.ledger.now() + pauseFor(shell, failures + 1, null);
    return { kind: 'again', at: Math.max(at, aftermath?.until ?? at), aftermath, failures: 'kept' };
  };
}

function note({ log, ledger }: Shell, readings: Readings, { id }: Access, { left }: Tried): void {
  readings.note(id, left, ledger.now());
  if (left.kind === 'unreadable')
    log.warn({ access: id, why: left.why }, 'an access could not be read back');
}

/** What was read back as it should be, and for which nothing else became wanted since, can wait. */
function errandFor(aim: Wanted, { watched }: Progress): Errand {
  if (aim.kind === 'nothing') return 'take';
  return watched ? 'watch' : 'give';
}

/** NB. While all is frozen nothing is given: the freeze will have dropped each lease in a moment. */
async function turn(
  { ledger, store }: Shell,
  traffic: Traffic,
  way: Way | undefined,
  errand: Errand,
): Promise<Instant | null> {
  const isFrozen = errand !== 'take' && (await store.standstill()) !== null;
  const now = ledger.now();
  if (isFrozen) return now + SECOND;
  return way === undefined ? null : traffic.enter(way, errand, now);
}

interface Lesson {
  readonly tried: Tried;
  readonly heard: Work['heard'];
}

function learn(traffic: Traffic, way: Way, { tried, heard }: Lesson, now: Instant): void {
  if (tried.throttled || heard.throttled) traffic.throttled(way, tried.wait ?? heard.wait, now);
  else if (tried.left.kind !== 'unreadable') traffic.went(way);
}

interface Step {
  readonly shell: Shell;
  readonly rechecks: Rechecks;
  readonly attempt: Attempt;
  readonly tried: Tried;
  /** How much of what was asked for is waited. */
  readonly wait: Millis | null;
  readonly seen: Observation;
  readonly confirmed: boolean;
  /** It was as wanted when it was last read, but for what is being set again since. */
  readonly stands: boolean;
  readonly timerLeft: boolean;
}

function nextStep(step: Step, next: Verdict['next']): Settlement['next'] {
  const { shell, attempt, tried, wait, seen, timerLeft } = step;
  const { armed, aftermath } = tried;
  const now = shell.ledger.now();
  const failures = attempt.failures + 1;
  switch (next) {
    case 'settled': {
      if (!timerLeft) return { kind: 'done' };
      const progress = kept({ armed, noticed: true });
      const dueAt = now + pauseFor(shell, failures, wait);
      return { kind: 'again', dueAt, failures, progress, aftermath: null };
    }
    case 'watch': {
      const dueAt = step.rechecks.next(now + shell.settings.recheck);
      const progress = kept({ armed, watched: true });
      return { kind: 'again', dueAt, failures: 0, progress, aftermath: null };
    }
    case 'reread': {
      const progress = kept({ armed, firstAbsentAt: seen.firstAbsentAt ?? now });
      return { kind: 'again', dueAt: now + seen.settle, failures: 0, progress, aftermath };
    }
    case 'retry': {
      const pause = tried.accepted ? pollFor : pauseFor;
      const dueAt = now + pause(shell, failures, wait);
      const noticed = step.confirmed || timerLeft ? true : undefined;
      const progress = kept({ armed, noticed, stood: step.stands ? true : undefined });
      return { kind: 'again', dueAt, failures, progress, aftermath };
    }
  }
}
