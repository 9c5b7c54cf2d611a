/** What a form sent: read with a limit, so that nobody can fill the memory. */
import type { IncomingMessage } from 'node:http';

/** Reasons have at most a thousand or so characters; nothing here is larger than a few of them. */
const LARGEST = 64 * 1024;

/** undefined: too large, or no form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const type = request.headers['content-type']?.split(';')[0];
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST) return undefined;
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
