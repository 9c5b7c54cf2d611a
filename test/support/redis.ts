import { Child } from './child-process.ts';
import { freePort } from './free-port.ts';
import { askOnce } from './line-socket.ts';
import { binaryOf } from './servers.ts';
import { makeTempFolder } from './temp-folder.ts';

export interface Redis {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now: it changes with `restart`. */
  readonly pid: number;
  /** For good: its folder goes too. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** The same port again, and empty: it keeps nothing on disk. Also after `kill`. */
  restart(): Promise<void>;
  /** Connections stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
  flush(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A redis-server of the test's own. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  const folder = makeTempFolder('hp-redis');
  const ask = (command: string) =>
    askOnce(
      { host: '127.0.0.1', port },
      { send: `${command}\r\n`, isComplete: (answer) => answer.endsWith('\r\n') },
    );

  async function launch(): Promise<Child> {
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder.path];
    args.push('--save', '', '--appendonly', 'no');
    const child = await Child.start(binaryOf('redis-server'), args, { name: 'redis-server' });
    try {
      await child.waitForLine(/Ready to accept connections/);
    } catch (error) {
      await child.kill();
      throw error;
    }
    return child;
  }

  let child = await launch().catch((error: unknown) => {
    folder.remove();
    throw error;
  });

  const redis: Redis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid;
    },
    stop: async () => {
      // A frozen process would not hear that it should end.
      child.signal('SIGCONT');
      await child.stop();
      folder.remove();
    },
    restart: async () => {
      child.signal('SIGCONT');
      await child.stop();
      child = await launch();
    },
    kill: async () => {
      await child.kill();
    },
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    flush: async () => {
      const answer = await ask('FLUSHALL');
      if (answer !== '+OK\r\n') throw new Error(`redis-server did not flush: ${answer}`);
    },
    [Symbol.asyncDispose]: () => redis.stop(),
  };
  return redis;
}
