/** The one HTTP server: platforms' endpoints, and health for whoever watches the process. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler } from './chat/platform.ts';

export interface HttpServer {
  /** @returns the port that was taken */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** A body is read into memory, and each connection sends one at a time: this bounds them all. */
const MOST_CONNECTIONS = 500;

/** @param healthy whether the process can do its work just now */
export function createHttpServer(
  handlers: readonly HttpHandler[],
  healthy: () => Promise<boolean>,
): HttpServer {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    (request, response) => pass([...handlers, health(healthy), notFound], request, response),
  );
  server.maxConnections = MOST_CONNECTIONS;
  return {
    listen: (port, host) => listen(server, port, host),
    close: () => close(server),
  };
}

/** Longer than a platform waits for its acknowledgement. */
const LONGEST_GOODBYE = 3_500;

/** NB. Once it closes, Node no longer looks for requests that never end: one of them would keep it open. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), LONGEST_GOODBYE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function pass(
  handlers: readonly HttpHandler[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [first, ...rest] = handlers;
  first?.(request, response, () => pass(rest, request, response));
}

/** `GET /healthz`: 200 while work can be done, 503 otherwise. Says no more than that. */
function health(healthy: () => Promise<boolean>): HttpHandler {
  return (request, response, next) => {
    if (request.url !== '/healthz' || request.method !== 'GET') return next();
    void healthy()
      .catch(() => false)
      .then((fine) => {
        response.writeHead(fine ? 200 : 503, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ healthy: fine }));
      });
  };
}

const notFound: HttpHandler = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end('not found\n');
};

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
