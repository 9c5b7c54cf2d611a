/**
 * The one job on an access: make the provider equal to what is wanted, then read it back. Granting,
 * extending, mending and revoking are all this.
 */
import type { Answer, Io, Provider } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Access, Wanted } from '../core/access.ts';
import { wantedOf } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import type { Observation, Seen, Verdict } from '../core/observe.ts';
import { isAsWanted } from '../core/observe.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Settlement } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Dispatcher } from './dispatch.ts';
import {
  answerFor,
  hopelessness,
  isForeign,
  isNameless,
  isTold,
  NOT_TOLD,
  seenFrom,
  waitAfter,
  wrote,
} from './heard.ts';
import { limited, pauseFor } from './patience.ts';
import type { Readings } from './readings.ts';
import { Rechecks } from './rechecks.ts';
import type { Shell } from './shell.ts';
import { isConfirmed, NOTICED, unreadNotice } from './unread.ts';

type Converge = Extract<Effect, { kind: 'converge' }>;

/** What one attempt leaves for the next: when absence was first read, if nothing was written since. */
interface Progress {
  readonly firstAbsentAt: Instant;
}

interface Tried {
  readonly found: Seen;
  readonly left: Seen;
  readonly hopeless: string | null;
  /** What the provider asked for before the next call. */
  readonly wait: Millis | null;
  readonly wrote: boolean;
}

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
    const tried = await attemptAt({ shell, provider, access, aim, signal, isOver });
    readings.note(access.id, tried.left, shell.ledger.now());
    if (tried.left.kind === 'unreadable')
      shell.log.warn(
        { access: access.id, why: tried.left.why },
        'an access could not be read back',
      );
    const firstAbsentAt = tried.wrote ? null : absentSince(attempt.progress);
    const seen: Observation = {
      access: access.id,
      aim,
      found: tried.found,
      left: tried.left,
      hopeless: tried.hopeless,
      firstAbsentAt,
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

interface Work {
  readonly shell: Shell;
  readonly provider: Provider;
  readonly access: Access;
  readonly aim: Wanted;
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
}

async function attemptAt(work: Work): Promise<Tried> {
  const { shell, access, aim } = work;
  const held = access.confirmed.kind === 'present';
  const found = await look(work);
  if (asWanted(found, aim, held, keepsEnds(work.provider)) || hasPassed(aim, shell.ledger.now()))
    return { found, left: found, hopeless: null, wait: null, wrote: false };
  // Another process may have proven it gone meanwhile: what is written now, nobody would look for.
  if (work.isOver()) throw new ProviderError('timeout', 'the attempt was held up before its write');
  const answer = await write(work, held);
  const left: Seen = isForeign(answer) ? { kind: 'foreign' } : await look(work);
  return {
    found,
    left: held || isTold(answer) || !isNameless(left) ? left : NOT_TOLD,
    hopeless: hopelessness(answer),
    wait: waitAfter(answer),
    wrote: wrote(answer),
  };
}

async function write(work: Work, held: boolean): Promise<Answer> {
  const { provider, access, aim } = work;
  const wish = { wanted: aim, aims: access.aims, held };
  try {
    return await oneCall(work, (io) => provider.converge(access.right.handle, wish, io));
  } catch (error) {
    return answerFor(error);
  }
}

/** NB. A silent node must not use up the time of the calls that come after the one that asked it. */
function oneCall<Result>(
  { shell, provider, signal }: Work,
  call: (io: Io) => Promise<Result>,
): Promise<Result> {
  const { clock, ledger } = shell;
  const timed = (own: AbortSignal) => call({ signal: own, now: ledger.now() });
  return limited(clock, provider.capabilities.callTimeout, timed, signal);
}

/** Its end has passed and nobody took it back yet: from here on nothing is opened. */
function hasPassed(aim: Wanted, now: Instant): boolean {
  return aim.kind === 'until' && aim.until <= now;
}

function keepsEnds({ capabilities }: Provider): boolean {
  return capabilities.nativeExpiry === 'enforced';
}

/**
 * Nothing has to be written. What is there before we ever read our own back may be somebody else's, and
 * only the provider can tell: then it is asked to write all the same.
 */
function asWanted(found: Seen, aim: Wanted, held: boolean, ends: boolean): boolean {
  if (aim.kind === 'nothing') return found.kind === 'absent';
  return held && isAsWanted(found, aim.until, ends);
}

function look(work: Work): Promise<Seen> {
  const { provider, access } = work;
  return oneCall(work, async (io) => {
    try {
      return seenFrom(await provider.read(access.right.handle, io));
    } catch (error) {
      if (!(error instanceof ProviderError) && !io.signal.aborted) throw error;
      return { kind: 'unreadable', why: error instanceof Error ? error.message : 'aborted' };
    }
  });
}

function absentSince(progress: Attempt['progress']): Instant | null {
  return (progress as unknown as Partial<Progress> | null)?.firstAbsentAt ?? null;
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
  const now = shell.ledger.now();
  switch (next) {
    case 'settled':
      return { kind: 'done' };
    case 'watch': {
      const dueAt = step.rechecks.next(now + shell.settings.recheck);
      return { kind: 'again', dueAt, failures: 0, progress: null };
    }
    case 'reread': {
      const progress = { firstAbsentAt: seen.firstAbsentAt ?? now };
      return { kind: 'again', dueAt: now + seen.settle, failures: 0, progress };
    }
    case 'retry': {
      const failures = attempt.failures + 1;
      const dueAt = now + pauseFor(shell, failures, tried.wait);
      return { kind: 'again', dueAt, failures, progress: confirmed ? NOTICED : null };
    }
  }
}
