/** Many ask the same at the same time: one asks the platform, all hear the answer. */
import type { Clock } from '../clock.ts';
import { type Millis, SECOND } from '../core/time.ts';
import { ChatError, type ChatIo } from './platform.ts';

const LONGEST: Millis = 10 * SECOND;

export type Share = <Result>(
  key: string,
  io: ChatIo,
  work: (own: ChatIo) => Promise<Result>,
  /** How long ago the question may have been asked whose answer will do. */
  oldest?: Millis,
) => Promise<Result>;

interface Running {
  readonly since: Millis;
  readonly answer: Promise<unknown>;
}

export function shared(clock: Pick<Clock, 'monotonic' | 'timeLimit'>): Share {
  const running = new Map<string, Running>();
  return <Result>(
    key: string,
    io: ChatIo,
    work: (own: ChatIo) => Promise<Result>,
    oldest = Number.POSITIVE_INFINITY,
  ) => {
    const before = running.get(key);
    if (before !== undefined && clock.monotonic() - before.since <= oldest)
      return unlessAborted(before.answer as Promise<Result>, io);
    // Not the first caller's signal: when they give up, the others still want to know.
    const own = { signal: clock.timeLimit(LONGEST) };
    const begun = unlessAborted(work(own), own).finally(() => {
      if (running.get(key)?.answer === begun) running.delete(key);
    });
    running.set(key, { since: clock.monotonic(), answer: begun });
    return unlessAborted(begun, io);
  };
}

function unlessAborted<Result>(work: Promise<Result>, { signal }: ChatIo): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new ChatError('timeout', 'The question was given up.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
