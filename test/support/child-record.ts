// A note on disk for each process that a test started, so that the run as a whole can tell which of them were never
// stopped. Tests run in workers of their own; what a worker leaves behind when it is ended is seen from outside only.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'HALLPASS_TEST_CHILDREN';

export interface LeftChild {
  readonly pid: number;
  readonly name: string;
}

/** Begun by the global setup, before any worker inherits the environment. */
export function openRecord(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-children-'));
  process.env[variable] = folder;
  return folder;
}

export function noteStarted(pid: number, name: string): void {
  const folder = process.env[variable];
  if (folder) writeFileSync(join(folder, String(pid)), name);
}

export function noteEnded(pid: number): void {
  const folder = process.env[variable];
  if (folder) rmSync(join(folder, String(pid)), { force: true });
}

/** What was started and never seen to end. */
export function closeRecord(folder: string): LeftChild[] {
  const left = readdirSync(folder).map((file) => ({
    pid: Number(file),
    name: readFileSync(join(folder, file), 'utf8'),
  }));
  rmSync(folder, { recursive: true, force: true });
  return left;
}
