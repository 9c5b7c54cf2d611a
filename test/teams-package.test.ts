import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { teamsPackage } from '../scripts/teams-package-command.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const APP_ID = '8b0e9f0c-5d5e-4c3b-9a51-3f6f2b1c7a10';
const OTHER_ID = '01234567-89ab-cdef-0123-456789abcdef';

const folder = makeTempFolder('teams-package');
afterAll(() => folder.remove());

async function make(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const out = join(folder.path, 'made', 'app.zip');
  const said: string[] = [];
  const io = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
  const code = await teamsPackage(env).run([...args, '--out', out], io);
  const zip = unzipSync(readFileSync(out));
  return { code, said, manifest: JSON.parse(strFromU8(zip['manifest.json'] ?? new Uint8Array())) };
}

describe('npm run teams:package', () => {
  test('fills in the app of the environment, and says where the package is', async () => {
    const { code, said, manifest } = await make({ MICROSOFT_APP_ID: ` ${APP_ID.toUpperCase()} ` });
    expect(code).toBe(0);
    expect(manifest).toMatchObject({ id: APP_ID, bots: [{ botId: APP_ID }] });
    expect(said[0]).toContain(folder.path);
    expect(said[1]).toContain('--about');
  });

  test('takes what is given with the call before the environment', async () => {
    const about = 'https://wiki.example.com/hallpass';
    const { said, manifest } = await make(
      { MICROSOFT_APP_ID: APP_ID },
      ...['--app-id', OTHER_ID, '--about', about],
    );
    expect(manifest).toMatchObject({ id: OTHER_ID, developer: { websiteUrl: about } });
    expect(said).toHaveLength(1);
  });

  test('bears the version of the program', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect((await make({ MICROSOFT_APP_ID: APP_ID })).manifest.version).toBe(version);
  });

  test('says what the schema has against it, and makes nothing', async () => {
    const out = join(folder.path, 'unmade.zip');
    const said: string[] = [];
    const io = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
    const args = ['--about', `https://example.com/${'x'.repeat(2_048)}`, '--out', out];
    expect(await teamsPackage({ MICROSOFT_APP_ID: APP_ID }).run(args, io)).toBe(1);
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('/developer/websiteUrl must NOT have more than 2048 characters');
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });

  test.each([
    ['no app', {}, [], 'MICROSOFT_APP_ID is missing'],
    ['an empty app', { MICROSOFT_APP_ID: '' }, [], 'MICROSOFT_APP_ID is missing'],
    ['a name for an app', { MICROSOFT_APP_ID: 'hallpass' }, [], 'is not the id of an app'],
    ['an id in braces', {}, ['--app-id', `{${APP_ID}}`], 'is not the id of an app'],
    [
      'a page without TLS',
      { MICROSOFT_APP_ID: APP_ID },
      ['--about', 'http://a.example'],
      'https://',
    ],
    ['a page that is none', { MICROSOFT_APP_ID: APP_ID }, ['--about', 'wiki'], 'https://'],
    ['an option that is none', { MICROSOFT_APP_ID: APP_ID }, ['--zip'], '--zip'],
  ])('is called wrongly with %s', async (_what, env, args, sentence) => {
    const io = { out: () => undefined, err: () => undefined };
    await expect(teamsPackage(env).run(args, io)).rejects.toMatchObject({
      name: 'WrongCall',
      message: expect.stringContaining(sentence),
    });
  });
});
