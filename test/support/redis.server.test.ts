import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Redis, startRedis } from './redis.ts';
import { needs } from './servers.ts';

needs('redis-server')('a redis-server of the test’s own', () => {
  let redis: Redis;
  let client: Client;

  beforeAll(async () => {
    redis = await startRedis();
    client = new Client(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    // Its connection is meant to break here.
    client.on('error', () => {});
  });

  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  it('keeps what it is given until it is flushed', async () => {
    await client.set('colour', 'green');
    await expect(client.get('colour')).resolves.toBe('green');

    await redis.flush();
    await expect(client.get('colour')).resolves.toBeNull();
  });

  it('answers at the same address after a restart, and is empty', async () => {
    const before = redis.pid;
    await client.set('colour', 'green');

    await redis.restart();

    expect(redis.pid).not.toBe(before);
    await expect(client.get('colour')).resolves.toBeNull();
  });

  it('comes back after it was killed', async () => {
    await redis.kill();
    await redis.restart();

    await expect(client.ping()).resolves.toBe('PONG');
  });

  it('leaves a command unanswered while it is frozen', async () => {
    redis.freeze();
    const ping = client.ping();
    const silence = new Promise((resolve) => setTimeout(resolve, 100, 'silence'));
    await expect(Promise.race([ping, silence])).resolves.toBe('silence');

    redis.thaw();
    await expect(ping).resolves.toBe('PONG');
  });
});
