/** The child as JavaScript: hundreds of processes start, and loading would be most of their work. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../test/support/process.ts';

export interface Bundle {
  readonly entry: string;
  remove(): void;
}

/** What cannot be bundled, and what this child never loads. */
const EXTERNAL = ['better-sqlite3', '@slack/bolt'];

/** For packages that are CommonJS. Under a name that no source has. */
const REQUIRE =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

export function bundleChild(): Bundle {
  // Below the package, so that what is external is found.
  const cache = join(packageRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'hallpass-crash-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(packageRoot, 'migrations'), join(folder, 'migrations'));
  // As deep as `src/store`, which looks for the migrations from where it is.
  const outdir = join(folder, 'src', 'store');
  // What is imported only when it is needed stays in a file of its own, and is not read here.
  const options = ['--bundle', '--splitting', '--minify-syntax', '--minify-whitespace'];
  const target = ['--platform=node', '--format=esm', '--target=node20'];
  const external = EXTERNAL.map((name) => `--external:${name}`);
  execFileSync(
    // tsx brings it.
    join(packageRoot, 'node_modules', '.bin', 'esbuild'),
    [
      join(packageRoot, 'crash', 'child.ts'),
      ...[...options, ...target, ...external],
      ...[`--banner:js=${REQUIRE}`, `--outdir=${outdir}`],
      '--log-level=warning',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return { entry: join(outdir, 'child.js'), remove };
}
