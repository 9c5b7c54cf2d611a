/** A card's copies come into being while its request changes. */
import { expect, test } from 'vitest';
import { HOUR } from '../../../src/core/time.ts';
import { silentLog } from '../../../src/log.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import type { Commit, Store } from '../../../src/store/store.ts';
import { turns } from '../../faults/turns.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK } from './props.ts';

/** Holds up the expiry, decided already, until somebody has got a copy of the card. */
function withSlowExpiry(store: Store): Store {
  const hasDirectCopy = async ({ requests = [] }: Commit) => {
    const copies = await Promise.all(requests.map(({ id }) => store.copiesOf(id)));
    return copies.flat().some(({ principal, ref }) => principal !== null && ref !== null);
  };
  let isHeld = false;
  return {
    ...store,
    async commit(commit) {
      const expires = commit.happenings?.some(({ event }) => event.type === 'expired') ?? false;
      for (let left = 500; expires && !isHeld && left > 0; left -= 1) {
        if (await hasDirectCopy(commit)) isHeld = true;
        await turns(1);
      }
      return store.commit(commit);
    },
  };
}

test('a copy that is made while its request expires shows that it is expired', async () => {
  const stage = Stage.dark();
  const real = openSqlite({ file: stage.databasePath, log: silentLog });
  await stage.boot({ store: withSlowExpiry(real) });
  const id = await stage.ask('ada', ASK);
  // Both deadlines are over at once: it escalates, and while margaret is told of it, it expires.
  stage.clock.advance(HOUR);
  await stage.settle();
  expect(await stage.status(id)).toBe('expired');
  const copies = await real.copiesOf(id);
  expect(copies).toHaveLength(2);
  const shown = stage.workspace.board.cards(id).map(({ content }) => content);
  expect(shown.map((one) => one.kind === 'card' && one.card.status)).toEqual([
    'expired',
    'expired',
  ]);
  await proved(stage);
  await stage.halt();
});
