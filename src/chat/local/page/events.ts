/** Tells open pages that something changed. What it was, they ask for themselves. */
import type { ServerResponse } from 'node:http';
import type { LocalWorkspace } from '../workspace.ts';

/** A browser opens six for one address at most; this is for many browsers. */
const MOST_OPEN = 200;
/** Changes that come together are told together. */
const TOGETHER_MS = 40;
const ALIVE_EVERY_MS = 15_000;

export class Events {
  readonly #workspace: LocalWorkspace;
  readonly #open = new Set<ServerResponse>();
  #pending: NodeJS.Timeout | undefined;
  #alive: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;

  constructor(workspace: LocalWorkspace) {
    this.#workspace = workspace;
  }

  open(response: ServerResponse): void {
    if (this.#open.size >= MOST_OPEN) {
      response.writeHead(503).end();
      return;
    }
    this.#begin();
    // So that the connection ends with the stream, and nobody waits for it when the server closes.
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    response.write('retry: 500\nevent: hello\ndata: -\n\n');
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
  }

  /** Ends every stream: the pages will ask again, and find whoever is there then. */
  close(): void {
    this.#unwatch?.();
    clearTimeout(this.#pending);
    clearInterval(this.#alive);
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  #begin(): void {
    this.#unwatch ??= this.#workspace.watch(() => this.#changed());
    this.#alive ??= setInterval(() => this.#tell(': alive\n\n'), ALIVE_EVERY_MS).unref();
  }

  #changed(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#tell('event: changed\ndata: -\n\n');
    }, TOGETHER_MS).unref();
  }

  #tell(message: string): void {
    for (const response of this.#open) response.write(message);
  }
}
