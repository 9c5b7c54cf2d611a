/** New copies of one card, made at the same time by two that know nothing of each other. */
import { expect, it } from 'vitest';
import { copyIdOf } from '../core/ids.ts';
import { commit, copy, request } from '../store/contract-examples.ts';
import { openMemory } from '../store/memory.ts';
import { withCopies } from './copies.ts';
import type { Shell } from './shell.ts';

it('a copy that came meanwhile is drawn along, or the commit is made anew', async () => {
  const store = openMemory();
  const asked = request('r1');
  await store.commit(commit({ requests: [asked] }));
  const shell = { store, ledger: { now: () => 0 } } as unknown as Shell;
  const made = ['ada', 'grace'].map((who) => copy(copyIdOf(asked.id, 'slack', who), asked.id));
  const drafts = await Promise.all(made.map((one) => withCopies(shell, asked.id, [one])));
  const results = [];
  for (const draft of drafts) results.push(await store.commit(commit(draft)));
  expect(results.map(({ kind }) => kind)).toEqual(['committed', 'conflict']);
});
