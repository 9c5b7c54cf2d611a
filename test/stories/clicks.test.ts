/** A click counts once, and only for whom policy says at that moment. */
import { expect, test } from 'vitest';
import { CAST, changed } from './cast.ts';
import { allEntries, lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const PAIR = 'lb-pair 1h ip=192.0.2.7 debug the pair';

test('of two who approve at once where one is enough, one wins and the other hears so', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await Promise.all(['grace', 'linus'].map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  expect(await stage.status(id)).toBe('active');
  const answers = ['grace', 'linus'].map((who) => stage.answer(who));
  expect(answers.filter((answer) => answer.startsWith('Approved'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.startsWith('Too late'))).toHaveLength(1);
  const life = await lifeOf(stage, id);
  expect(life.filter((type) => type === 'approved')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('of two who approve at once where two are needed, both count', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await Promise.all(['grace', 'linus'].map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  expect(await stage.status(id)).toBe('active');
  expect((await stage.request(id)).approvals).toHaveLength(2);
  await proved(stage);
  await stage.halt();
});

test('one person who approves twice is one of two', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  expect(await stage.press('grace', id, 'approve')).toContain('more are needed');
  expect(await stage.press('grace', id, 'approve')).toContain('approved this already');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('one click that is delivered three times counts once and gets its first answer', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  const first = await stage.press('grace', id, 'approve');
  const before = await allEntries(stage);
  for (const _ of [2, 3]) {
    expect(await stage.workspace.redeliver()).toMatchObject({ kind: 'repeated' });
    await stage.settle();
    expect(stage.answer('grace')).toBe(first);
  }
  expect(await allEntries(stage)).toEqual(before);
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('one click that is delivered three times at once counts once', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.workspace.press('grace', id, 'approve');
  await Promise.all([stage.workspace.redeliver(), stage.workspace.redeliver()]);
  await stage.settle();
  expect((await stage.request(id)).approvals).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('nobody approves their own request, under any of their accounts', async () => {
  const people = [...CAST, { userId: 'ada2', name: 'Ada too', email: 'ada@example.com' }];
  const policy = changed('[grace@example.com, linus', '[ada@example.com, grace@example.com, linus');
  const stage = await Stage.open({ people, policy });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada', id, 'approve')).toContain('cannot decide on your own');
  expect(await stage.press('ada2', id, 'approve')).toContain('cannot decide on your own');
  expect(await stage.fill('ada2', id, 'deny', 'no')).toContain('cannot decide on your own');
  expect(await stage.status(id)).toBe('pending');
  expect(await lifeOf(stage, id)).toEqual(['asked']);
  await proved(stage);
  await stage.halt();
});

test('the accounts of one human are one approver', async () => {
  const people = [...CAST, { userId: 'grace2', email: 'grace@example.com' }];
  const stage = await Stage.open({ people });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  expect(await stage.press('grace2', id, 'approve')).toContain('approved this already');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('a click by somebody who is no approver is answered, audited and changes nothing', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('mallory', id, 'approve')).toBe('Only members of leads decide on this.');
  expect(await stage.status(id)).toBe('pending');
  const refused = (await allEntries(stage)).filter(({ body }) => body.includes('not-an-approver'));
  expect(refused).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('a press on a made-up request is answered like any other mistake', async () => {
  const stage = await Stage.open();
  await stage.workspace.press('grace', 'not-an-id', 'approve');
  await stage.workspace.press('grace', '0000000000000000', 'approve');
  await stage.settle();
  for (const answer of stage.workspace.answers('grace'))
    expect(answer).toContain('There is no such request');
  await proved(stage);
  await stage.halt();
});
