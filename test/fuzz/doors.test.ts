/** Every way in has its file here: a new one begins with a line in this list. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const DOORS: Readonly<Record<string, string>> = {
  'command-text': 'what is typed after /jit',
  'slack-payloads': 'what Slack delivers, signed or not',
  'teams-payloads': 'what Teams delivers, signed or not',
  forms: 'what is filled into forms, and what they carry',
  policy: 'the policy file',
  'haproxy-answers': 'what a provider answers',
  'slack-answers': 'what Slack answers',
  'teams-answers': 'what Teams and Entra ID answer',
  http: 'whatever else reaches the port',
  stored: 'what was stored, and is read back',
  'rich-text': 'what is shown to people',
};

test('each door is fuzzed, and each file here is a door', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const doors = new Set(files.map((name) => name.replace(/(\.(server|slow))?\.test\.ts$/, '')));
  doors.delete('doors');
  expect([...doors].toSorted()).toEqual(Object.keys(DOORS).toSorted());
});
