/** Equal questions that are asked at the same moment share one answer; nobody waits longer than they said. */
import type { ChatIo } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import { inTime, limited } from './patience.ts';

/** NB. An answer that was long in coming may be older: it is none for whoever asked in between. */
const SAME_MOMENT: Millis = SECOND / 2;

interface Asked<Answer> {
  readonly at: Millis;
  readonly answer: Promise<Answer>;
}

type Work<Answer> = (io: ChatIo) => Promise<Answer>;

export class Questions<Answer> {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #limit: Millis;
  readonly #asked = new Map<string, Asked<Answer>>();

  /** @param limit how long an answer may take, whoever waits for it */
  constructor(clock: Pick<Clock, 'monotonic' | 'after'>, limit: Millis) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** @param work goes on when one of those who ask gives up: the others still want to know */
  ask(key: string, io: ChatIo | undefined, work: Work<Answer>): Promise<Answer> {
    const asked = this.#asked.get(key);
    const isFresh = asked !== undefined && this.#clock.monotonic() - asked.at <= SAME_MOMENT;
    const answer = isFresh ? asked.answer : this.#begin(key, work);
    return io === undefined ? answer : inTime(answer, io.signal, givenUp);
  }

  #begin(key: string, work: Work<Answer>): Promise<Answer> {
    const answer = answered(this.#clock, this.#limit, work).finally(() => {
      if (this.#asked.get(key)?.answer === answer) this.#asked.delete(key);
    });
    this.#asked.set(key, { at: this.#clock.monotonic(), answer });
    return answer;
  }
}

/** One call to a chat: when its time is over it has failed, whether or not its adapter listens. @throws ChatError */
export function answered<Answer>(
  clock: Pick<Clock, 'after'>,
  limit: Millis,
  work: Work<Answer>,
  within?: AbortSignal,
): Promise<Answer> {
  return limited(clock, limit, (signal) => inTime(work({ signal }), signal, givenUp), within);
}

function givenUp(): ChatError {
  return new ChatError('timeout', 'The question was given up.');
}
