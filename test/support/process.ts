// The real program, as an operator runs it.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Child } from './child-process.ts';

export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface ProgramOptions {
  /** The file to run, relative to the package. */
  readonly entry?: string;
  readonly args?: readonly string[];
  /** All of its environment but PATH and HOME: what a developer has exported is not the test's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export function startProgram(options: ProgramOptions = {}): Promise<Child> {
  const entry = options.entry ?? 'src/cli/main.ts';
  const { PATH, HOME } = process.env;
  return Child.start(
    process.execPath,
    ['--import', tsx, join(packageRoot, entry), ...(options.args ?? [])],
    {
      name: [entry, ...(options.args ?? [])].join(' '),
      env: { PATH, HOME, ...options.env },
      cwd: options.cwd ?? packageRoot,
    },
  );
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. */
export async function runProgram(options: ProgramOptions = {}): Promise<Finished> {
  const child = await startProgram(options);
  const { code } = await child.ended;
  return { code, stdout: child.stdout, stderr: child.stderr };
}
