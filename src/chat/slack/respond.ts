/**
 * A private answer through the `response_url` of a command or a click: five times within thirty
 * minutes, https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
import { SECOND } from '../../core/time.ts';
import { ChatError, type ChatIo } from '../platform.ts';
import type { Message } from './blocks.ts';
import { waitOf } from './errors.ts';

const TIMEOUT = 10 * SECOND;
const SLACKS = ['hooks.slack.com', 'hooks.slack-gov.com'];

/** NB. We post to it from inside of our network, so it may lead to Slack alone, or to what stands in for it. */
export function isSlacks(url: string, apiUrl: string | undefined): boolean {
  const { protocol, hostname, username } = new URL(url);
  if (protocol === 'https:' && username === '' && SLACKS.includes(hostname)) return true;
  const api = apiUrl === undefined ? undefined : new URL(apiUrl);
  return api?.hostname === hostname && api.protocol === protocol;
}

/** @returns false when the address has run out and the answer must go another way */
export async function respond(url: string, message: Message, io: ChatIo): Promise<boolean> {
  const response = await send(url, message, io);
  await response.body?.cancel();
  if (response.status === 429)
    throw new ChatError('rate-limited', 'Slack wants answers later.', {
      retryAfter: waitOf(Number(response.headers.get('retry-after') ?? 1)),
    });
  if (response.status >= 500) throw new ChatError('unavailable', 'Slack took no answer.');
  return response.ok;
}

async function send(url: string, message: Message, io: ChatIo): Promise<Response> {
  const sent = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...message, response_type: 'ephemeral', replace_original: false }),
    redirect: 'error',
    signal: AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT)]),
  });
  // Without the cause: it may name the address, which is a secret.
  const response = await sent.catch(() => undefined);
  if (response !== undefined) return response;
  throw new ChatError(io.signal.aborted ? 'timeout' : 'unavailable', 'Slack took no answer.');
}
