/**
 * One after another for each name. HAProxy has no compare-and-set: between reading a map and writing
 * it nobody else of this process may write.
 */
export class Lanes {
  readonly #tails = new Map<string, Promise<void>>();

  /** Work that waited until its signal had aborted is never started. */
  run<T>(lane: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    const mine = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    const tail = mine.then(ignore, ignore).finally(() => {
      if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
    });
    this.#tails.set(lane, tail);
    return orAborted(mine, signal);
  }
}

function ignore(): void {}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
