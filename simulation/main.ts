/**
 * `npm run simulate -- --seed 7 --lives 1000000`: so many requests, asked and ended in simulated worlds
 * full of trouble, with every promise checked after each step. See docs/reliability.md.
 *
 * `--world 12` lives one world alone and tells all that happens in it; `--mutants` breaks the product on
 * purpose and shows that this is noticed. `--from 5000` leaves out the worlds before that: what an earlier
 * run has lived.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { added, missing, nothingYet } from './census.ts';
import { fates, seedOf } from './crew.ts';
import { tryMutants } from './mutate.ts';
import { shortest } from './shortest.ts';
import type { Violation } from './witness.ts';
import { ASKS, type Fate, live } from './world.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    lives: { type: 'string', default: '20000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    world: { type: 'string' },
    from: { type: 'string', default: '0' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    common: { type: 'boolean', default: false },
    slice: { type: 'string' },
  },
});

/** Fewer lives may not meet everything. */
const EVERYTHING = 10_000;
const HISTORY = 400;
const PROGRESS = 5_000;

const out = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Ctrl-C ends it after the world that it is at, with the figures until then. */
let interrupted = false;

interface Run {
  readonly seed: string;
  readonly lives: number;
  readonly workers: number;
  readonly from: number;
}

async function simulate({ seed, lives, workers, from }: Run): Promise<number> {
  const sum = new Sum(seed);
  for await (const { world, fate } of fates(seed, workers, from)) {
    sum.add(fate);
    if (fate.violation !== undefined) return broken(sum, world, fate.violation);
    if (sum.lives >= lives || interrupted) break;
  }
  const holes = sum.lives < EVERYTHING ? [] : missing(sum.tables);
  if (holes.length > 0) say(`never came: ${holes.join(', ')}`);
  for (const [name, counts] of values.json ? [] : Object.entries(sum.tables))
    say(`${name}: ${JSON.stringify(counts)}`);
  end({ ...sum.figures(), violations: 0, neverCame: holes });
  return holes.length === 0 ? 0 : 1;
}

async function broken(sum: Sum, world: number, { claim, detail }: Violation): Promise<number> {
  say(`\nworld ${world} of seed ${values.seed}: ${claim}\n  ${detail}`);
  if (!values.first) await explain(values.seed, world);
  end({ ...sum.figures(), violations: 1, world, claim });
  return 1;
}

/** Of all worlds so far. */
class Sum {
  readonly tables = nothingYet();
  lives = 0;
  readonly #seed: string;
  readonly #digest = createHash('sha256');
  readonly #began = performance.now();
  #steps = 0;
  #worlds = 0;
  #told = performance.now();

  constructor(seed: string) {
    this.#seed = seed;
  }

  add(fate: Fate): void {
    this.lives += fate.lives;
    this.#steps += fate.steps;
    this.#worlds += 1;
    this.#digest.update(fate.digest);
    added(this.tables, fate.tables);
    if (performance.now() - this.#told < PROGRESS) return;
    this.#told = performance.now();
    say(`${this.lives} lives in ${this.#worlds} worlds, ${Math.round(this.#rate())} a second`);
  }

  figures() {
    const history = this.#digest.copy().digest('hex').slice(0, 16);
    const [lives, livesPerSecond] = [this.lives, this.#rate()];
    return {
      ...{ lives, livesPerSecond, history },
      ...{ seed: this.#seed, worlds: this.#worlds, steps: this.#steps },
    };
  }

  #rate(): number {
    return this.lives / ((performance.now() - this.#began) / 1_000);
  }
}

interface End {
  readonly lives: number;
  readonly violations: number;
  readonly livesPerSecond: number;
  readonly [more: string]: unknown;
}

function end({ lives, violations, livesPerSecond, ...more }: End): void {
  const rate = Math.round(livesPerSecond);
  if (values.json) out(JSON.stringify({ lives, violations, livesPerSecond: rate, ...more }));
  else {
    out(`${lives} lives, ${violations} violations, ${rate} lives a second`);
    for (const [name, value] of Object.entries(more)) out(`  ${name}: ${JSON.stringify(value)}`);
  }
}

async function explain(seed: string, world: number): Promise<void> {
  const { fate, only, spared, tries } = await shortest({ seed: seedOf(seed, world) }, ASKS);
  say(
    `\nThe shortest history found in ${tries} tries: requests ${only.join(', ')}; without ${spared.join(', ')}.`,
  );
  for (const line of fate.lines.slice(-HISTORY)) say(line);
  say(`\nAll of it: npm run simulate -- --seed ${seed} --world ${world}`);
}

async function tellWorld(seed: string, world: number): Promise<number> {
  const fate = await live({ seed: seedOf(seed, world), tell: true });
  for (const line of fate.lines) out(line);
  end({
    lives: fate.lives,
    violations: fate.violation === undefined ? 0 : 1,
    livesPerSecond: 0,
    claim: fate.violation,
    history: fate.digest.slice(0, 16),
  });
  return fate.violation === undefined ? 0 : 1;
}

async function main(): Promise<number> {
  const { seed, world } = values;
  const [lives, workers] = [Number(values.lives), Number(values.workers)];
  const from = Number(values.from);
  if (!(lives > 0) || !(workers > 0) || !(from >= 0)) {
    say('--lives and --workers are numbers greater than 0, --from is the number of a world');
    return 2;
  }
  if (values.mutants) {
    const { only, common, slice, json } = values;
    return tryMutants({ seed, lives, only, common, slice, json }, out);
  }
  return world === undefined
    ? simulate({ seed, lives, workers, from })
    : tellWorld(seed, Number(world));
}

process.once('SIGINT', () => {
  interrupted = true;
});
process.exitCode = await main();
