// Every test, the slow ones too, with no server allowed to be absent.

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeers } from './peers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The program, and the Debian package that brings it. @type {Record<string, string>} */
const servers = { 'redis-server': 'redis-server', haproxy: 'haproxy', chromium: 'chromium' };

// Debian puts haproxy into /usr/sbin, which is not on everybody's PATH.
const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/** @param {string} program */
function isInstalled(program) {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function installServers() {
  const absent = Object.keys(servers).filter((program) => !isInstalled(program));
  if (absent.length === 0) return;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!canInstall) {
    console.error(`Install these first, they are not on PATH: ${absent.join(', ')}`);
    process.exit(1);
  }
  aptGet('update');
  aptGet(
    'install',
    '-y',
    '--no-install-recommends',
    ...absent.flatMap((name) => servers[name] ?? []),
  );
}

/** @param {...string} args */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
}

installServers();
installPeers();

const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'vitest.full.config.ts',
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, HALLPASS_TEST_REQUIRE: 'all' },
  },
);
process.exit(run.status ?? 1);
