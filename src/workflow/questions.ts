/** Equal questions that are asked at the same moment share one answer; nobody waits longer than they said. */
import type { ChatIo } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';

/** NB. An answer that was long in coming may be older: it is none for whoever asked in between. */
const SAME_MOMENT: Millis = SECOND / 2;

interface Asked<Answer> {
  readonly at: Millis;
  readonly answer: Promise<Answer>;
}

export class Questions<Answer> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #asked = new Map<string, Asked<Answer>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** @param work goes on when one of those who ask gives up: the others still want to know */
  ask(key: string, { signal }: ChatIo, work: () => Promise<Answer>): Promise<Answer> {
    const asked = this.#asked.get(key);
    const isFresh = asked !== undefined && this.#clock.monotonic() - asked.at <= SAME_MOMENT;
    return inTime(isFresh ? asked.answer : this.#begin(key, work), signal);
  }

  #begin(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const answer = work().finally(() => {
      if (this.#asked.get(key)?.answer === answer) this.#asked.delete(key);
    });
    this.#asked.set(key, { at: this.#clock.monotonic(), answer });
    return answer;
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
