/** What the Bot Connector answers, as the port's errors: by status and code, never by message. */
import { z } from 'zod';
import type { Millis } from '../../core/time.ts';
import { ChatError, type ChatErrorCode } from '../platform.ts';
import type { HttpAnswer } from './ask.ts';
import { waitOf } from './graph-errors.ts';
import { JITTER } from './pace.ts';

const errorShape = z.object({ error: z.object({ code: z.string().regex(/^[\w.]{1,80}$/) }) });

/**
 * The bot was put out, blocked or never let in; the conversation is gone. Nothing heals that by itself.
 * https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
 */
const DEAD_ENDS: ReadonlySet<string> = new Set([
  'BotNotInConversationRoster',
  'BotDisabledByAdmin',
  'ConversationBlockedByUser',
  'ConversationNotFound',
  'ForbiddenOperationException',
  'MessageWritesBlocked',
  'NotEnoughPermissions',
]);

export function connectorError(
  answer: HttpAnswer,
  what: string,
  random: () => number = Math.random,
): ChatError {
  const said = errorShape.safeParse(answer.body).data?.error.code;
  const code = codeOf(answer.status, said);
  const saying = `${answer.status} ${said ?? 'without a code'}`;
  return new ChatError(code, `Teams answers ${saying} to ${what}.`, {
    ...(code === 'rate-limited' && { retryAfter: apart(waitOf(answer.retryAfter), random) }),
  });
}

function codeOf(status: number, said: string | undefined): ChatErrorCode {
  if (status === 401) return 'permission-denied';
  if (status === 429) return 'rate-limited';
  if (status === 408 || status === 412 || status >= 500) return 'unavailable';
  const isDeadEnd = said !== undefined && DEAD_ENDS.has(said);
  if (status === 403 || status === 404) {
    if (isDeadEnd) return 'undeliverable';
    return status === 403 ? 'permission-denied' : 'not-found';
  }
  return 'bad-answer';
}

/** Everybody was turned away at the same moment and told the same wait. */
function apart(wait: Millis, random: () => number): Millis {
  return Math.ceil(wait + random() * JITTER);
}
