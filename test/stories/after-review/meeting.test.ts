/** Two deliveries of somebody new are worked on at once. */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/log.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import type { Store } from '../../../src/store/store.ts';
import { turns } from '../../faults/turns.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';

const EMAIL = 'ada@example.com';

/** Whoever looks for ada's address second, knowing nobody by her account, finds whom the first has met. */
function withLateSecondLook(store: Store): Store {
  let looks = 0;
  return {
    ...store,
    async peopleByEmail(email) {
      if (email !== EMAIL) return store.peopleByEmail(email);
      looks += 1;
      const isMet = async () => (await store.peopleByEmail(email)).length > 0;
      for (let left = 500; looks === 2 && left > 0 && !(await isMet()); left -= 1) await turns(1);
      return store.peopleByEmail(email);
    },
  };
}

test('an account that two deliveries meet at once is linked to its person once', async () => {
  const stage = Stage.dark();
  const real = openSqlite({ file: stage.databasePath, log: silentLog });
  await stage.boot({ store: withLateSecondLook(real) });
  const { workspace } = stage;
  await Promise.all([workspace.type('ada', 'mine'), workspace.type('ada', 'roles')]);
  await stage.settle();
  const [person, ...others] = await real.peopleByEmail(EMAIL);
  expect(person?.value.principal.accounts).toEqual([workspace.account('ada')]);
  expect(others).toEqual([]);
  expect(stage.log.warnings).toEqual([]);
  expect(workspace.answers('ada')).toHaveLength(2);
  await proved(stage);
  await stage.halt();
});
