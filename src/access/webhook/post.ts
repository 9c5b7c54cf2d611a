/** One POST to one address: no redirect is followed, and no more is read than an answer may be long. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { ProviderError } from '../provider.ts';

export interface Post {
  readonly url: URL;
  /** Where the URL's host is, as it was looked up and found to be allowed. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly header: (name: string) => string;
  readonly body: string;
}

const LARGEST = 256 * 1024;

export function post({ url, address, headers, body }: Post, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(faultOf(url, cause, signal));
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      signal,
      lookup: pinned(address),
    } as const;
    const request: ClientRequest =
      url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    request.once('error', fail);
    // NB. What turns to another protocol (101) is no error of its own to Node: it only closes.
    const unanswered = () => fail(new ProviderError('bad-answer', `${url.host} gave no answer`));
    request.once('close', unanswered);
    request.once('response', (response) => {
      request.off('close', unanswered);
      whole(response).then(resolve, fail);
    });
    request.end(body);
  });
}

type PinnedLookup = (
  host: string,
  options: { readonly all?: boolean | undefined },
  done: (
    error: null,
    address: string | { address: string; family: number }[],
    family?: number,
  ) => void,
) => void;

/** Asked for the name that was looked up already, it only says what was found then. */
function pinned(address: string): PinnedLookup {
  const family = isIP(address);
  return (_host, { all }, done) =>
    all === true ? done(null, [{ address, family }]) : done(null, address, family);
}

async function whole(response: IncomingMessage): Promise<Reply> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    size += (part as Buffer).length;
    if (size > LARGEST) {
      response.destroy();
      throw new ProviderError('bad-answer', 'the answer is longer than 256 kB');
    }
    parts.push(part as Buffer);
  }
  if (!response.complete) throw new ProviderError('unavailable', 'the answer was cut short');
  const header = (name: string) => String(response.headers[name] ?? '');
  return { status: response.statusCode ?? 0, header, body: Buffer.concat(parts).toString('utf8') };
}

function faultOf(url: URL, cause: Error, signal: AbortSignal): ProviderError {
  if (cause instanceof ProviderError) return cause;
  if (signal.aborted) return new ProviderError('timeout', `${url.host} did not answer in time`);
  const code = 'code' in cause ? String(cause.code) : 'no answer';
  return new ProviderError('unavailable', `${url.host} cannot be reached (${code})`, { cause });
}
