/** What happens to one HTTP question that a stand-in is asked. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECOND } from '../../src/core/time.ts';
import type { How, Trouble, Troubles, What } from '../troubles.ts';

/** What any HTTP service can be made to do. */
export const BY_WIRE: readonly How[] = [
  ...(['cut before', 'cut after', 'silent before', 'silent after'] as const),
];

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/**
 * @param answer carries out what is asked, and sends its answer when that is let through
 * @param refuse says no in the words of the service
 */
export async function exchange(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  troubles: Troubles,
  what: What,
  {
    answer,
    refuse,
  }: { answer: (send: boolean) => Promise<void>; refuse: (trouble: Trouble) => void },
): Promise<void> {
  const trouble = troubles.next(what);
  if (trouble === undefined) return answer(true);
  switch (trouble.how) {
    case 'cut before':
      request.socket.destroy();
      return;
    case 'cut after':
      await answer(false);
      request.socket.destroy();
      return;
    case 'silent before':
      return hold(response, troubles);
    case 'silent after':
      await answer(false);
      return hold(response, troubles);
    default:
      refuse(trouble);
  }
}

export function retryAfter({ retryAfter: wait }: Trouble): Record<string, string> {
  return wait === null ? {} : { 'retry-after': String(wait / SECOND) };
}

function hold(response: ServerResponse, troubles: Troubles): void {
  troubles.held += 1;
  response.once('close', () => {
    troubles.held -= 1;
  });
}
