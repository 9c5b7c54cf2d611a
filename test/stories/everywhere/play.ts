/** Plays the stories in one chat. */
import { describe, onTestFinished, test } from 'vitest';
import { type OpenChat, Scene } from './scene.ts';
import { STORIES } from './stories.ts';

/** Each step is several calls over HTTP, and a machine may be busy. */
const LONGEST = 30_000;

export function playIn(name: string, openChat: OpenChat): void {
  describe(`in ${name}`, () => {
    for (const [claim, { play, policy }] of Object.entries(STORIES))
      test(claim, { timeout: LONGEST }, async () => {
        const scene = await Scene.open(openChat, policy);
        onTestFinished(() => scene.close());
        await play(scene);
        await scene.proved();
      });
  });
}
