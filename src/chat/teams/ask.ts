/** One HTTP request with an end in time and in size, answered by the server it was sent to. */
import type { Clock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import { ChatError, type ChatErrorCode, type ChatIo } from '../platform.ts';

const TIMEOUT = 10 * SECOND;

/** Many times what a page of 999 members comes to. */
const LARGEST_ANSWER = 4 * 1024 * 1024;

export interface Question {
  /** What is asked, for errors: an address may hold what nobody else should read. */
  readonly what: string;
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** undefined: what came is no JSON. */
  readonly body: unknown;
}

/** @throws ChatError when there is no answer, or one too long; any status is an answer */
export async function ask(
  { what, url, ...init }: Question,
  clock: Pick<Clock, 'timeLimit'>,
  io: ChatIo,
): Promise<HttpAnswer> {
  const signal = AbortSignal.any([io.signal, clock.timeLimit(TIMEOUT)]);
  try {
    signal.throwIfAborted();
    // A redirect would carry the token, or the secret, to wherever the answer points.
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const text = await readWhole(response, what);
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, body: jsonOf(text) };
  } catch (error) {
    if (error instanceof ChatError) throw error;
    throw unanswered(what, signal.aborted ? 'timeout' : 'unavailable', error);
  }
}

function unanswered(what: string, code: ChatErrorCode, cause: unknown): ChatError {
  return new ChatError(code, `${what} was not answered.`, { cause });
}

async function readWhole({ body }: Response, what: string): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error gives the connection up.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER)
      throw new ChatError('bad-answer', `The answer to ${what} is too long.`);
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
