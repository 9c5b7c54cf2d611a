/** A queue in a server of its own: it loses alarms, rings them twice or late, and restarts empty. */
import type { Instant, Millis } from '../src/core/time.ts';
import { SECOND } from '../src/core/time.ts';
import type { Alarm, Engine, Runner } from '../src/jobs/runner.ts';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import type { Troubles } from './troubles.ts';

export class Queue {
  readonly #line: Timeline;
  readonly #start: Instant;
  readonly #chance: Chance;
  readonly #troubles: () => Troubles;
  #jobs = new Set<string>();
  readonly #workers = new Map<Life, Engine>();
  /** Whether it can be reached at all just now. */
  isOut = false;

  constructor(line: Timeline, start: Instant, chance: Chance, troubles: () => Troubles) {
    this.#line = line;
    this.#start = start;
    this.#chance = chance;
    this.#troubles = troubles;
  }

  employ(life: Life, engine: Engine | null): void {
    if (engine === null) this.#workers.delete(life);
    else this.#workers.set(life, engine);
  }

  add({ effect, attempt, dueAt }: Alarm): void {
    const job = `${effect}-${attempt}`;
    if (this.isOut || (effect !== 0 && this.#jobs.has(job))) return;
    const bad = this.#chance.is(this.#troubles().queue);
    const how = bad ? this.#chance.pick(['lost', 'double', 'late'] as const) : 'fine';
    if (how === 'lost') return;
    this.#jobs.add(job);
    const delay = Math.max(0, dueAt - (this.#start + this.#line.now));
    const ring = (later: Millis) => this.#line.in(delay + later, () => this.#ring(effect, attempt));
    ring(how === 'late' ? this.#chance.int(0, 60 * SECOND) : this.#chance.skewed(0, SECOND));
    if (how === 'double') ring(this.#chance.int(0, 30 * SECOND));
  }

  restartEmpty(): void {
    this.#jobs = new Set();
  }

  #ring(effect: number, attempt: number): void {
    const job = `${effect}-${attempt}`;
    if (!this.#jobs.has(job)) return;
    const worker = this.#chance.oneOf(
      [...this.#workers].filter(([life]) => !life.dead && !life.frozen),
    );
    if (worker === undefined || this.isOut) {
      // A job that nobody takes waits in the list; with an outage it stalls until that is over.
      this.#line.in(SECOND, () => this.#ring(effect, attempt));
      return;
    }
    void worker[1].run(effect, attempt).finally(() => this.#jobs.delete(job));
  }
}

/** The runner port in front of it. */
export function simulatedRunner(queue: Queue, life: Life): Runner {
  let engine: Engine | undefined;
  const running = new Set<Promise<void>>();
  return {
    async start(started) {
      engine = {
        run(effect, attempt) {
          const run = started.run(effect, attempt).finally(() => running.delete(run));
          running.add(run);
          return run;
        },
        drain: () => started.drain(),
        nextDueAt: () => started.nextDueAt(),
      };
      queue.employ(life, engine);
    },
    ring(alarms) {
      if (!life.step('before ring')) return;
      for (const alarm of alarms) queue.add(alarm);
      life.step('after ring');
    },
    async stop() {
      queue.employ(life, null);
      await Promise.all(running);
    },
    healthy: async () => !queue.isOut,
  };
}
