/** Worlds side by side: each in one of a few processes, and their fates in the order of their numbers. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Fate } from './world.ts';

export interface Assignment {
  readonly world: number;
  readonly seed: string;
}

export interface Report {
  readonly world: number;
  readonly fate: Fate;
}

/**
 * NB. Node 22.18 and later leave the types out by themselves. What tsx makes of a file gives each function its name
 * whenever one is made, and that is a tenth of all the work here.
 */
const TYPES =
  'typescript' in process.features && process.features.typescript !== false
    ? ['--disable-warning=ExperimentalWarning']
    : ['--import', 'tsx'];

/** NB. Worlds are made of much that lives shortly: with more room for that, less time goes into tidying up. */
const FLAGS = ['--max-semi-space-size=64', ...TYPES];
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Ends every process when it is left, however that happens. */
export async function* fates(seed: string, workers: number, from: number): AsyncGenerator<Report> {
  const crew = new Crew(seed, workers, from);
  try {
    for (let world = from; ; world += 1) yield await crew.fateOf(world);
  } finally {
    crew.dismiss();
  }
}

export const seedOf = (seed: string, world: number): string => `${seed}/${world}`;

/** So many worlds ahead of the one that is waited for may be done already. */
const AHEAD = 40;

class Crew {
  readonly #seed: string;
  readonly #children: ChildProcess[];
  readonly #done = new Map<number, Fate>();
  readonly #idle: ChildProcess[] = [];
  #next: number;
  #wanted = 0;
  #wake: () => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(seed: string, workers: number, from: number) {
    this.#seed = seed;
    this.#next = from;
    this.#children = Array.from({ length: workers }, () => this.#hire());
  }

  async fateOf(world: number): Promise<Report> {
    this.#wanted = world;
    this.#assign();
    while (!this.#done.has(world))
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        this.#fail = reject;
      });
    const fate = this.#done.get(world) as Fate;
    this.#done.delete(world);
    return { world, fate };
  }

  dismiss(): void {
    for (const child of this.#children) child.removeAllListeners('exit').kill('SIGKILL');
  }

  #hire(): ChildProcess {
    const child = fork(WORKER, { execArgv: FLAGS, serialization: 'advanced' });
    child.on('message', ({ world, fate }: Report) => {
      this.#done.set(world, fate);
      this.#idle.push(child);
      this.#assign();
      this.#wake();
    });
    child.on('exit', (code) => this.#fail(new Error(`a worker ended with ${code}`)));
    this.#idle.push(child);
    return child;
  }

  #assign(): void {
    while (this.#next <= this.#wanted + AHEAD) {
      const child = this.#idle.pop();
      if (child === undefined) return;
      const world = this.#next;
      this.#next += 1;
      child.send({ world, seed: seedOf(this.#seed, world) } satisfies Assignment);
    }
  }
}
