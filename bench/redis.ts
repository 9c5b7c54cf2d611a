/** A redis-server of the bench's own: on a free loopback port, with nothing on disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { findBinary } from '../src/demo/haproxy-gate.ts';

export interface BenchRedis {
  readonly url: string;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** @returns undefined when there is no redis-server on this machine */
export async function startRedis(): Promise<BenchRedis | undefined> {
  const binary = findBinary('redis-server');
  if (binary === undefined) return undefined;
  const port = await freePort();
  const where = ['--port', `${port}`, '--bind', '127.0.0.1'];
  const child = spawn(binary, [...where, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  const connection = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  connection.on('error', () => {});
  await connection.ping();
  return {
    url: `redis://127.0.0.1:${port}`,
    flush: async () => void (await connection.flushall()),
    async stop() {
      connection.disconnect();
      await ended(child);
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
