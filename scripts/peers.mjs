// Installs the test peers that are too heavy, or too bound to one platform, to be dev dependencies.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.peers');

/** A stateful Slack that we did not write, published as one binary for each platform. */
const localSlack = { name: 'local-slack-linux-x64', version: '0.1.8' };

const localSlackFolder = join(folder, 'node_modules', localSlack.name);

/** Where the binary is once installed. It need not be there. */
export const localSlackBinary = join(localSlackFolder, 'bin', 'local-slack');

function installedVersion() {
  const manifest = join(localSlackFolder, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

export function installPeers() {
  if (installedVersion() === localSlack.version) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `${localSlack.name} runs on Linux x64 only, this is ${process.platform} ${process.arch}`,
    );
  }
  // Its own prefix, so that neither package.json nor the lock file learns about it.
  execFileSync(
    'npm',
    [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `${localSlack.name}@${localSlack.version}`,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPeers();
