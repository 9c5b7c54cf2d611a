/** `npm run teams:package`: checks what it is given, and writes the package. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command, Io } from '../src/cli/command.ts';
import { readArgs, WrongCall } from '../src/cli/command.ts';
import type { Environment } from '../src/config.ts';
import { filledManifest, manifestFaults, zippedApp } from './teams-app.ts';

const OUT = 'build/hallpass-teams.zip';
const NO_PAGE = 'https://hallpass.example.com';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const OPTIONS = {
  'app-id': { type: 'string' },
  about: { type: 'string', default: NO_PAGE },
  out: { type: 'string', default: OUT },
} as const;

const HELP = [
  'Usage: npm run teams:package -- [options]',
  '',
  'Makes the package that is uploaded to Teams: the manifest and its icons in one zip, checked against',
  'Microsoft’s schema. Exit code 0: made. 1: the schema has something against it. 2: a wrong call.',
  '',
  '  --app-id <id>   the app in Entra, where MICROSOFT_APP_ID is set neither here nor in .env',
  '  --about <url>   the page that the app’s entry in Teams links to, such as one of your wiki',
  `  --out <file>    where it goes, ${OUT} unless said otherwise`,
].join('\n');

export function teamsPackage(environment: Environment): Command {
  return {
    help: HELP,
    async run(args, io) {
      const { values } = readArgs(args, OPTIONS);
      const manifest = filledManifest({
        MICROSOFT_APP_ID: checkedId(values['app-id'] ?? environment.MICROSOFT_APP_ID ?? ''),
        ABOUT: checkedPage(values.about),
        VERSION: ownVersion(),
      });
      const faults = manifestFaults(manifest);
      for (const fault of faults) io.err(`manifests/teams/manifest.json: ${fault}`);
      if (faults.length > 0) return 1;
      write(values.out, zippedApp(manifest));
      say(values, io);
      return 0;
    },
  };
}

function checkedId(appId: string): string {
  const id = appId.trim().toLowerCase();
  if (id === '')
    throw new WrongCall('MICROSOFT_APP_ID is missing: the “Application (client) ID” in Entra.');
  if (!GUID.test(id))
    throw new WrongCall(
      'MICROSOFT_APP_ID is not the id of an app, which is written 01234567-89ab-cdef-0123-456789abcdef.',
    );
  return id;
}

function checkedPage(about: string): string {
  if (URL.canParse(about) && new URL(about).protocol === 'https:') return about;
  throw new WrongCall('--about takes the address of a page, which starts with https://.');
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}

function write(out: string, bytes: Uint8Array): void {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, bytes);
}

function say({ out, about }: { readonly out: string; readonly about: string }, io: Io): void {
  io.out(`${out} is made: upload it to Teams.`);
  if (about === NO_PAGE) io.out(`Its links go to ${NO_PAGE}; --about says where yours go.`);
}
