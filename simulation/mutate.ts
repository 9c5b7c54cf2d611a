/** Breaks a copy of the product in one place at a time, and sees after how many lives that is noticed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAY } from '../src/core/time.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

export interface Trial {
  readonly seed: string;
  /** After so many lives without a violation a mutant counts as not noticed. */
  readonly lives: number;
  readonly only: string | undefined;
  /** Without those that take long to be noticed. */
  readonly common: boolean;
  /** `2/5`: the second of every five. `day/5`: another one each day. */
  readonly slice: string | undefined;
  readonly json: boolean;
}

interface Found {
  readonly mutant: string;
  readonly lives: number;
  readonly found: boolean;
  readonly claim: string | null;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'simulation', 'migrations', 'package.json', 'tsconfig.json'];
const LONGEST = 600_000;

export function tryMutants(trial: Trial, out: (line: string) => void): number {
  const { only, common } = trial;
  const isInSlice = sliced(trial.slice);
  const chosen = MUTANTS.filter(
    ({ name, rare }, nth) =>
      (only === undefined || name === only) && !(common && rare) && isInSlice(nth),
  );
  const found = chosen.map((mutant) => {
    const result = tryOne(mutant, trial);
    const after = result.found
      ? `found after ${result.lives} lives`
      : `NOT found in ${result.lives} lives`;
    if (!trial.json) out(`${after.padEnd(30)} ${mutant.name}: ${result.claim ?? ''}`);
    return result;
  });
  const missed = found.filter((one) => !one.found).length;
  if (trial.json) out(JSON.stringify({ mutants: found.length, missed, found }));
  else out(`${found.length} mutants, ${missed} not found`);
  return missed === 0 && found.length > 0 ? 0 : 1;
}

function sliced(slice: string | undefined): (nth: number) => boolean {
  if (slice === undefined) return () => true;
  const [which, of] = slice.split('/');
  const parts = Number(of);
  if (!(parts > 0)) throw new Error(`--slice ${slice} is not like 2/5 or day/5`);
  const part = which === 'day' ? Math.floor(Date.now() / DAY) : Number(which);
  return (nth) => nth % parts === part % parts;
}

function tryOne(mutant: Mutant, { seed, lives }: Trial): Found {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-mutant-'));
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    apply(mutant, folder);
    const args = ['--seed', seed, '--lives', String(lives), '--json', '--first'];
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(folder, 'simulation/main.ts'), ...args],
      { cwd: folder, encoding: 'utf8', timeout: LONGEST },
    );
    const last = run.stdout.trim().split('\n').at(-1) ?? '';
    if (!last.startsWith('{')) throw new Error(`${mutant.name}: ${run.stderr}`);
    const end = JSON.parse(last) as { lives: number; violations: number; claim?: string };
    return {
      mutant: mutant.name,
      lives: end.lives,
      found: end.violations > 0,
      claim: end.claim ?? null,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error when the text is not there, or there more than once: the product has moved on */
function apply({ name, file, from, to }: Mutant, folder: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${name}: ${parts.length - 1} places in ${file} fit`);
  writeFileSync(path, parts.join(to));
}
