/** BullMQ's queue and worker, and the connections below them, which are ours to open and to close. */
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Millis } from '../core/time.ts';

const QUEUE = 'effects';
const LONGEST_RECONNECT_PAUSE: Millis = 1_000;

export interface JobData {
  readonly effect: number;
  readonly attempt: number;
}

export interface Connections {
  readonly producer: Redis;
  readonly consumer: Redis;
  readonly queue: Queue<JobData>;
  readonly worker: Worker<JobData>;
}

interface ConnectOptions {
  readonly url: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly run: (job: JobData) => Promise<void>;
  readonly isClosed: () => boolean;
  readonly onError: (error: Error) => void;
}

/** An alarm that cannot be set now is the sweep's, not something to keep in memory. */
const FAIL_FAST: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  socketTimeout: 10_000,
};

/** BullMQ wants it so. The timeout is longer than the 10 s for which it blocks. */
const WAIT_FOR_REDIS: RedisOptions = { maxRetriesPerRequest: null, socketTimeout: 30_000 };

export function connect(options: ConnectOptions): Connections {
  const { url, prefix, concurrency, run, onError } = options;
  // The worker's blocking connection is a copy of its other one, and not ours to close: it ends here.
  const retryStrategy = (times: number) =>
    options.isClosed() ? null : Math.min(times * 50, LONGEST_RECONNECT_PAUSE);
  const producer = new Redis(url, { ...FAIL_FAST, retryStrategy });
  const consumer = new Redis(url, { ...WAIT_FOR_REDIS, retryStrategy });
  // The version check is a command like others: on a connection that fails fast it may fail, for good.
  const queue = new Queue<JobData>(QUEUE, { connection: producer, prefix, skipVersionCheck: true });
  const worker = new Worker<JobData>(QUEUE, ({ data }) => run(data), {
    connection: consumer,
    prefix,
    concurrency,
    runRetryDelay: LONGEST_RECONNECT_PAUSE,
  });
  producer.on('error', onError);
  consumer.on('error', onError);
  queue.on('error', onError);
  worker.on('error', onError);
  return { producer, consumer, queue, worker };
}

export function isReady(connection: Redis): Promise<void> {
  return new Promise((resolve) => {
    connection.once('ready', resolve);
  });
}

/** Whether Redis answers, found out without taking part: no worker that would take alarms away. */
export async function answers(url: string, within: Millis): Promise<boolean> {
  const limits = { connectTimeout: within, socketTimeout: within, maxRetriesPerRequest: 0 };
  const redis = new Redis(url, { ...limits, lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

export async function sayGoodbye({
  producer,
  consumer,
  queue,
  worker,
}: Connections): Promise<boolean> {
  await worker.close();
  await queue.close();
  await Promise.allSettled([producer.quit(), consumer.quit()]);
  return true;
}

export function cut({ producer, consumer, worker }: Connections): void {
  worker.disconnect().catch(() => {});
  producer.disconnect();
  consumer.disconnect();
}
