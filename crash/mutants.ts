/** Defects put in on purpose, to see that the table shows them. */
import type { Receipt } from '../src/chat/platform.ts';
import type { Store } from '../src/store/store.ts';

export const MUTANTS = ['late-effects', 'early-receipt'] as const;
export type Mutant = (typeof MUTANTS)[number];

/** `late-effects`: what follows from a decision is written in a transaction of its own. */
export function mutantStore(store: Store, mutant: Mutant | null): Store {
  if (mutant !== 'late-effects') return store;
  return {
    ...store,
    async commit({ effects, ...rest }) {
      const first = await store.commit(rest);
      if (first.kind === 'conflict' || effects === undefined) return first;
      const second = await store.commit({ at: rest.at, expecting: [], effects });
      return second.kind === 'conflict' ? second : { ...first, effects: second.effects };
    },
  };
}

/** `early-receipt`: acknowledged first and written afterwards. */
export function mutantReceipt(
  work: () => Promise<unknown>,
  mutant: Mutant | null,
): Promise<unknown> {
  if (mutant !== 'early-receipt') return work();
  setImmediate(() => void work().catch(() => {}));
  const receipt: Receipt = { kind: 'accepted' };
  return Promise.resolve(receipt);
}
