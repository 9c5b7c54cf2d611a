/** What Graph answers, as the port's errors: by status and code, never by message. */
import { z } from 'zod';
import { type Millis, SECOND } from '../../core/time.ts';
import { ChatError, type ChatErrorCode } from '../platform.ts';
import type { HttpAnswer } from './ask.ts';

/** Under each error of Graph's, for those who need to know more than the port says. */
export class GraphFault extends Error {
  override readonly name = 'GraphFault';
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`${status} ${code ?? 'without a code'}`);
    this.status = status;
    this.code = code;
  }
}

const errorShape = z.object({ error: z.object({ code: z.string().regex(/^[\w.]{1,80}$/) }) });

/** These mean the same under any status. */
const BY_CODE: ReadonlyMap<string, ChatErrorCode> = new Map([
  ['Authorization_RequestDenied', 'permission-denied'],
  ['Authorization_IdentityNotFound', 'permission-denied'],
  ['InvalidAuthenticationToken', 'permission-denied'],
  ['accessDenied', 'permission-denied'],
  ['TooManyRequests', 'rate-limited'],
  ['Request_ThrottledTemporarily', 'rate-limited'],
  ['activityLimitReached', 'rate-limited'],
]);

export function graphError(answer: HttpAnswer, what: string): ChatError {
  const said = errorShape.safeParse(answer.body).data?.error.code;
  const fault = new GraphFault(answer.status, said);
  const code = codeOf(answer, said);
  return new ChatError(code, `Graph answers ${fault.message} to ${what}.`, {
    cause: fault,
    ...(code === 'rate-limited' && { retryAfter: waitOf(answer.retryAfter) }),
  });
}

function codeOf({ status, retryAfter }: HttpAnswer, said: string | undefined): ChatErrorCode {
  // Before all codes: what must not be seen is never "not there".
  if (status === 401 || status === 403) return 'permission-denied';
  const known = said === undefined ? undefined : BY_CODE.get(said);
  if (known !== undefined) return known;
  if (status === 429 || (status === 503 && retryAfter !== null)) return 'rate-limited';
  if (status === 408 || status === 412 || status >= 500) return 'unavailable';
  // Without a code it is something on the way that knows no such page, and not Graph.
  return status === 404 && said !== undefined ? 'not-found' : 'bad-answer';
}

/** How long to wait when it is not said how long. */
const PATIENCE = 30 * SECOND;

/** Longer than is ever asked for. */
const LONGEST_WAIT = 3_600;

/** What `Retry-After` means in seconds; Microsoft's services send no dates there. */
export function waitOf(retryAfter: string | null): Millis {
  const isSeconds = retryAfter !== null && /^\d{1,9}$/.test(retryAfter);
  return isSeconds ? Math.min(Number(retryAfter), LONGEST_WAIT) * SECOND : PATIENCE;
}
