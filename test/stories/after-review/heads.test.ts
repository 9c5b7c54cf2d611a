/** One human has two accounts, and the one that would say so cannot be read. */
import { expect, test, vi } from 'vitest';
import { ChatError } from '../../../src/chat/platform.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { CAST, changed, POLICY } from '../cast.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, chatOf } from './props.ts';

const UNREAD = 'cannot read the people of local';
const PAIR = 'lb-pair 1h ip=192.0.2.7 debug';
const LEADS = 'leads: { members: [grace@example.com, linus@example.com] }';
/** Those who ask lead, too. */
const ASKING = changed(LEADS, LEADS.replace('[grace', '[ada@example.com, grace'));

const twinOf = (who: string) => ({ userId: `${who}2`, email: `${who}@example.com` });

async function opened(twin: string, policy = POLICY) {
  const stage = await Stage.open({ policy, people: [...CAST, twinOf(twin)] });
  for (const { userId } of [...CAST, twinOf(twin)]) await stage.type(userId, 'mine');
  return stage;
}

function unreadable(stage: Stage, who: string) {
  const chat = chatOf(stage);
  const profile = chat.profile.bind(chat);
  return vi.spyOn(chat, 'profile').mockImplementation(async (account, io) => {
    if (account.userId === who) throw new ChatError('timeout', 'no answer');
    return profile(account, io);
  });
}

test('nobody approves their own by an account of somebody who cannot be told from them', async () => {
  const stage = await opened('grace', ASKING);
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'grace2', email: 'ada@example.com' });
  const spy = unreadable(stage, 'grace2');
  expect(await stage.press('grace', id, 'approve')).toContain(UNREAD);
  spy.mockRestore();
  expect(await stage.press('grace', id, 'approve')).toContain('your own request');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test.each([
  ['whoever clicks', 'linus', 'grace'],
  ['whoever clicked before', 'grace', 'linus'],
])(
  'two seats are not filled by what may be one human, where it is an account of %s that is unread',
  async (_who, twin, other) => {
    const stage = await opened(twin);
    const id = await stage.ask('ada', PAIR);
    await stage.press('grace', id, 'approve');
    stage.workspace.setPerson({ userId: `${twin}2`, email: `${other}@example.com` });
    const spy = unreadable(stage, `${twin}2`);
    expect(await stage.press('linus', id, 'approve')).toContain(UNREAD);
    expect(await stage.status(id)).toBe('pending');
    spy.mockRestore();
    await stage.press('linus', id, 'approve');
    expect(await stage.status(id)).toBe('pending');
    await proved(stage);
    await stage.halt();
  },
);

test('whoever cannot be told from the requester attests nothing', async () => {
  const stage = await opened('margaret');
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  stage.workspace.setPerson({ userId: 'margaret2', email: 'ada@example.com' });
  const spy = unreadable(stage, 'margaret2');
  expect(await stage.type('margaret', `attest ${id} seen on the box`)).toContain(UNREAD);
  spy.mockRestore();
  expect(await stage.type('margaret', `attest ${id} seen on the box`)).toContain(
    'cannot attest the end',
  );
  expect(await stage.status(id)).toBe('revoking');
  await proved(stage);
  await stage.halt();
});

test('whoever cannot be told from the requester reviews nothing', async () => {
  const glass =
    'breakGlass: { who: [operators], max: 1h, often: { most: 1, within: 1d }, ' +
    'review: { by: [security], within: 1d } }';
  const policy = POLICY.replace('warnBefore: 10m', `warnBefore: 10m\n    ${glass}`);
  const stage = await opened('margaret', policy);
  const before = await stage.store.requests({ limit: 1 });
  expect(before).toEqual([]);
  await stage.type('ada', 'break-glass lb-admin 1h the site is down');
  const [broken] = await stage.store.requests({ limit: 1 });
  if (broken === undefined) throw new Error(stage.answer('ada'));
  const { id } = broken.value;
  await stage.pass(HOUR + 2 * MINUTE, MINUTE);
  stage.workspace.setPerson({ userId: 'margaret2', email: 'ada@example.com' });
  const spy = unreadable(stage, 'margaret2');
  expect(await stage.type('margaret', `review ${id} justified it was`)).toContain(UNREAD);
  spy.mockRestore();
  expect(await stage.type('margaret', `review ${id} justified it was`)).toContain('your own');
  await proved(stage);
  await stage.halt();
});

test('at its start a rule that is another by now counts no two who may be one', async () => {
  const stage = await opened(
    'linus',
    changed('approve: { count: 1, of: leads }', 'approve: { count: 2, of: leads }'),
  );
  const id = await stage.ask('ada', 'lb-admin 1h from 06:00 rotate the edge certificate');
  await stage.press('grace', id, 'approve');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('scheduled');
  await stage.reload(
    changed('approve: { count: 1, of: leads }', 'approve: { all: [{ of: leads }, { of: leads }] }'),
  );
  stage.workspace.setPerson({ userId: 'linus2', email: 'grace@example.com' });
  const spy = unreadable(stage, 'linus2');
  await stage.pass(3 * HOUR + 2 * MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('scheduled');
  spy.mockRestore();
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('cancelled');
  await proved(stage);
  await stage.halt();
});
