/** A line on which everything takes a while, in both directions, and arrives whole and in order. */

import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

interface SlowLineOptions {
  readonly to: NetConnectOpts;
  /** A free port of 127.0.0.1, or the path of a socket. */
  readonly at: number | string;
}

export class SlowLine {
  /** Milliseconds for which each piece is under way. */
  delay = 0;
  readonly #open = new Set<Socket>();
  readonly #server;

  private constructor({ to }: SlowLineOptions) {
    this.#server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ ...to, allowHalfOpen: true });
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  static async open(options: SlowLineOptions): Promise<SlowLine> {
    const line = new SlowLine(options);
    const where = typeof options.at === 'string' ? { path: options.at } : { port: options.at };
    await new Promise<void>((resolve) => {
      line.#server.listen({ ...where, host: '127.0.0.1' }, resolve);
    });
    return line;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      for (const one of this.#open) one.destroy();
      this.#server.close(() => resolve());
    });
  }

  #carry(from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve();
    const later = (act: () => void) => {
      last = Promise.all([last, pause(this.delay, undefined, { ref: false })]).then(act);
    };
    this.#open.add(from);
    from.on('data', (piece) => later(() => to.write(piece)));
    from.once('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.once('close', () => this.#open.delete(from));
  }
}
