/** What Slack answers, as the port's errors: by code, never by message. */
import { webApi } from '@slack/bolt';
import { type Millis, SECOND } from '../../core/time.ts';
import { ChatError, type ChatErrorCode } from '../platform.ts';
import type { Method } from './methods.ts';

const BY_CODE: Readonly<Record<ChatErrorCode, readonly string[]>> = {
  'rate-limited': ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
  unavailable: ['internal_error', 'fatal_error', 'service_unavailable', 'team_added_to_org'],
  timeout: ['request_timeout'],
  'not-found': [
    'message_not_found',
    'thread_not_found',
    'cant_update_message',
    'user_not_found',
    'users_not_found',
    'user_not_visible',
    'no_such_subteam',
    'subteam_not_found',
  ],
  undeliverable: [
    'is_archived',
    'channel_not_found',
    'not_in_channel',
    'cannot_reply_to_message',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'restricted_action_non_threadable_channel',
    'messages_tab_disabled',
    'user_disabled',
    'cannot_dm_bot',
  ],
  // `account_inactive` speaks of the token's own account: the app was uninstalled.
  'permission-denied': [
    'missing_scope',
    'not_authed',
    'invalid_auth',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'no_permission',
    'access_denied',
    'ekm_access_denied',
    'org_login_required',
    'not_allowed_token_type',
  ],
  'bad-answer': [],
};

const CODES: ReadonlyMap<string, ChatErrorCode> = new Map(
  Object.entries(BY_CODE).flatMap(([code, errors]) =>
    errors.map((error) => [error, code as ChatErrorCode] as const),
  ),
);

/** How long to wait when Slack is too busy to say how long. */
const PATIENCE = 30 * SECOND;

/** Longer than Slack ever asks for; a number that is none stands for the usual wait. */
const LONGEST_WAIT = 3_600;

/** What `Retry-After` means. */
export function waitOf(seconds: number): Millis {
  return seconds >= 0 ? Math.min(seconds, LONGEST_WAIT) * SECOND : PATIENCE;
}

export function toChatError(error: unknown, method: Method): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError)
    return new ChatError('rate-limited', `${method} is asked for too often.`, {
      cause: error,
      retryAfter: waitOf(error.retryAfter),
    });
  if (error instanceof webApi.WebAPIPlatformError) return platformError(error, method);
  const code = isTimeout(error) ? 'timeout' : 'unavailable';
  return new ChatError(code, `${method} was not answered.`, { cause: error });
}

function platformError(error: webApi.WebAPIPlatformError, method: Method): ChatError {
  const said = word(error.data.error);
  const code = codeOf(said, method);
  return new ChatError(code, `Slack answers ${said} to ${method}.`, {
    cause: error,
    ...(code === 'rate-limited' && { retryAfter: PATIENCE }),
  });
}

/** What is no JSON arrives here whole, as if it were the name of an error. */
function word(said: unknown): string {
  return typeof said === 'string' && /^\w{1,80}$/.test(said) ? said : 'something else';
}

function codeOf(said: string, method: Method): ChatErrorCode {
  const code = CODES.get(said) ?? 'bad-answer';
  // Nobody to ask about is an answer, nobody to write to is a dead end.
  return method === 'conversations.open' && code === 'not-found' ? 'undeliverable' : code;
}

function isTimeout(error: unknown): boolean {
  const original = error instanceof webApi.WebAPIRequestError ? error.original : error;
  return (
    original instanceof Error &&
    (original.name === 'TimeoutError' || original.name === 'AbortError')
  );
}
