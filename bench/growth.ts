/** `--plot`: what ever more live grants and a long past cost, as tables and as pictures. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PastTimes } from './past.ts';
import { lookBack } from './past.ts';
import type { Plot } from './plot.ts';
import { svgOf } from './plot.ts';
import type { BenchRedis } from './redis.ts';
import type { Point } from './scale.ts';
import { scale } from './scale.ts';

const BUDGET = {
  ...{ sizes: [100, 1_000, 10_000, 100_000], lives: 400, ends: 200, jobs: 10_000 },
  ...{ requests: 1_000_000, looks: 2_000 },
};
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));
const MEGABYTE = 1e6;

export async function growth(redis: BenchRedis, say: (what: string) => void): Promise<void> {
  const points = await scale(redis, BUDGET, say);
  for (const line of pointLines(points)) console.log(line);
  draw(points.filter(({ grants }) => grants > 0));
  say(`looking things up among ${BUDGET.requests} past requests, once they are written`);
  for (const line of pastLines(await lookBack(BUDGET))) console.log(line);
}

function draw(points: readonly Point[]): void {
  for (const [name, plot] of Object.entries(plotsOf(points)))
    writeFileSync(`${IMAGES}bench-${name}.svg`, svgOf(plot));
}

function pointLines(points: readonly Point[]): readonly string[] {
  return [
    '| live grants | lives a second | ratio | lateness p50 | p99 | memory | read back a second | processor at rest |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...points.map((point) =>
      row([
        ...[point.grants.toLocaleString('en'), point.livesPerSecond.toFixed(0)],
        ...[point.lifecycleRatio.toFixed(2), millis(point.lateness.p50)],
        ...[millis(point.lateness.p99), megabytes(point.rss)],
        ...[point.rechecksPerSecond.toFixed(0), `${(point.idleShare * 100).toFixed(0)} %`],
      ]),
    ),
  ];
}

function pastLines({ requests, megabytes: size, looked }: PastTimes): readonly string[] {
  return [
    `${requests.toLocaleString('en')} past requests, a database of ${size.toFixed(0)} MB:`,
    '| look | p50 | p99 | below 20 ms |',
    '| --- | --- | --- | --- |',
    ...looked.map(({ what, p50, p99 }) =>
      row([what, millis(p50), millis(p99), p99 < 20 ? 'yes' : 'no']),
    ),
  ];
}

function plotsOf(points: readonly Point[]): Readonly<Record<string, Plot>> {
  const line = (name: string, of: (point: Point) => number) => ({
    name,
    points: points.map((point) => [point.grants, of(point)] as const),
  });
  return {
    lives: {
      title: 'Whole lives a second',
      y: 'lives a second',
      lines: [line('lives', ({ livesPerSecond }) => livesPerSecond)],
    },
    lateness: {
      title: 'From the promised end to the access being gone',
      y: 'milliseconds',
      lines: [
        line('p50', ({ lateness }) => lateness.p50),
        line('p99', ({ lateness }) => lateness.p99),
      ],
    },
    memory: {
      title: 'Memory',
      y: 'MB',
      lines: [line('resident', ({ rss }) => rss / MEGABYTE)],
      goal: { at: 300, name: 'goal: below 300 MB' },
    },
  };
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}
