// Installs the test peers that are too heavy, too bound to one platform, or licensed for evaluation alone, to be dev
// dependencies.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.peers');

/** A stateful Slack that we did not write, published as one binary for each platform. */
const localSlack = { name: 'local-slack-linux-x64', version: '0.1.8' };

/** Microsoft's own stand-in for Teams, with a page. Its licence is for trying things out: it is never shipped. */
const agentsPlayground = { name: '@microsoft/m365agentsplayground', version: '0.2.28' };

const peers = [localSlack, agentsPlayground];

/** @param {{ name: string }} peer */
const folderOf = ({ name }) => join(folder, 'node_modules', name);

/** Where the binary is once installed. It need not be there. */
export const localSlackBinary = join(folderOf(localSlack), 'bin', 'local-slack');

/** A script of Node's, likewise. */
export const agentsPlaygroundScript = join(folderOf(agentsPlayground), 'cli.js');

/** @param {{ name: string, version: string }} peer */
function isInstalled(peer) {
  const manifest = join(folderOf(peer), 'package.json');
  return (
    existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === peer.version
  );
}

export function installPeers() {
  if (peers.every(isInstalled)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `${localSlack.name} runs on Linux x64 only, this is ${process.platform} ${process.arch}`,
    );
  }
  // Its own prefix, so that neither package.json nor the lock file learns about it. All of them at once, because what
  // is not named is taken away.
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
      ...peers.map(({ name, version }) => `${name}@${version}`),
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPeers();
