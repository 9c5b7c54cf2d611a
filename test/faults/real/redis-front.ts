/** An HAProxy in TCP mode before Redis, and a slow line behind it. */
import { freePort } from '../../support/free-port.ts';
import { startHaproxy } from '../../support/haproxy.ts';
import type { Redis } from '../../support/redis.ts';
import { SlowLine } from './slow-line.ts';

export type RedisFront = Awaited<ReturnType<typeof startRedisFront>>;

export async function startRedisFront(redis: Redis) {
  const behind = await freePort();
  const line = await SlowLine.open({ to: { host: '127.0.0.1', port: redis.port }, at: behind });
  const haproxy = await startHaproxy({
    ports: ['redis'],
    config: ({ ports, socket }) => `
global
    stats socket ${socket} mode 600 level admin
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
frontend in
    bind 127.0.0.1:${ports.redis}
    default_backend redis
backend redis
    server one 127.0.0.1:${behind}
`,
  });
  return {
    url: `redis://127.0.0.1:${haproxy.ports.redis}`,
    /** Whoever connects is hung up on, and so is who was connected. */
    cut: async () => {
      await haproxy.ask('set server redis/one state maint');
      await haproxy.ask('shutdown sessions server redis/one');
    },
    mend: async () => {
      await haproxy.ask('set server redis/one state ready');
    },
    /** Hung up on once; whoever connects again is let in. */
    hangUp: () => haproxy.ask('shutdown sessions server redis/one'),
    delay: (milliseconds: number) => {
      line.delay = milliseconds;
    },
    /** How many are connected through it. */
    connections: async () => {
      const info = await haproxy.ask('show info');
      return Number(/^CurrConns: (\d+)$/m.exec(info)?.[1]);
    },
    stop: async () => {
      await haproxy.stop();
      await line.stop();
    },
  };
}
