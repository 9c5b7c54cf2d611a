/**
 * What each SDK costs those who use it: how long a process takes to load it, beside how long one takes to
 * start at all, and what comes with it on the disk. Nobody else pays: `startup.test.ts`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './figures.ts';

/** Those that are loaded when a policy or a setting needs them. */
export const SDKS = [
  '@slack/bolt',
  'botbuilder',
  'bullmq',
  '@aws-sdk/client-cloudtrail',
  '@aws-sdk/client-ec2',
  '@aws-sdk/client-elastic-load-balancing-v2',
  '@aws-sdk/client-iam',
  '@aws-sdk/client-identitystore',
  '@aws-sdk/client-scheduler',
  '@aws-sdk/client-sso-admin',
] as const;

export interface Weight {
  readonly sdk: string;
  /** Of loading it, in starts of a bare process. */
  readonly starts: number;
  readonly packages: number;
  readonly megabytes: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = 9;

export function weights(sdks: readonly string[] = SDKS, rounds = ROUNDS): readonly Weight[] {
  const places = installed();
  const times = new Map(['', ...sdks].map((sdk) => [sdk, [] as number[]]));
  // One after the other in each round, so that what else the machine does is felt by all.
  for (let round = 0; round < rounds; round += 1)
    for (const [sdk, taken] of times) taken.push(timeOf(sdk));
  const bare = median(times.get('') ?? []);
  return sdks.map((sdk) => {
    const folders = closure(sdk, places);
    const bytes = folders.reduce((sum, folder) => sum + sizeOf(join(ROOT, folder)), 0);
    const starts = (median(times.get(sdk) ?? []) - bare) / bare;
    return { sdk, starts, packages: folders.length, megabytes: bytes / 1e6 };
  });
}

/** In milliseconds, from the start of a process to its end. */
function timeOf(sdk: string): number {
  const code = sdk === '' ? '' : `await import(${JSON.stringify(sdk)}); process.exit()`;
  const began = performance.now();
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT });
  return performance.now() - began;
}

interface Place {
  readonly dependencies?: Readonly<Record<string, string>>;
}
type Places = Readonly<Record<string, Place>>;

/** As the lock file has it: each folder that a package is installed to. */
function installed(): Places {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { readonly packages: Places }).packages;
}

/** The folders of a package and of all that it needs. */
function closure(name: string, places: Places): readonly string[] {
  const found = new Set<string>();
  const waiting = [folderOf(name, '', places)];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    for (const needed of Object.keys(places[folder]?.dependencies ?? {}))
      waiting.push(folderOf(needed, folder, places));
  }
  return [...found];
}

/** The nearest one, as Node looks for it. */
function folderOf(name: string, from: string, places: Places): string {
  const folder = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (Object.hasOwn(places, folder) || from === '') return folder;
  const parent = from.lastIndexOf('/node_modules/');
  return folderOf(name, parent < 0 ? '' : from.slice(0, parent), places);
}

/** Without what is installed below it, which is counted by itself. */
function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
    }, 0);
}

export function showWeights(all: readonly Weight[]): void {
  console.log('| loaded when it is used | time, in starts of node | packages | MB on disk |');
  console.log('| --- | --- | --- | --- |');
  for (const { sdk, starts, packages, megabytes } of all)
    console.log(`| \`${sdk}\` | ${starts.toFixed(1)} | ${packages} | ${megabytes.toFixed(1)} |`);
}
