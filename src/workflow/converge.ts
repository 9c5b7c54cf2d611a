/**
 * The one job on an access: make the provider equal to what is wanted, then read it back. Granting,
 * extending, mending and revoking are all this.
 */
import type { Answer, Io, Provider, Reading } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Access, Wanted } from '../core/access.ts';
import { wantedOf } from '../core/access.ts';
import type { Effect } from '../core/effect.ts';
import type { Observation, Seen, Verdict } from '../core/observe.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Settlement } from '../store/store.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Attempt, Outcome } from './effects.ts';
import { pauseFor } from './effects.ts';
import type { Readings } from './readings.ts';
import type { Shell } from './shell.ts';

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
  return async (effect: Converge, attempt: Attempt): Promise<Outcome> => {
    const stored = await shell.store.access(effect.access);
    if (stored === undefined) return { kind: 'done' };
    const access = stored.value;
    const provider = shell.providers.get(access.right.provider);
    if (provider === undefined)
      throw new ProviderError('misconfigured', `there is no provider ${access.right.provider}`);
    const aim = wantedOf(access);
    const io = { signal: attempt.signal, now: shell.ledger.now() };
    const tried = await attemptAt(provider, access, aim, io);
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
    };
    await dispatcher.observe(seen, (next) => ({
      effect: attempt.effect,
      attempt: attempt.number,
      next: nextStep(shell, next, attempt, tried, seen),
    }));
    return { kind: 'settled' };
  };
}

async function attemptAt(provider: Provider, access: Access, aim: Wanted, io: Io): Promise<Tried> {
  const { handle } = access.right;
  const held = access.confirmed.kind === 'present';
  const found = await look(provider, access, io);
  if (asWanted(found, aim, held) || isOver(aim, io))
    return { found, left: found, hopeless: null, wait: null, wrote: false };
  const answer = await write(provider, access, aim, io);
  const left: Seen = isForeign(answer) ? { kind: 'foreign' } : await look(provider, access, io);
  return {
    found,
    left,
    hopeless: hopelessness(answer),
    wait: waitAfter(answer),
    wrote: wrote(answer),
  };

  async function write(to: Provider, of: Access, wanted: Wanted, with_: Io): Promise<Answer> {
    try {
      return await to.converge(handle, { wanted, aims: of.aims, held }, oneCall(to, with_));
    } catch (error) {
      return answerFor(error);
    }
  }
}

/** NB. A silent node must not use up the time of the calls that come after the one that asked it. */
function oneCall(provider: Provider, io: Io): Io {
  const limit = AbortSignal.timeout(provider.capabilities.callTimeout);
  return { ...io, signal: AbortSignal.any([io.signal, limit]) };
}

/** Its end has passed and nobody took it back yet: from here on nothing is opened. */
function isOver(aim: Wanted, io: Io): boolean {
  return aim.kind === 'until' && aim.until <= io.now;
}

/**
 * Nothing has to be written. What is there before we ever read our own back may be somebody else's, and
 * only the provider can tell: then it is asked to write all the same.
 */
function asWanted(found: Seen, aim: Wanted, held: boolean): boolean {
  if (aim.kind === 'nothing') return found.kind === 'absent';
  if (!held || found.kind !== 'present') return false;
  return found.until === null || found.until === aim.until;
}

async function look(provider: Provider, access: Access, io: Io): Promise<Seen> {
  const call = oneCall(provider, io);
  try {
    return seenFrom(await provider.read(access.right.handle, call));
  } catch (error) {
    if (!(error instanceof ProviderError) && !call.signal.aborted) throw error;
    return { kind: 'unreadable', why: error instanceof Error ? error.message : 'aborted' };
  }
}

function seenFrom(reading: Reading): Seen {
  switch (reading.kind) {
    case 'present':
      return { kind: 'present', until: reading.until };
    case 'absent':
      return { kind: 'absent' };
    case 'partial':
      return { kind: 'partial', why: reading.evidence };
    case 'unreadable':
      return { kind: 'unreadable', why: reading.why };
  }
}

/** A write that threw may have happened: the reading decides. */
function answerFor(error: unknown): Answer {
  if (!(error instanceof ProviderError))
    return { kind: 'unknown', why: error instanceof Error ? error.message : 'thrown' };
  switch (error.code) {
    case 'rate-limited':
      return { kind: 'throttled', retryAfter: error.retryAfter };
    case 'permission-denied':
      return { kind: 'failed', class: 'auth', why: error.message };
    case 'misconfigured':
      return { kind: 'failed', class: 'config', why: error.message };
    default:
      return { kind: 'unknown', why: error.message };
  }
}

function isForeign(answer: Answer): boolean {
  return answer.kind === 'already' && answer.owner === 'foreign';
}

function wrote(answer: Answer): boolean {
  return answer.kind !== 'already' && answer.kind !== 'failed' && answer.kind !== 'throttled';
}

function hopelessness(answer: Answer): string | null {
  return answer.kind === 'failed' ? answer.why : null;
}

function waitAfter(answer: Answer): Millis | null {
  if (answer.kind === 'pending') return answer.pollAfter;
  return answer.kind === 'throttled' ? answer.retryAfter : null;
}

function absentSince(progress: Attempt['progress']): Instant | null {
  return (progress as unknown as Progress | null)?.firstAbsentAt ?? null;
}

function nextStep(
  shell: Shell,
  next: Verdict['next'],
  attempt: Attempt,
  tried: Tried,
  seen: Observation,
): Settlement['next'] {
  const now = shell.ledger.now();
  switch (next) {
    case 'settled':
      return { kind: 'done' };
    case 'watch':
      return { kind: 'again', dueAt: now + shell.settings.recheck, failures: 0, progress: null };
    case 'reread': {
      const progress = { firstAbsentAt: seen.firstAbsentAt ?? now };
      return { kind: 'again', dueAt: now + seen.settle, failures: 0, progress };
    }
    case 'retry': {
      const failures = attempt.failures + 1;
      const dueAt = now + pauseFor(shell, failures, tried.wait);
      return { kind: 'again', dueAt, failures, progress: null };
    }
  }
}
