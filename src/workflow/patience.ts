/** How long an attempt may take, and how long after it the next one waits. */
import { type Io, ProviderError } from '../access/provider.ts';
import { ChatError } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { Shell } from './shell.ts';

/**
 * Work whose calls are given up when its time is over, when that of what it is part of is, or when it
 * has failed. NB. A signal that rings by itself is kept until then, however soon the work is done:
 * thousands of them cost more than what they watch over.
 */
export async function limited<Result>(
  clock: Pick<Clock, 'after'>,
  limit: Millis,
  work: (signal: AbortSignal) => Promise<Result>,
  within?: AbortSignal,
): Promise<Result> {
  const calls = new AbortController();
  const giveUp = () => calls.abort(new DOMException('The time is over.', 'TimeoutError'));
  const cancel = clock.after(limit, giveUp);
  within?.addEventListener('abort', giveUp, { once: true });
  if (within?.aborted) giveUp();
  try {
    return await work(calls.signal);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    cancel();
    within?.removeEventListener('abort', giveUp);
  }
}

/** Even an adapter that does not listen to the signal holds nothing up. @throws what is given, when that rings */
export function inTime<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  late: () => Error,
): Promise<Result> {
  return raced(work, signal, (leave) => leave(late()));
}

/**
 * One call of a provider, which has no answer when its time is over: one that listens to the signal has a
 * turn to say what it knows, and one that does not is left behind.
 *
 * NB. What is left behind may be done all the same. No more is known of it than of what was cut off.
 */
export function oneCall<Result>(
  { clock, ledger }: Pick<Shell, 'clock' | 'ledger'>,
  limit: Millis,
  call: (io: Io) => Promise<Result>,
  within?: AbortSignal,
): Promise<Result> {
  const timed = async (signal: AbortSignal) => {
    try {
      return await raced(call({ signal, now: ledger.now() }), signal, inATurn);
    } catch (error) {
      throw signal.aborted && !(error instanceof ProviderError) ? unanswered(error) : error;
    }
  };
  return limited(clock, limit, timed, within);
}

function inATurn(leave: () => void): void {
  setImmediate(leave);
}

function unanswered(cause: unknown): ProviderError {
  return new ProviderError('timeout', 'its provider did not answer in time', { cause });
}

async function raced<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  leaving: (leave: (why?: unknown) => void) => void,
): Promise<Result> {
  let stop = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => leaving(reject);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** 1, 2, 4 … seconds up to the longest pause, up to a fifth less by chance; never less than asked for. */
export function pauseFor(shell: Shell, failures: number, atLeast: Millis | null): Millis {
  const base = Math.min(SECOND * 2 ** Math.min(failures - 1, 20), shell.settings.retryMax);
  const chance = (shell.random(1)[0] ?? 0) / 255;
  // A platform's wish may be any number; what is stored is whole milliseconds.
  return Math.ceil(Math.max(atLeast ?? 0, base * (0.8 + 0.2 * chance)));
}

/** The longest that what somebody works on is left alone, unless they ask for more. */
const LONGEST_POLL = 30 * SECOND;

/** What was accepted is asked after ever more seldom, but not as seldom as what fails. */
export function pollFor(shell: Shell, times: number, atLeast: Millis | null): Millis {
  return Math.max(atLeast ?? 0, Math.min(pauseFor(shell, times, null), LONGEST_POLL));
}

export function retryAfter(error: unknown): Millis | null {
  return error instanceof ChatError || error instanceof ProviderError ? error.retryAfter : null;
}
