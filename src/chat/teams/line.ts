/**
 * `POST /api/messages`: who sent it is asked first, then what it says is read, and only what is written
 * down is acknowledged.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpHandler, Intake } from '../platform.ts';
import { activity, claimed, type Incoming, tenantOf } from './activities.ts';
import type { Reply } from './reply.ts';
import type { Trust } from './trust.ts';

const PATH = '/api/messages';
/** Many times what Teams sends: a form holds a few thousand characters. */
const BODY_LIMIT = 256 * 1024;

export interface LineParts {
  readonly trust: Trust;
  readonly tenant: string;
  readonly reject: Intake['reject'];
  readonly receive: (incoming: Incoming) => Promise<Reply>;
}

/** Where Teams' deliveries come in. */
export class Line {
  readonly #parts: LineParts;
  readonly #running = new Set<Promise<void>>();
  #isOpen = false;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Resolves when what was being acknowledged is. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#running);
  }

  readonly http: HttpHandler = (request, response, next) => {
    if (request.method !== 'POST' || pathOf(request) !== PATH) return next();
    if (!this.#isOpen) return respond(response, { status: 503 });
    const done = this.#answer(request)
      .catch((): Reply => ({ status: 503 }))
      .then((reply) => respond(response, reply))
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  };

  async #answer(request: IncomingMessage): Promise<Reply> {
    const { reject, trust } = this.#parts;
    const body = await readBody(request);
    if (body === undefined) {
      reject('too-large');
      return { status: 413 };
    }
    const said = jsonOf(body);
    const verdict = await trust.verdict(
      claimed.parse(isRecord(said) ? said : {}),
      request.headers.authorization ?? '',
    );
    if (verdict === 'cannot-tell') return { status: 503 };
    if (verdict === 'forged') {
      reject('bad-signature');
      return { status: 401 };
    }
    return this.#receive(said);
  }

  /** NB. From here on Teams has sent it: what cannot be read is not sent again either. */
  async #receive(said: unknown): Promise<Reply> {
    const { reject, tenant, receive } = this.#parts;
    const read = activity.safeParse(said);
    if (!read.success) {
      reject('malformed');
      return { status: 400 };
    }
    if (tenantOf(read.data) !== tenant) {
      reject('other-workspace');
      return { status: 403 };
    }
    return receive(read.data);
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function respond(response: ServerResponse, { status, body }: Reply): void {
  if (response.headersSent) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, status === 413 ? { ...headers, connection: 'close' } : headers);
  response.end(text);
}
