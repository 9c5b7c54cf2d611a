/** Reads JSON from one roster: with an end in time and in size, and from nowhere but where it was asked. */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { MINUTE, type Millis, SECOND } from '../core/time.ts';
import { RosterError, type RosterErrorCode, type RosterIo } from './roster.ts';

const TIMEOUT: Millis = 8 * SECOND;

/** A hundred people with all that is told of them come to a tenth of this. */
const LARGEST_ANSWER = 2 * 1024 * 1024;

/** NB. However long a roster wants to be left alone: a wrong answer must not keep approvers away for a day. */
const LONGEST_SILENCE: Millis = MINUTE;

/** What is told of nobody cannot be linked to anybody, so a person without an address is no answer. */
export const emailShape = z
  .string()
  .max(254)
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/);

export interface ReaderOptions {
  /** For messages: `PagerDuty`. */
  readonly title: string;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'monotonic' | 'timeLimit'>;
}

export class RosterReader {
  readonly #options: ReaderOptions;
  #silentUntil: Millis = Number.NEGATIVE_INFINITY;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** @throws RosterError */
  async get<T>(url: URL, schema: z.ZodType<T>, io: RosterIo): Promise<T> {
    const { title, clock } = this.#options;
    if (clock.monotonic() < this.#silentUntil)
      throw new RosterError('rate-limited', `${title} has asked to be left alone for a while.`);
    const response = await this.#ask(url, io);
    const answer = schema.safeParse(jsonOf(response));
    if (answer.success) return answer.data;
    const where = answer.error.issues[0]?.path.join('.') ?? '';
    throw new RosterError('bad-answer', `${title} answered otherwise than documented (${where}).`);
  }

  async #ask(url: URL, io: RosterIo): Promise<string> {
    const { title, headers, clock } = this.#options;
    const signal = AbortSignal.any([io.signal, clock.timeLimit(TIMEOUT)]);
    try {
      signal.throwIfAborted();
      // A redirect would carry the token to wherever the answer points.
      const response = await fetch(url, { headers: headers(), redirect: 'manual', signal });
      if (response.status !== 200) throw await this.#refusal(response);
      return await wholeOf(response, title);
    } catch (error) {
      if (error instanceof RosterError) throw error;
      throw unanswered(title, signal.aborted ? 'timeout' : 'unavailable', error);
    }
  }

  async #refusal(response: Response): Promise<RosterError> {
    await response.body?.cancel();
    const { title, clock } = this.#options;
    const { status, headers } = response;
    const said = `${title} answered ${status}.`;
    if (status === 429) {
      const pause = Math.min(secondsIn(headers.get('retry-after')), LONGEST_SILENCE);
      this.#silentUntil = clock.monotonic() + pause;
      return new RosterError('rate-limited', said, { retryAfter: pause });
    }
    if (status === 401 || status === 403) return new RosterError('permission-denied', said);
    if (status === 404) return new RosterError('not-found', `${said} Is the schedule there?`);
    if (status >= 500) return new RosterError('unavailable', said);
    if (status >= 300 && status < 400)
      return new RosterError('misconfigured', `${said} Redirects are not followed.`);
    return new RosterError('bad-answer', said);
  }
}

function unanswered(title: string, code: RosterErrorCode, cause: unknown): RosterError {
  return new RosterError(code, `${title} did not answer.`, { cause });
}

/** Seconds only: a date would go by a clock that is not ours. */
function secondsIn(header: string | null): Millis {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * SECOND : SECOND;
}

async function wholeOf({ body }: Response, title: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error gives the connection up.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ANSWER)
      throw new RosterError('bad-answer', `The answer of ${title} is too long.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
