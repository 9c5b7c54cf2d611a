/** Limits of one person, raced. What they come to in each chat is in everywhere/limits.ts. */
import { expect, test } from 'vitest';
import { changed, POLICY } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const LIMITED = POLICY.replaceAll(
  'approve: automatic\n',
  'approve: automatic\n    limits: { perDay: 3h, live: 2, cooldown: 20m }\n',
);
const ONE = 'lb-shared 2h ip=192.0.2.7 look at the shared gate';

test('two asks at once do not slip past the limit together', async () => {
  const stage = await Stage.open({ policy: LIMITED });
  const asks = ['192.0.2.7', '192.0.2.8', '192.0.2.9'].map((ip) => ONE.replace('192.0.2.7', ip));
  await Promise.all(asks.map((ask) => stage.workspace.type('ada', ask)));
  await stage.settle();
  const open = await stage.store.requests({ statuses: ['active'], limit: 10 });
  expect(open).toHaveLength(1);
  expect(stage.gate.entries.size).toBe(1);
  const refused = (await allEntries(stage)).filter(({ body }) => body.includes('cooling-down'));
  expect(refused.length).toBeGreaterThan(0);
  await proved(stage);
  await stage.halt();
});

test('two approvals at once do not slip past the limit together', async () => {
  const one = changed('approve: { count: 2, of: leads }', 'approve: { of: leads }');
  const stage = await Stage.open({ policy: one });
  const ids = [
    await stage.ask('ada', 'lb-pair ip=192.0.2.7 one'),
    await stage.ask('ada', 'lb-pair ip=192.0.2.8 two'),
  ];
  await stage.reload(one.replace('approve: { of: leads }', '$&\n    limits: { live: 1 }'));
  await Promise.all(
    ids.map((id, nth) => stage.workspace.press(nth === 0 ? 'grace' : 'linus', id, 'approve')),
  );
  await stage.settle();
  const statuses = await Promise.all(ids.map((id) => stage.status(id)));
  expect(statuses.toSorted()).toEqual(['active', 'pending']);
  expect(['grace', 'linus'].map((who) => stage.answer(who)).join()).toContain('hold 1 at once');
  await proved(stage);
  await stage.halt();
});
