/** Stands between the program and HAProxy's admin socket, to do something at just the right moment. */
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { StoryGate } from './gate.ts';

export interface Relay {
  readonly socket: string;
  stop(): Promise<void>;
}

/** @param onCommand called with each command before HAProxy gets it */
export async function startRelay(
  gate: StoryGate,
  onCommand: (line: string, gate: StoryGate) => void,
): Promise<Relay> {
  const socket = join(gate.dir, 'relay.sock');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: gate.socket, allowHalfOpen: true });
    near.on('data', (line) => onCommand(String(line).trim(), gate));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.once('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    stop: () =>
      new Promise((resolve) => {
        for (const one of open) one.destroy();
        server.close(() => resolve());
      }),
  };
}
