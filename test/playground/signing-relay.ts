/**
 * Stands between the Playground and the program, and signs each delivery as Teams does: the program is
 * then asked to believe nobody whom it would not believe in Teams. What it answers is kept, because the
 * Playground shows nothing of what others are answered.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Activity {
  readonly id?: string;
  readonly serviceUrl?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface SigningRelayOptions {
  /** @returns where deliveries go; not known before the program runs */
  readonly to: () => string;
  readonly sign: (claims: { readonly serviceurl: string }) => string;
}

export class SigningRelay {
  readonly #options: SigningRelayOptions;
  readonly #answers = new Map<string, Answered>();
  readonly #server = createServer((request, response) => {
    this.#pass(request).then(
      ({ status, text }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      () => response.writeHead(502).end(),
    );
  });

  constructor(options: SigningRelayOptions) {
    this.#options = options;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/messages`;
  }

  /** What the program answered to the activity of this id. */
  answerTo(id: string): Answered | undefined {
    return this.#answers.get(id);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage): Promise<{ status: number; text: string }> {
    const body = await textOf(request);
    const { id, serviceUrl = '' } = body === '' ? {} : (JSON.parse(body) as Activity);
    const response = await fetch(this.#options.to(), {
      method: request.method ?? 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.#options.sign({ serviceurl: serviceUrl })}`,
      },
      ...(body !== '' && { body }),
    });
    const { status } = response;
    const text = await response.text();
    if (id !== undefined) this.#answers.set(id, { status, body: jsonOf(text) });
    return { status, text };
  }
}

function jsonOf(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
