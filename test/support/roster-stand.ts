/** A server on loopback that stands for a roster's: it answers what a test says, and keeps what it was asked. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

export type Behave = (response: ServerResponse, asked: Asked) => void;

export interface RosterStand {
  /** Without a slash at its end. */
  readonly url: string;
  readonly asked: readonly Asked[];
  behave: Behave;
  stop(): Promise<void>;
}

export async function rosterStand(first: Behave): Promise<RosterStand> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand.example');
    const question = { url, headers: request.headers };
    asked.push(question);
    stand.behave(response, question);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stand: RosterStand = {
    url: `http://127.0.0.1:${port}`,
    asked,
    behave: first,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stand;
}

export function says(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Behave {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}
