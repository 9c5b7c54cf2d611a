/** Stands before the stateful Slack: passes calls on, unless a test has trouble for them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  /** `chat.postMessage`; `respond` for a private answer by address. */
  readonly method: string;
  readonly args: URLSearchParams;
}

export type Trouble =
  | { readonly kind: 'throttled'; readonly retryAfter: number }
  | { readonly kind: 'broken' }
  /** Not answered before then. `late`: it was done at once, and only the answer is kept back. */
  | { readonly kind: 'held' | 'late'; readonly until: Promise<void> };

type Reaction = (call: Call) => Trouble | undefined;

/** Some calls that are held, until they are let go. */
export interface Held {
  /** Resolves when one has arrived. */
  readonly arrived: Promise<Call>;
  letGo(): void;
}

export class SlackFront {
  /** What becomes of a call; everything goes through while there is none. */
  trouble: Reaction = () => undefined;
  readonly calls: Call[] = [];
  readonly #behind: string;
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(behind: string) {
    this.#behind = behind;
  }

  /** @param behind the address of the Slack itself */
  static async open(behind: string): Promise<SlackFront> {
    const front = new SlackFront(behind);
    await new Promise<void>((resolve) => {
      front.#server.listen(0, '127.0.0.1', resolve);
    });
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** An address for private answers, as Slack gives one along with a command. */
  get responseUrl(): string {
    return `${this.url}/respond`;
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  /** Holds these calls, and only these. */
  hold(which: (call: Call) => boolean, kind: 'held' | 'late' = 'held'): Held {
    let letGo = () => {};
    let note: (call: Call) => void = () => {};
    const arrived = new Promise<Call>((resolve) => {
      note = resolve;
    });
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.trouble = (call) => {
      if (!which(call)) return undefined;
      note(call);
      return { kind, until };
    };
    return {
      arrived,
      letGo: () => {
        this.mend();
        letGo();
      },
    };
  }

  mend(): void {
    this.trouble = () => undefined;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = await bodyOf(request);
    const call = { method: path.split('/').at(-1) ?? '', args: new URLSearchParams(body) };
    this.calls.push(call);
    const trouble = this.trouble(call);
    switch (trouble?.kind) {
      case 'throttled':
        response.writeHead(429, { 'retry-after': String(trouble.retryAfter) }).end();
        return;
      case 'broken':
        response.writeHead(500).end('oops');
        return;
      case 'held':
        await trouble.until;
        // Whoever has hung up meanwhile does not want it any more.
        if (!response.destroyed) await this.#pass(path, body, request, response);
        return;
      case 'late':
        await this.#pass(path, body, request, response, trouble.until);
        return;
      case undefined:
        await this.#pass(path, body, request, response);
    }
  }

  async #pass(
    path: string,
    body: string,
    { headers }: IncomingMessage,
    response: ServerResponse,
    until?: Promise<void>,
  ): Promise<void> {
    if (path === '/respond') {
      await until;
      response.writeHead(200).end('ok');
      return;
    }
    const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } =
      headers;
    const answer = await fetch(`${this.#behind}${path}`, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': type },
    });
    const text = await answer.text();
    await until;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
