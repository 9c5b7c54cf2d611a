/** The program with very much standing open, in a process of its own so that its memory is its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/clock.ts';
import { HeldGate } from './held-gate.ts';
import { promisedEnds } from './lateness.ts';
import { Crowd } from './lifecycle.ts';
import { onlooker } from './onlooker.ts';
import { ASKERS, addressOf } from './policy.ts';
import type { Held } from './prefill.ts';
import type { Lateness } from './raw.ts';
import { lateness } from './raw.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

export interface Task {
  readonly redisUrl: string;
  readonly file: string;
  readonly held: Held;
  readonly lives: number;
  readonly ends: number;
}

export interface Burden {
  readonly startMillis: number;
  /** Of one processor, when nothing is asked for. */
  readonly idleShare: number;
  readonly rechecksPerSecond: number;
  /** What was due for over two seconds and not done, after all that. */
  readonly overdue: number;
  readonly livesPerSecond: number;
  readonly lateness: Lateness;
  readonly rss: number;
}

const IDLE = 10_000;
const SOON = 15;
const WINDOW = 10;
const LONGEST = 90_000;

process.once('message', (task: Task) => {
  void measure(task).then((burden) => process.send?.(burden, () => process.exit(0)));
});

async function measure(task: Task): Promise<Burden> {
  const gate = new HeldGate(systemClock, task.held);
  const crowd = new Crowd(task.lives);
  let isLiving = true;
  const log = onlooker((sight) => isLiving && crowd.see(sight));
  const begin = performance.now();
  const stage = await openStage({ redisUrl: task.redisUrl, held: task.file, gate, log });
  const startMillis = performance.now() - begin;
  await sleep(IDLE / 2);
  const idle = await idling(gate);
  const rss = memory();
  const livesPerSecond = await living(stage, crowd, task.lives);
  isLiving = false;
  const late = await ending(stage, gate, task.ends);
  const overdue = await stage.app.service.shell.store.dueCount(Date.now() - 2_000);
  const most = Math.max(rss, memory());
  return { startMillis, ...idle, overdue, livesPerSecond, lateness: late, rss: most };
}

async function idling(gate: HeldGate) {
  const [cpu, readings, begin] = [process.cpuUsage(), gate.entries.readings, performance.now()];
  await sleep(IDLE);
  const millis = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return {
    idleShare: (user + system) / 1_000 / millis,
    rechecksPerSecond: (gate.entries.readings - readings) / (millis / 1_000),
  };
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

async function living(stage: Stage, crowd: Crowd, lives: number): Promise<number> {
  const begin = performance.now();
  await inTime(crowd.live(stage, Math.ceil(lives / 2)));
  return lives / ((performance.now() - begin) / 1_000);
}

/** Grants that end one after the other within some seconds. */
async function ending(
  { app, workspace, ...stage }: Stage,
  gate: HeldGate,
  ends: number,
): Promise<Lateness> {
  for (let nth = 0; nth < ends; nth += 1) {
    const ask = `lb-quick ${SOON + (nth % WINDOW)}s ip=${addressOf(nth)} rotate the edge certificate`;
    await workspace.type(ASKERS[nth % ASKERS.length] ?? '', ask);
  }
  const limit = Date.now() + LONGEST;
  while (gate.entries.size < ends) {
    if (Date.now() > limit) throw new Error(`only ${gate.entries.size} of ${ends} grants opened`);
    await sleep(20);
  }
  await sleep(2_000);
  const promised = await promisedEnds({ app, workspace, ...stage }, 'lb-quick');
  await gate.entries.emptied(limit);
  return lateness(
    [...promised].map(([key, at]) => (gate.entries.goneAt.get(key) ?? Infinity) - at),
  );
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const late = sleep(LONGEST, undefined, { ref: false }).then(() => {
    throw new Error('the program is too busy to get its work done');
  });
  return Promise.race([work, late]);
}
