/** What the parts below us do with nothing of ours on top: the baselines that our own numbers are held against. */
import { createHash } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const CHUNK = 500;

export interface RawOptions {
  readonly url: string;
  readonly jobs: number;
  readonly concurrency?: number;
  /** Of this process, which share the concurrency's number each. */
  readonly workers?: number;
}

export interface RawRate {
  readonly jobs: number;
  /** From the first job added to the last one done, both going on at once. */
  readonly perSecond: number;
  readonly addMillis: number;
  readonly totalMillis: number;
}

export interface Lateness {
  readonly jobs: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Adds trivial jobs in bulk while workers take them. */
export async function rawRate(options: RawOptions): Promise<RawRate> {
  return await withQueue(options, async ({ queue, handle }) => {
    const isDone = handle(options.jobs, () => {});
    const begin = performance.now();
    await addAll(queue, options.jobs, () => 0);
    const addMillis = performance.now() - begin;
    await isDone;
    const totalMillis = performance.now() - begin;
    return {
      jobs: options.jobs,
      perSecond: perSecond(options.jobs, totalMillis),
      addMillis,
      totalMillis,
    };
  });
}

/** How late jobs run that all fall due at the same moment, as grants do that end in the same second. */
export async function rawLateness(options: RawOptions): Promise<Lateness> {
  return await withQueue(options, async ({ queue, handle }) => {
    const late: number[] = [];
    const isDone = handle(options.jobs, (dueAt) => late.push(Date.now() - dueAt));
    // All of them are in Redis before the first falls due.
    const end = Date.now() + 2_000 + options.jobs / 2;
    await addAll(queue, options.jobs, () => end);
    if (Date.now() > end) throw new Error('the jobs fell due before all of them were added');
    await isDone;
    return lateness(late);
  });
}

/** Texts hashed per second, each over the digest of the one before it. */
export function rawSha256(texts: readonly string[]): number {
  const begin = performance.now();
  let last = '';
  for (const text of texts) last = createHash('sha256').update(last).update(text).digest('hex');
  return perSecond(texts.length, performance.now() - begin);
}

export function lateness(late: readonly number[]): Lateness {
  const sorted = [...late].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { jobs: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function perSecond(count: number, millis: number): number {
  return Math.round(count / (millis / 1_000));
}

interface JobData {
  readonly dueAt: number;
}

interface Bench {
  readonly queue: Queue<JobData>;
  /** Resolves when that many jobs have been handled. */
  readonly handle: (jobs: number, each: (dueAt: number) => void) => Promise<void>;
}

async function withQueue<T>(options: RawOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  const { url, concurrency = 64, workers = 1 } = options;
  const prefix = `bench-${process.pid}-${Math.round(performance.now())}`;
  const open = () => new Redis(url, { maxRetriesPerRequest: null });
  const connections = Array.from({ length: workers + 1 }, open);
  const [connection = open(), ...consumers] = connections;
  let each = (_dueAt: number) => {};
  const queue = new Queue<JobData>('raw', { connection, prefix });
  const running = consumers.map(
    (consumer) =>
      new Worker<JobData>('raw', async ({ data }) => each(data.dueAt), {
        connection: consumer,
        prefix,
        concurrency,
      }),
  );
  await Promise.all([queue, ...running].map((part) => part.waitUntilReady()));
  const handle: Bench['handle'] = (jobs, ofEach) =>
    new Promise((resolve) => {
      let left = jobs;
      each = (dueAt) => {
        ofEach(dueAt);
        left -= 1;
        if (left === 0) resolve();
      };
    });
  try {
    return await work({ queue, handle });
  } finally {
    await Promise.all(running.map((worker) => worker.close()));
    await queue.obliterate({ force: true });
    await queue.close();
    await Promise.all(connections.map((one) => one.quit()));
  }
}

async function addAll(
  queue: Queue<JobData>,
  jobs: number,
  dueAt: (index: number) => number,
): Promise<void> {
  for (let from = 0; from < jobs; from += CHUNK)
    await queue.addBulk(
      Array.from({ length: Math.min(CHUNK, jobs - from) }, (_, index) =>
        jobOf(dueAt(from + index)),
      ),
    );
}

function jobOf(at: number) {
  const dueAt = Math.round(at);
  const delay = Math.max(0, dueAt - Date.now());
  return {
    name: 'raw',
    data: { dueAt },
    opts: { delay, removeOnComplete: true, removeOnFail: true },
  };
}
