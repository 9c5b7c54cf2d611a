/**
 * `npm run crash`: kill -9 before and after each call of the store, the queue, chat and the provider,
 * start again, let it settle, and look whether everything is as it must be. See README.md beside this.
 */
import { startRedis } from '../test/support/redis.ts';
import type { Bundle } from './bundle.ts';
import { bundleChild } from './bundle.ts';
import { gaps } from './coverage.ts';
import type { Recording, Result } from './crew.ts';
import { Crew, positionsOf } from './crew.ts';
import type { Options } from './options.ts';
import { readOptions } from './options.ts';
import { nameOf, type Position, sliced } from './positions.ts';
import { isFailed, report } from './report.ts';
import { SCRIPTS } from './scripts.ts';

/** Milliseconds. */
const PROGRESS = 10_000;

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words, Date.now());
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const redis = options.modes.includes('redis') ? await startRedis() : undefined;
  const bundle = bundleChild();
  const crew = crewOf(bundle, redis?.url, options);
  // The table of what was tried by then. A second one does not wait, and its folders and processes go all the same.
  process.once('SIGINT', () => {
    crew.callOff();
    process.once('SIGINT', () => process.exit(1));
  });
  process.once('SIGTERM', () => process.exit(1));
  try {
    return await run(crew, options);
  } finally {
    await crew.close();
    await redis?.stop();
    bundle.remove();
  }
}

function crewOf({ entry }: Bundle, redisUrl: string | undefined, options: Options) {
  const { mutant, hands, minutes } = options;
  const until = performance.now() + minutes * 60_000;
  return new Crew({ entry, redisUrl, mutant, hands, until, scripts: SCRIPTS });
}

async function run(crew: Crew, options: Options): Promise<number> {
  const recordings: Recording[] = [];
  for (const mode of options.modes) recordings.push(...(await crew.record(mode)));
  const unsound = recordings.filter(({ faults }) => faults.length > 0);
  for (const { mode, script, faults } of unsound)
    console.error(`${mode}/${script.name} fails although nobody is killed:`, faults);
  const positions = chosen(recordings, options);
  if (options.list) for (const position of positions) console.log(nameOf(position));
  if (options.list || unsound.length > 0) return unsound.length;
  console.error(`… ${positions.length} positions`);
  const results = await crew.kill(recordings, positions, telling(positions.length));
  const missing = gaps(recordings);
  report(results, { missing, untried: positions.length - results.length }, options.json);
  return results.some(isFailed) || missing.length > 0 ? 1 : 0;
}

function chosen(
  recordings: readonly Recording[],
  { slice, only, every }: Options,
): readonly Position[] {
  const all = recordings.flatMap((recording) => positionsOf(recording, every));
  return sliced(
    all.filter((position) => nameOf(position).startsWith(only)),
    slice,
  );
}

/** Each failure at once, and now and then how far it is. */
function telling(all: number): (result: Result) => void {
  let [done, told] = [0, performance.now()];
  return ({ position, faults }) => {
    done += 1;
    if (faults.length > 0) console.error(`FAILED ${nameOf(position)}: ${faults.join('; ')}`);
    if (performance.now() - told < PROGRESS) return;
    told = performance.now();
    console.error(`… ${done} of ${all}`);
  };
}

process.exitCode = await main(process.argv.slice(2));
