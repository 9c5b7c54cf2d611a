/** Alarms in Redis, by BullMQ. A job holds two numbers; what is to be done stands in the store. */
import type { Worker } from 'bullmq';
import type { Clock } from '../clock.ts';
import type { Millis } from '../core/time.ts';
import type { Log } from '../log.ts';
import {
  type Connections,
  connect,
  cut,
  isReady,
  type JobData,
  sayGoodbye,
} from './bullmq-connections.ts';
import { Outage } from './outage.ts';
import type { Alarm, Engine, Runner } from './runner.ts';

/** Jobs in one round trip. */
const CHUNK = 500;
/** Alarms that wait for Redis to take them. More than that are left to the sweep. */
const MOST_WAITING = 100_000;
const LONGEST_START: Millis = 3_000;
const LONGEST_PING: Millis = 1_000;
const LONGEST_GOODBYE: Millis = 2_000;
const REST: Millis = 1_000;

export interface BullmqOptions {
  /** As ioredis takes it: `redis://`, `rediss://`, or the path of a unix socket. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of all keys in Redis. Two installations in one database need two. */
  readonly prefix?: string;
  readonly concurrency?: number;
}

export function bullmqRunner(options: BullmqOptions): Runner {
  return new BullmqRunner(options);
}

class BullmqRunner implements Runner {
  readonly #options: BullmqOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #outage: Outage;
  readonly #running = new Set<Promise<void>>();
  #connections: Connections | undefined;
  #closed = false;
  #pending: Alarm[] = [];
  #waiting = 0;
  #flushing = false;

  constructor(options: BullmqOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#outage = new Outage({
      clock: options.clock,
      log: options.log,
      isUp: () => this.#isConnected(),
    });
  }

  /** Resolves when Redis is there, or soon after when it is not: it is then connected to when it comes. */
  async start(engine: Engine): Promise<void> {
    const connections = this.#connect(engine);
    this.#connections = connections;
    const { producer, consumer } = connections;
    const ready = Promise.all([isReady(producer), isReady(consumer)]).then(() => true);
    if (!(await this.#within(LONGEST_START, ready)))
      this.#log.warn({}, 'Redis does not answer: starting without it, on the sweep alone');
  }

  ring(alarms: readonly Alarm[]): void {
    if (this.#closed || alarms.length === 0) return;
    if (this.#connections?.producer.status !== 'ready')
      this.#outage.lost(alarms.length, 'not connected');
    else if (this.#waiting + alarms.length > MOST_WAITING)
      this.#outage.lost(alarms.length, 'Redis takes alarms too slowly');
    else this.#enqueue(alarms);
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#pending = [];
    this.#outage.close();
    if (this.#connections === undefined) return;
    const goodbye = sayGoodbye(this.#connections).catch(() => false);
    await Promise.allSettled(this.#running);
    if (!(await this.#within(LONGEST_GOODBYE, goodbye))) cut(this.#connections);
  }

  async healthy(): Promise<boolean> {
    if (this.#connections === undefined || this.#closed || !this.#isConnected()) return false;
    if (this.#outage.isOn) return false;
    const { producer, worker } = this.#connections;
    const pong = producer.ping().then(
      () => true,
      () => false,
    );
    return worker.isRunning() && (await this.#within(LONGEST_PING, pong));
  }

  #isConnected(): boolean {
    return (
      this.#connections?.producer.status === 'ready' &&
      this.#connections.consumer.status === 'ready'
    );
  }

  #connect(engine: Engine): Connections {
    const { url, prefix = 'hallpass', concurrency = 64 } = this.#options;
    const connections = connect({
      url,
      prefix,
      concurrency,
      run: (job) => this.#run(engine, job),
      isClosed: () => this.#closed,
      onError: (error) => this.#outage.error(error),
    });
    const { worker } = connections;
    worker.on('error', (error) => this.#rest(worker, error));
    return connections;
  }

  /**
   * A worker asks again at once when Redis refuses (full, or without its replicas), thousands of times a
   * second: runRetryDelay is for connections only.
   */
  #rest(worker: Worker, error: Error): void {
    if (error.name !== 'ReplyError' || worker.isPaused() || this.#closed) return;
    this.#clock.after(REST, () => {
      if (!this.#closed) void worker.resume();
    });
    worker.pause(true).catch(() => {});
  }

  async #run(engine: Engine, { effect, attempt }: JobData): Promise<void> {
    if (this.#closed) return;
    const run = engine.run(effect, attempt);
    this.#running.add(run);
    try {
      await run;
    } finally {
      this.#running.delete(run);
    }
  }

  #enqueue(alarms: readonly Alarm[]): void {
    this.#waiting += alarms.length;
    for (const alarm of alarms) this.#pending.push(alarm);
    if (this.#flushing) return;
    this.#flushing = true;
    // At the end of this turn of the event loop: what was rung within it goes in one round trip.
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const alarms = this.#pending;
      this.#pending = [];
      for (let from = 0; from < alarms.length && !this.#closed; from += CHUNK)
        await this.#add(alarms.slice(from, from + CHUNK));
    }
    this.#flushing = false;
  }

  async #add(alarms: readonly Alarm[]): Promise<void> {
    try {
      const now = this.#clock.now();
      await this.#connections?.queue.addBulk(alarms.map((alarm) => jobOf(alarm, now)));
    } catch (error) {
      this.#outage.lost(alarms.length, error);
    } finally {
      this.#waiting -= alarms.length;
    }
  }

  /** @returns false when it took longer */
  async #within(longest: Millis, work: Promise<boolean>): Promise<boolean> {
    let cancel = () => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#clock.after(longest, () => resolve(false));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }
}

/**
 * BullMQ ignores a job whose id exists, even when it is added from within that very job: so the attempt is
 * part of the id. So is the time, or a deadline that is moved forward would ring at the old one. An id may
 * hold no colon and be no integer.
 */
function jobOf({ effect, attempt, dueAt, lane }: Alarm, now: number) {
  return {
    name: 'alarm',
    data: { effect, attempt },
    opts: {
      jobId: `${effect}-${attempt}-${dueAt.toString(36)}`,
      delay: Math.max(0, dueAt - now),
      // Without a priority a job goes before all that have one, and costs less.
      ...(lane === 0 ? {} : { priority: lane }),
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}
