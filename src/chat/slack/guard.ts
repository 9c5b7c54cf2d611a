/**
 * In front of Bolt's HTTP receiver, which checks signatures but takes any time in the future: five
 * minutes to either side by our own clock, a small body, and every refusal counted.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { HttpHandler, Intake } from '../platform.ts';

export const PATH = '/slack/events';
export const BODY_LIMIT = 512 * 1024;
const TOLERANCE = 5 * MINUTE;

export interface GuardOptions {
  readonly clock: Clock;
  readonly reject: Intake['reject'];
  readonly isOpen: () => boolean;
}

export function guarded(behind: HttpHandler, options: GuardOptions): HttpHandler {
  return (request, response, next) => {
    if (request.method !== 'POST' || pathOf(request) !== PATH) return next();
    if (!options.isOpen()) return refuse(response, 503);
    if (!isTimely(request, options.clock)) {
      options.reject('stale-signature');
      return refuse(response, 401);
    }
    readBody(request).then(
      (rawBody) => {
        if (rawBody === undefined) {
          options.reject('too-large');
          return refuse(response, 413);
        }
        countRefusals(response, options.reject);
        behind(Object.assign(request, { rawBody }), response, next);
      },
      () => refuse(response, 400),
    );
  };
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

/** Without a time there is nothing to be stale: Bolt refuses it for want of a signature. */
function isTimely(request: IncomingMessage, clock: Clock): boolean {
  const stamp = request.headers['x-slack-request-timestamp'];
  if (stamp === undefined) return true;
  if (typeof stamp !== 'string' || !/^\d+$/.test(stamp)) return false;
  return Math.abs(clock.now() - Number(stamp) * SECOND) <= TOLERANCE;
}

/** undefined: longer than Slack ever sends. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Bolt's receiver says why in its status alone. */
function countRefusals(response: ServerResponse, reject: Intake['reject']): void {
  response.once('finish', () => {
    if (response.statusCode === 401) reject('bad-signature');
    if (response.statusCode === 400) reject('malformed');
  });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' });
  response.end();
}
