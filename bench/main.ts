/**
 * `npm run bench`: our own work beside that of the parts below it, as ratios, in one run.
 * `--short` takes about a minute; `--json` ends with one line for machines; `--plot` measures what ever
 * more live grants and a long past cost, and draws it; `--weight` what each SDK costs; `--policy` what looking at one ask does.
 */
import { ackLatency } from './ack.ts';
import type { AuditRates } from './audit.ts';
import { auditRates } from './audit.ts';
import { evaluations, showEvaluations } from './evaluations.ts';
import { median } from './figures.ts';
import { growth } from './growth.ts';
import { endLateness } from './lateness.ts';
import { lifecycles } from './lifecycle.ts';
import type { Lateness } from './raw.ts';
import { rawLateness, rawRate } from './raw.ts';
import { type BenchRedis, startRedis } from './redis.ts';
import { report } from './report.ts';
import { showWeights, weights } from './weight.ts';

const FULL = {
  ...{ rounds: 3, jobs: 30_000, lives: 4_000, atOnce: 1_500 },
  ...{ grants: 10_000, opening: 50, ackSeconds: 20, auditRounds: 5 },
};
const SHORT: Budget = {
  ...{ rounds: 1, jobs: 10_000, lives: 1_000, atOnce: 600 },
  ...{ grants: 1_000, opening: 50, ackSeconds: 5, auditRounds: 3 },
};
type Budget = typeof FULL;

const WORDS = ['--short', '--json', '--plot', '--weight', '--policy'];

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.filter((word) => !WORDS.includes(word));
  if (unknown.length > 0) {
    console.error(`What is ${unknown.join(' ')}? The bench takes ${WORDS.join(', ')}.`);
    return 2;
  }
  if (words.includes('--weight')) {
    showWeights(weights());
    return 0;
  }
  if (words.includes('--policy')) {
    showEvaluations(evaluations(9, 20_000));
    return 0;
  }
  const redis = await startRedis();
  if (redis === undefined) {
    console.error(
      'The bench needs redis-server, and there is none on PATH. Install it and try again.',
    );
    return 1;
  }
  try {
    if (words.includes('--plot')) await growth(redis, say);
    else
      report(
        await measure(redis, words.includes('--short') ? SHORT : FULL),
        words.includes('--json'),
      );
  } finally {
    await redis.stop();
  }
  return 0;
}

export interface Measures {
  readonly livesPerSecond: number;
  readonly jobsPerSecond: number;
  /** The median of the rounds' own ratios: both halves of each were measured side by side. */
  readonly lifecycleRatio: number;
  readonly ends: Lateness;
  readonly jobs: Lateness;
  readonly acks: Awaited<ReturnType<typeof ackLatency>>;
  readonly audit: AuditRates;
}

async function measure(redis: BenchRedis, budget: Budget): Promise<Measures> {
  const lives = await measureLives(redis, budget);
  say('acknowledgement of slash commands');
  await redis.flush();
  const acks = await ackLatency({ redisUrl: redis.url, seconds: budget.ackSeconds });
  return { ...lives, acks, ...(await measureEnds(redis, budget)) };
}

async function measureLives(redis: BenchRedis, budget: Budget) {
  const { url } = redis;
  await rawRate({ url, jobs: 2_000 });
  const rounds: { lives: number; jobs: number }[] = [];
  let audit: AuditRates | undefined;
  for (let round = 1; round <= budget.rounds; round += 1) {
    say(`lifecycles beside raw jobs, round ${round} of ${budget.rounds}`);
    await redis.flush();
    const before = await rawRate({ url, jobs: budget.jobs });
    await redis.flush();
    const { perSecond, stage } = await lifecycles({ redisUrl: url, ...budget });
    if (round === budget.rounds) {
      say('verifying the audit log of these lives beside hashing it');
      audit = await auditRates(stage.app.service.shell.store, budget.auditRounds);
    }
    await stage.close();
    await redis.flush();
    const after = await rawRate({ url, jobs: budget.jobs });
    rounds.push({ lives: perSecond, jobs: (before.perSecond + after.perSecond) / 2 });
  }
  if (audit === undefined) throw new Error('there were no rounds');
  return {
    audit,
    livesPerSecond: median(rounds.map(({ lives }) => lives)),
    jobsPerSecond: median(rounds.map(({ jobs }) => jobs)),
    lifecycleRatio: median(rounds.map(({ lives, jobs }) => lives / (jobs / 8))),
  };
}

async function measureEnds(redis: BenchRedis, budget: Budget) {
  const { grants, opening } = budget;
  say(`${grants} delayed jobs due at one moment`);
  await redis.flush();
  const jobs = await rawLateness({ url: redis.url, jobs: grants });
  say(`${grants} grants that end in one second`);
  await redis.flush();
  const ends = await endLateness({ redisUrl: redis.url, grants, opening });
  return { jobs, ends };
}

function say(what: string): void {
  console.error(`… ${what}`);
}

process.exitCode = await main(process.argv.slice(2));
