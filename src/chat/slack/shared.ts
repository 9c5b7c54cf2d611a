/** Many ask the same at the same time: one asks Slack, all hear the answer. */
import { type Millis, SECOND } from '../../core/time.ts';
import { ChatError, type ChatIo } from '../platform.ts';

const LONGEST: Millis = 10 * SECOND;

export type Share = <Result>(
  key: string,
  io: ChatIo,
  work: (own: ChatIo) => Promise<Result>,
) => Promise<Result>;

export function shared(): Share {
  const running = new Map<string, Promise<unknown>>();
  return <Result>(key: string, io: ChatIo, work: (own: ChatIo) => Promise<Result>) => {
    const before = running.get(key) as Promise<Result> | undefined;
    if (before !== undefined) return unlessAborted(before, io);
    // Not the first caller's signal: when they give up, the others still want to know.
    const begun = work({ signal: AbortSignal.timeout(LONGEST) }).finally(() => running.delete(key));
    running.set(key, begun);
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
