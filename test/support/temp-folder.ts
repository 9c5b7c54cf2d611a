import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder {
  readonly path: string;
  remove(): void;
}

const left = new Set<string>();

process.once('exit', () => {
  for (const path of left) rmSync(path, { recursive: true, force: true });
});

/** Short, because the path of a unix socket below it may have 107 characters at most. */
export function makeTempFolder(prefix: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `${prefix}-`));
  left.add(path);
  return {
    path,
    remove: () => {
      left.delete(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
