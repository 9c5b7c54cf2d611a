/** Runs scripts, some at a time, with processes that have started before they are needed. */
import { MINUTE } from '../src/core/time.ts';
import type { Trace } from './birth.ts';
import { faultsOf, type Notes } from './checks.ts';
import { Life } from './life.ts';
import type { Mutant } from './mutants.ts';
import type { Mode, Position } from './positions.ts';
import { nameOf, pointsOf } from './positions.ts';
import type { Script } from './scripts.ts';
import { World } from './world.ts';

export interface CrewOptions {
  /** The child as JavaScript. */
  readonly entry: string;
  readonly redisUrl: string | undefined;
  readonly mutant: Mutant | null;
  readonly scripts: readonly Script[];
  /** How many runs go on at once. */
  readonly hands: number;
  /** From then on no position is begun with, by `performance.now()`. */
  readonly until: number;
}

/** A script played to its end with nobody killed, but where it says so itself. */
export interface Recording {
  readonly mode: Mode;
  readonly script: Script;
  readonly traces: ReadonlyMap<number, Trace>;
  readonly notes: Notes;
  readonly faults: readonly string[];
}

export interface Result {
  readonly position: Position;
  readonly reached: boolean;
  readonly faults: readonly string[];
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #spare: Life[] = [];
  /** They have stopped in peace, and are warm. */
  readonly #retired: Life[] = [];
  #called = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    for (let hand = 0; hand <= options.hands; hand += 1) this.#spare.push(new Life(options.entry));
  }

  record(mode: Mode): Promise<readonly Recording[]> {
    return this.#each(this.#options.scripts, async (script) => {
      const world = this.#world(mode, script, undefined);
      const played = await this.#play(world, script, undefined);
      const faults = [...played, ...missedEnd(world, script)];
      return { mode, script, traces: world.traces, notes: world.outside.notes(), faults };
    });
  }

  /**
   * @param tell hears of each result as it comes
   * @returns one for each position for which there was time
   */
  async kill(
    recordings: readonly Recording[],
    positions: readonly Position[],
    tell: (result: Result) => void,
  ): Promise<readonly Result[]> {
    const results = await this.#each(positions, async (position) => {
      if (this.#called || performance.now() > this.#options.until) return undefined;
      const recording = recordings.find(
        ({ mode, script }) => mode === position.mode && script.name === position.script,
      );
      if (recording === undefined) throw new Error(`nothing is known of ${nameOf(position)}`);
      const first = await this.#killAt(position, recording);
      // What runs side by side does not come in the same order each time.
      const result = first.reached ? first : await this.#killAt(position, recording);
      tell(result);
      return result;
    });
    return results.filter((result) => result !== undefined);
  }

  /** No position more is begun with. */
  callOff(): void {
    this.#called = true;
  }

  async close(): Promise<void> {
    const all = [...this.#spare.splice(0), ...this.#retired.splice(0)];
    await Promise.all(all.map((life) => life.end()));
  }

  async #killAt(position: Position, { script, notes }: Recording): Promise<Result> {
    const world = this.#world(position.mode, script, position);
    const faults = await this.#play(world, script, notes);
    return { position, reached: world.deaths.includes(deathAt(position)), faults };
  }

  async #play(world: World, script: Script, notes: Notes | undefined): Promise<readonly string[]> {
    try {
      await script.play(world);
      // What may arrive late was drawn over by then: since the last death, if that comes only now.
      for (let deaths = -1; deaths < world.deaths.length; ) {
        deaths = world.deaths.length;
        await world.passes(MINUTE);
      }
      await world.ends();
      return await faultsOf(world, script, notes);
    } catch (error) {
      return [...world.faults, error instanceof Error ? error.message : String(error)];
    } finally {
      await world.close();
    }
  }

  #world(mode: Mode, script: Script, position: Position | undefined): World {
    const fatal = new Map<number, string>();
    if (script.firstEnd !== undefined) fatal.set(1, script.firstEnd);
    if (position !== undefined) fatal.set(position.life, position.point);
    const { redisUrl, mutant } = this.#options;
    return new World({
      bear: (recovers) => (recovers ? this.#bear() : (this.#retired.pop() ?? this.#bear())),
      retire: (life) => this.#retire(life),
      redisUrl: mode === 'redis' ? redisUrl : undefined,
      mutant,
      fatal,
      firstEnds: script.firstEnd !== undefined,
    });
  }

  /** NB. A script that stops in peace more often than it begins would leave ever more of them. */
  #retire(life: Life): void {
    if (this.#retired.length < this.#options.hands) this.#retired.push(life);
    else void life.end();
  }

  #bear(): Life {
    this.#spare.push(new Life(this.#options.entry));
    return this.#spare.shift() ?? new Life(this.#options.entry);
  }

  async #each<Item, Made>(
    items: readonly Item[],
    work: (item: Item) => Promise<Made>,
  ): Promise<readonly Made[]> {
    const made: Made[] = [];
    let next = 0;
    const hand = async () => {
      for (let index = next++; index < items.length; index = next++) {
        const item = items[index];
        if (item !== undefined) made[index] = await work(item);
      }
    };
    await Promise.all(Array.from({ length: this.#options.hands }, hand));
    return made;
  }
}

export function positionsOf(recording: Recording, every: boolean): readonly Position[] {
  const { mode, script, traces } = recording;
  return [...traces].flatMap(([life, trace]) =>
    pointsOf(mode, trace, every).map((point) => ({ mode, script: script.name, life, point })),
  );
}

/** A script that is to begin after a crash, and in which none came, would be another one. */
function missedEnd({ deaths }: World, { firstEnd }: Script): readonly string[] {
  if (firstEnd === undefined || deaths.includes(`1/${firstEnd}`)) return [];
  return [`the first life does not come to ${firstEnd}`];
}

function deathAt({ life, point }: Position): string {
  return `${life}/${point}`;
}
