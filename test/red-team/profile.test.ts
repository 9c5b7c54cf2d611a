/** Somebody who may write what they like into their own profile: their name and their e-mail. */
import { expect, test } from 'vitest';
import { BY_ACCOUNT, CAST, changed, POLICY } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor, over, refusals, untouched } from './attempt.ts';

const ONLY_LEADS = 'Only members of leads decide on this.';

const LIKE_GRACE = [
  ['with a dot at the end', 'grace@example.com.'],
  ['with a space', ' grace@example.com'],
  ['with a space that nobody sees', 'grace\u200b@example.com'],
  ['with a letter of another script', 'gr\u0430ce@example.com'],
  ['with wide letters', '\uff47race@example.com'],
  ['with a tag', 'grace+lead@example.com'],
  ['of another domain', 'grace@example.com.evil.example'],
  ['with two at signs', 'mallory@evil.example@example.com'],
  ['with another one beside it', 'mallory@evil.example,grace@example.com'],
  ['in a comment', '(grace@example.com)mallory@evil.example'],
  ['with a line break', 'mallory@evil.example\ngrace@example.com'],
] as const;

test('an e-mail that is only like the approver’s is not the approver’s', async () => {
  const people = LIKE_GRACE.map(([, email], nth) => ({ userId: `eve${nth}`, email }));
  const stage = await Stage.open({ people: [...CAST, ...people] });
  const id = await stage.ask('ada', ASK);
  for (const [nth, [how]] of LIKE_GRACE.entries())
    expect(await stage.press(`eve${nth}`, id, 'approve'), how).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

/** U+212A, the Kelvin sign, is `k` in lower case: two mailboxes, one address. */
const LIKE_KATE = '\u212aate@example.com';
const WITH_KATE = {
  people: [...CAST, { userId: 'kate' }, { userId: 'eve', email: LIKE_KATE }],
  policy: changed('leads: { members: [', 'leads: { members: [kate@example.com, '),
};

test('an e-mail that becomes the approver’s in lower case is not the approver’s', async () => {
  const stage = await Stage.open(WITH_KATE);
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('eve', id, 'approve')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'kate', id);
  await over(stage);
});

test('an account of such an e-mail is not linked to whoever has the real one', async () => {
  const stage = await Stage.open(WITH_KATE);
  await stage.type('kate', 'mine');
  await stage.type('eve', 'mine');
  const [kate, eve] = await Promise.all(
    ['kate', 'eve'].map((who) => stage.store.personByAccount(stage.workspace.account(who))),
  );
  expect(eve?.value.principal.id).not.toBe(kate?.value.principal.id);
  await over(stage);
});

test('such an e-mail opens nothing for whoever has the real one', async () => {
  const policy = changed('operators: { members: [', "operators: { local: '@ops', members: [");
  const stage = await Stage.open({ ...WITH_KATE, policy, groups: { ops: ['eve'] } });
  expect(await stage.type('eve', ASK)).not.toContain('Asked for');
  expect(await stage.store.requestCount()).toBe(0);
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('an e-mail that is changed to an approver’s suspends the account, and is an entry', async () => {
  const stage = await Stage.open();
  await stage.type('mallory', 'mine');
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'mallory', email: 'grace@example.com' });
  for (const _ of [1, 2])
    expect(await stage.press('mallory', id, 'approve')).toContain('suspended');
  stage.workspace.setPerson({ userId: 'mallory', email: 'mallory@example.com' });
  expect(await stage.press('mallory', id, 'approve')).toContain('suspended');
  expect(await refusals(stage)).toContain('account-suspended');
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('whoever is suspended gets no way round it: no ask, no decision, no restoring', async () => {
  const stage = await Stage.open();
  await stage.type('linus', 'mine');
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'linus', email: 'margaret@example.com' });
  for (const text of [
    ASK,
    `approve ${id}`,
    `deny ${id} no`,
    `status ${id}`,
    'restore @linus',
    'history',
  ])
    expect(await stage.type('linus', text)).toContain('suspended');
  await untouched(stage, id);
  expect(await stage.store.requestCount()).toBe(1);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('nobody restores whom policy does not let', async () => {
  const stage = await Stage.open();
  await stage.type('mallory', 'mine');
  stage.workspace.setPerson({ userId: 'mallory', email: 'grace@example.com' });
  await stage.type('mallory', 'mine');
  for (const who of ['ada', 'grace'])
    expect(await stage.type(who, 'restore @mallory')).toContain('does not let you restore');
  expect(await stage.type('mallory', 'mine')).toContain('suspended');
  stage.workspace.setPerson({ userId: 'mallory', email: 'mallory@example.com' });
  expect(await stage.type('margaret', 'restore @mallory')).toContain('as mallory@example.com');
  await over(stage);
});

test('the name of an approver makes nobody one', async () => {
  const people = [...CAST, { userId: 'eve', name: 'Grace', email: 'eve@example.com' }];
  const stage = await Stage.open({ people });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('eve', id, 'approve')).toBe(ONLY_LEADS);
  stage.workspace.setPerson({ userId: 'eve', name: 'grace@example.com' });
  expect(await stage.type('eve', `approve ${id}`)).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('two without any e-mail are not taken for one another', async () => {
  const people = [...CAST.filter(({ userId }) => userId !== 'grace')];
  const nobodys = ['grace', 'eve'].map((userId) => ({ userId, email: '' }));
  const stage = await Stage.open({ ...BY_ACCOUNT, people: [...people, ...nobodys] });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('eve', id, 'approve')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('the policy names no e-mail that nobody can have', async () => {
  const written = POLICY.replace(
    'leads: { members: [grace@example.com',
    `leads: { members: ["${LIKE_KATE}"`,
  );
  const stage = await Stage.open({ ...WITH_KATE, policy: written });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('kate', id, 'approve')).toBe(ONLY_LEADS);
  await untouched(stage, id);
  await opensFor(stage, 'linus', id);
  await over(stage);
});
