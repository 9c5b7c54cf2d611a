import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PATH } from './guard.ts';
import { scopesNeeded } from './methods.ts';

const url = z.string().endsWith(PATH);

const manifest = z
  .object({
    features: z.object({
      app_home: z.object({ home_tab_enabled: z.literal(true) }),
      slash_commands: z.array(z.object({ command: z.string(), url })),
    }),
    oauth_config: z.object({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ request_url: url, bot_events: z.array(z.string()) }),
      interactivity: z.object({ is_enabled: z.literal(true), request_url: url }),
    }),
  })
  .parse(parse(readFileSync(new URL('../../../manifests/slack.yaml', import.meta.url), 'utf8')));

test('the manifest asks for just the scopes that the code uses', () => {
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual(scopesNeeded());
});

test('the manifest names the command, and the events that are listened to', () => {
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/jit']);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual([
    'app_home_opened',
    'message.im',
  ]);
});
