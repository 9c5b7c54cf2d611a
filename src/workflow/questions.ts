/** Equal questions that are asked at the same moment share one answer; nobody waits longer than they said. */
import type { ChatIo } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';

export class Questions<Answer> {
  readonly #asked = new Map<string, Promise<Answer>>();

  /** @param work goes on when one of those who ask gives up: the others still want to know */
  ask(key: string, { signal }: ChatIo, work: () => Promise<Answer>): Promise<Answer> {
    return inTime(this.#asked.get(key) ?? this.#begin(key, work), signal);
  }

  #begin(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const begun = work().finally(() => this.#asked.delete(key));
    this.#asked.set(key, begun);
    return begun;
  }
}

function inTime<Answer>(work: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new ChatError('timeout', 'The question was given up.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
