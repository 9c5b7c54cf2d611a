import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PLATFORMS } from '../../../src/chat/registry.ts';

test.each(PLATFORMS)('the stories are played in %s too', (name) => {
  const text = readFileSync(new URL(`./${name}.test.ts`, import.meta.url), 'utf8');
  expect(text).toMatch(/^playIn\(/m);
});
