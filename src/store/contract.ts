/** What the rest of the program relies on, whatever the store. One suite over all of them. */
import { afterEach, beforeEach, describe } from 'vitest';
import { describeCommits } from './contract-commits.ts';
import { describeEffects } from './contract-effects.ts';
import { describeEffectModel } from './contract-model.ts';
import { describeReading } from './contract-reading.ts';
import type { Store } from './store.ts';

export function describeStore(name: string, open: () => Promise<Store>, lives = 100): void {
  describe(`${name} keeps the contract of stores`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describeCommits(() => store);
    describeEffects(() => store);
    describeReading(() => store);
    describeEffectModel(() => store, lives);
  });
}
