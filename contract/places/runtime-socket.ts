/** The socket of HAProxy's runtime API: one command a connection, and what can be told to go wrong with it. */
import { createServer, type Server, type Socket } from 'node:net';
import type { How, Troubles } from '../troubles.ts';

export abstract class RuntimeSocket {
  readonly path: string;
  away = false;
  removed = false;
  readonly #troubles: Troubles;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(path: string, troubles: Troubles) {
    this.path = path;
    this.#troubles = troubles;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Of the command that these are the words of. */
  protected abstract answer(words: readonly string[]): string;

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    if (this.away) socket.destroy();
    let asked = '';
    socket.on('data', (part) => {
      asked += String(part);
      if (asked.endsWith('\n')) this.#take(asked.trim(), socket);
    });
  }

  #take(command: string, socket: Socket): void {
    const how = this.#troubles.next(/^(add|set|del) /.test(command) ? 'write' : 'read')?.how;
    if (how === 'cut before') socket.destroy();
    else if (how === 'silent before') this.#hold(socket);
    else if (how === 'forbidden') socket.end('Permission denied\n\n');
    else this.#tell(this.answer(command.split(' ')), socket, how);
  }

  #tell(answer: string, socket: Socket, how: How | undefined): void {
    if (how === 'cut after') socket.destroy();
    else if (how === 'silent after') this.#hold(socket);
    else socket.end(answer);
  }

  #hold(socket: Socket): void {
    this.#troubles.held += 1;
    socket.once('close', () => {
      this.#troubles.held -= 1;
    });
  }
}
