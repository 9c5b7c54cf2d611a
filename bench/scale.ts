/** What the program does while ever more access stands open: lives a second, lateness of ends, memory. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SECOND } from '../src/core/time.ts';
import { MOST_A_SECOND } from '../src/workflow/rechecks.ts';
import { fillWithGrants } from './prefill.ts';
import { rawRate } from './raw.ts';
import type { BenchRedis } from './redis.ts';
import type { Burden, Task } from './scale-child.ts';

export interface Point extends Burden {
  readonly grants: number;
  /** Of raw jobs, before and after. */
  readonly jobsPerSecond: number;
  readonly lifecycleRatio: number;
}

export interface ScaleOptions {
  readonly sizes: readonly number[];
  readonly lives: number;
  readonly ends: number;
  readonly jobs: number;
}

const RECHECK = 30 * SECOND;

/** @param say is told of each size before it is measured */
export async function scale(
  redis: BenchRedis,
  options: ScaleOptions,
  say: (what: string) => void,
): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const grants of [0, ...options.sizes]) {
    say(`${grants} live grants`);
    const { burden, jobsPerSecond } = await besideRawJobs(redis, grants, options);
    const lifecycleRatio = burden.livesPerSecond / (jobsPerSecond / 8);
    points.push({ ...burden, grants, jobsPerSecond, lifecycleRatio });
  }
  return points;
}

async function besideRawJobs(redis: BenchRedis, grants: number, options: ScaleOptions) {
  const { url } = redis;
  const raw = async () => {
    await redis.flush();
    const { perSecond } = await rawRate({ url, jobs: options.jobs });
    await redis.flush();
    return perSecond;
  };
  const before = await raw();
  const burden = await burdenOf(url, grants, options);
  return { burden, jobsPerSecond: (before + (await raw())) / 2 };
}

async function burdenOf(
  redisUrl: string,
  grants: number,
  { lives, ends }: ScaleOptions,
): Promise<Burden> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  const file = join(folder, 'hallpass.db');
  try {
    const within = Math.max(RECHECK, (grants / MOST_A_SECOND) * SECOND);
    const held = await fillWithGrants(file, grants, within);
    return await inAnotherProcess({ redisUrl, file, held, lives, ends });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inAnotherProcess(task: Task): Promise<Burden> {
  const child = fork(fileURLToPath(new URL('./scale-child.ts', import.meta.url)));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.send(task);
  const measured = once(child, 'message').then(([burden]) => burden as Burden);
  const gone = once(child, 'exit').then(() => {
    throw new Error('the program with live grants ended early');
  });
  try {
    return await Promise.race([measured, gone]);
  } finally {
    gone.catch(() => {});
    process.off('exit', kill);
    kill();
  }
}
