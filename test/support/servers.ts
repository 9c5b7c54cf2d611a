// Which real servers this machine has, and what becomes of the suites that need one it has not: skipped by name and
// counted at the end (absent-servers-reporter.ts), or failed where HALLPASS_TEST_REQUIRE=all says that nothing may be
// absent.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { agentsPlaygroundScript, localSlackBinary } from '../../scripts/peers.mjs';
import { absentMark } from './absent-mark.ts';

export type Server = 'redis-server' | 'haproxy' | 'chromium' | 'local-slack' | 'agents-playground';

// Debian puts haproxy into /usr/sbin, which is not on everybody's PATH.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const candidates: Record<Server, readonly string[]> = {
  'redis-server': onPath('redis-server'),
  haproxy: onPath('haproxy'),
  chromium: onPath('chromium', 'chromium-browser', 'google-chrome'),
  'local-slack': [localSlackBinary],
  'agents-playground': [agentsPlaygroundScript],
};

function onPath(...programs: string[]): string[] {
  return programs.flatMap((program) => folders.map((folder) => join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function locate(server: Server): string | undefined {
  return candidates[server].find(isExecutable);
}

/** The path of a server's binary. Behind `needs(server)` it is always there. */
export function binaryOf(server: Server): string {
  const path = locate(server);
  if (path === undefined) throw new Error(`${server} is not installed`);
  return path;
}

type Suite = (name: string, suite: () => void) => void;

/** `needs('redis-server')('the BullMQ runner', () => { … })` stands where `describe` would. */
export function needs(...servers: Server[]): Suite {
  const absent = servers.filter((server) => locate(server) === undefined);
  if (absent.length === 0) return describe;
  return process.env.HALLPASS_TEST_REQUIRE === 'all' ? failing(absent) : skipping(absent);
}

function failing(absent: readonly Server[]): Suite {
  return (name) =>
    describe(name, () => {
      it(`has ${absent.join(' and ')} on this machine`, () => {
        throw new Error(`${absent.join(' and ')} may not be absent, HALLPASS_TEST_REQUIRE=all`);
      });
    });
}

function skipping(absent: readonly Server[]): Suite {
  return (name, suite) => describe.skip(`${name} ${absentMark.write(absent)}`, suite);
}
