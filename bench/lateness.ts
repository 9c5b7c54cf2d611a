/**
 * How late access ends when very many grants end at the same moment, at a gate that ends nothing by
 * itself: from the end that was promised to the moment the entry is gone. Beside it, as many delayed jobs
 * that do nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/clock.ts';
import type { RequestQuery } from '../src/store/store.ts';
import { WatchedGate } from './held-gate.ts';
import { onlooker } from './onlooker.ts';
import { ASKERS, addressOf } from './policy.ts';
import type { Lateness } from './raw.ts';
import { lateness } from './raw.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

export interface LatenessOptions {
  readonly redisUrl: string;
  readonly grants: number;
  /** Grants a second that a machine can be counted on to open, for choosing the moment they end. */
  readonly opening: number;
}

/** Ends are whole seconds. Whoever asks late in a second might be given the next one. */
const EARLY = 600;
const AT_ONCE = 64;

export async function endLateness(options: LatenessOptions): Promise<Lateness> {
  const { redisUrl, grants, opening } = options;
  const gate = new WatchedGate(systemClock, { nativeExpiry: 'none' });
  const asker = new Asker(grants, Math.ceil(Date.now() / 1_000) + 10 + Math.ceil(grants / opening));
  const log = onlooker(({ card }) => card.status === 'active' && asker.opened());
  const stage = await openStage({ redisUrl, log, gate });
  try {
    await asker.ask(stage);
    const endsAt = await promisedEnds(stage);
    await gate.entries.emptied(asker.end * 1_000 + 120_000);
    return lateness(
      [...endsAt].map(([key, at]) => (gate.entries.goneAt.get(key) ?? Infinity) - at),
    );
  } finally {
    await stage.close();
  }
}

class Asker {
  /** The second in which all of them end. */
  readonly end: number;
  readonly #grants: number;
  #asked = 0;
  #open = 0;

  constructor(grants: number, end: number) {
    this.#grants = grants;
    this.end = end;
  }

  opened(): void {
    this.#open += 1;
  }

  async ask(stage: Stage): Promise<void> {
    while (this.#open < this.#grants) {
      const mayAsk = this.#asked < this.#grants && this.#asked - this.#open < AT_ONCE;
      const into = Date.now() % 1_000;
      if (Date.now() > this.#latest) throw new Error(this.#tooSlow());
      if (mayAsk && into < EARLY) await this.#askOne(stage);
      else await sleep(mayAsk ? 1_000 - into : 2);
    }
  }

  /** Who asks later than this might be given no time at all; and what never opens is not waited for. */
  get #latest(): number {
    return this.end * 1_000 - 2_000;
  }

  #tooSlow(): string {
    const [open, all] = [this.#open, this.#grants];
    return `only ${open} of ${all} grants were open two seconds before their end: too slow for the bench`;
  }

  async #askOne({ workspace }: Stage): Promise<void> {
    const nth = this.#asked;
    this.#asked += 1;
    const duration = this.end - Math.floor(Date.now() / 1_000);
    const ask = `lb-quick ${duration}s ip=${addressOf(nth)} rotate the edge certificate`;
    await workspace.type(ASKERS[nth % ASKERS.length] ?? '', ask);
  }
}

/** The gate's key → when it was to be gone. */
export async function promisedEnds(stage: Stage, role?: string): Promise<Map<string, number>> {
  const { store } = stage.app.service.shell;
  const query: RequestQuery = { statuses: ['active'], limit: 1_000_000, ...(role && { role }) };
  const ends = new Map<string, number>();
  for (const { value } of await store.requests(query))
    if (value.status === 'active')
      for (const right of value.rights) ends.set(right.key, value.endsAt);
  return ends;
}
