import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { filledManifest, manifestFaults, zippedApp } from '../../../scripts/teams-app.ts';
import { isCommandWord } from '../../core/command-words.ts';
import { GRAPH_PERMISSIONS } from './permissions.ts';

const APP_ID = '8b0e9f0c-5d5e-4c3b-9a51-3f6f2b1c7a10';

const filled = filledManifest({
  MICROSOFT_APP_ID: APP_ID,
  ABOUT: 'https://wiki.example.com/hallpass',
  VERSION: '1.2.3',
});

const command = z.strictObject({ title: z.string(), description: z.string() });

/** Strict where rights are asked for: what is not named here may not stand there. */
const manifest = z
  .looseObject({
    id: z.literal(APP_ID),
    version: z.literal('1.2.3'),
    bots: z.tuple([
      z.looseObject({
        botId: z.literal(APP_ID),
        scopes: z.array(z.string()),
        supportsFiles: z.literal(false),
        supportsCalling: z.literal(false),
        supportsVideo: z.literal(false),
        commandLists: z.array(
          z.strictObject({ scopes: z.array(z.string()), commands: z.array(command) }),
        ),
      }),
    ]),
    composeExtensions: z.tuple([
      z.strictObject({
        botId: z.literal(APP_ID),
        commands: z.array(z.looseObject({ id: z.string(), type: z.literal('action') })),
      }),
    ]),
    permissions: z.array(z.string()),
    webApplicationInfo: z.strictObject({
      id: z.literal(APP_ID),
      resource: z.literal(`api://${APP_ID}`),
    }),
  })
  .parse(filled);

const [bot] = manifest.bots;

describe('the Teams manifest', () => {
  test('passes the schema that Microsoft publishes', () => {
    expect(manifestFaults(filled)).toEqual([]);
  });

  test('is measured by that schema', () => {
    const wrong = { ...manifest, id: 'hallpass', accentColor: 'green', shiny: true };
    expect(manifestFaults(wrong)).toEqual([
      ' must NOT have additional properties',
      expect.stringMatching(/^\/id must match pattern/),
      expect.stringMatching(/^\/accentColor must match pattern/),
    ]);
  });

  test('leaves no blank', () => {
    expect(JSON.stringify(filled)).not.toContain('{{');
  });

  test('asks for no more than the bot does: it knows who speaks, and writes to people', () => {
    expect(manifest.permissions).toEqual(['identity', 'messageTeamMembers']);
    expect(bot.scopes).toEqual(['personal', 'team']);
    // Nothing that a team's owner consents to, no page of ours inside Teams, no device.
    for (const right of ['authorization', 'validDomains', 'devicePermissions', 'staticTabs'])
      expect(manifest).not.toHaveProperty(right);
  });

  test('suggests only commands that there are, everywhere where the bot is', () => {
    const suggested = bot.commandLists.flatMap(({ commands }) => commands);
    expect(suggested.map(({ title }) => title).filter((title) => !isCommandWord(title))).toEqual(
      [],
    );
    expect(bot.commandLists.flatMap(({ scopes }) => scopes)).toEqual(bot.scopes);
    // https://learn.microsoft.com/microsoftteams/platform/bots/how-to/create-a-bot-commands-menu
    for (const { commands } of bot.commandLists) expect(commands.length).toBeLessThanOrEqual(10);
  });

  test('opens the ask form from where messages are written', () => {
    const [{ commands }] = manifest.composeExtensions;
    expect(commands).toEqual([
      expect.objectContaining({ id: 'ask', fetchTask: true, context: ['compose', 'commandBox'] }),
    ]);
  });
});

describe('the Teams app package', () => {
  const files = unzipSync(zippedApp(filled));

  test('holds the manifest and its icons, and nothing else', () => {
    expect(Object.keys(files)).toEqual(['manifest.json', 'color.png', 'outline.png']);
    expect(JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()))).toEqual(filled);
    expect(manifest.icons).toEqual({ color: 'color.png', outline: 'outline.png' });
  });

  test('is the same, byte for byte, when nothing has changed', () => {
    expect(zippedApp(filled)).toEqual(zippedApp(structuredClone(filled)));
  });

  test.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('has %s as large as Teams wants it', (name, side) => {
    expect(headOf(files[name])).toMatchObject({ width: side, height: side });
  });

  test('has an outline that is white on nothing', () => {
    expect(headOf(files['outline.png']).colours).toBe(RED_GREEN_BLUE_ALPHA);
    const drawn = readFileSync(
      new URL('../../../manifests/teams/outline.svg', import.meta.url),
      'utf8',
    );
    expect(new Set(drawn.match(/(fill|stroke)="[^"]+"/g))).toEqual(
      new Set(['fill="none"', 'fill="#fff"', 'stroke="#fff"']),
    );
  });
});

describe('the documents', () => {
  test.each(['README.md', 'docs/teams.md'])(
    'let an administrator grant just what is used: %s',
    (name) => {
      const text = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
      const granted = new Set(text.match(/\b[A-Z]\w+\.[A-Z]\w+\.All\b/g));
      expect([...granted].sort()).toEqual(used);
    },
  );
});

const used = Object.values(GRAPH_PERMISSIONS)
  .map(({ name }) => name)
  .sort();

const RED_GREEN_BLUE_ALPHA = 6;

/** https://www.w3.org/TR/png/#11IHDR */
function headOf(png = new Uint8Array()) {
  const head = Buffer.from(png);
  expect(head.toString('latin1', 1, 4)).toBe('PNG');
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20), colours: head[25] };
}
