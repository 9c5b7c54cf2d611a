/** An e-mail links accounts of one human. Whoever gets somebody's old address gets nothing else of theirs. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { BY_ACCOUNT, CAST, changed } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const NEWCOMER = { userId: 'eve', email: 'grace@example.com' };
const MOVED = { userId: 'grace', email: 'grace@new.example' };

async function types(stage: Stage): Promise<string> {
  return (await allEntries(stage)).map(({ body }) => body).join('\n');
}

async function idOf(stage: Stage, userId: string): Promise<string | undefined> {
  const found = await stage.store.personByAccount(stage.workspace.account(userId));
  return found?.value.principal.id;
}

for (const [what, change] of [
  ['has another address now', MOVED],
  ['was deactivated', { userId: 'grace', standing: 'deactivated' }],
] as const)
  test(`an old address brings no rights when whoever had it ${what}`, async () => {
    const stage = await Stage.open(BY_ACCOUNT);
    const id = await stage.ask('ada', ASK);
    await stage.type('grace', 'mine');
    stage.workspace.setPerson(change);
    stage.workspace.setPerson(NEWCOMER);
    expect(await stage.press('eve', id, 'approve')).toBe('Only members of leads decide on this.');
    expect(await stage.status(id)).toBe('pending');
    expect(await idOf(stage, 'eve')).not.toBe(await idOf(stage, 'grace'));
    expect(await types(stage)).not.toContain('account-linked');
    await proved(stage);
    await stage.halt();
  });

test('an old address brings no rights when the account that had it is suspended', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', 'mine');
  stage.workspace.setPerson(MOVED);
  expect(await stage.type('grace', 'mine')).toContain('suspended');
  stage.workspace.setPerson(NEWCOMER);
  expect(await stage.press('eve', id, 'approve')).toBe('Only members of leads decide on this.');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('a second account is linked to whoever has its address at that moment', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', 'mine');
  stage.workspace.setPerson(NEWCOMER);
  expect(await stage.press('eve', id, 'approve')).toContain('Approved');
  expect(await idOf(stage, 'eve')).toBe(await idOf(stage, 'grace'));
  await proved(stage);
  await stage.halt();
});

for (const [how, change] of [
  ['is suspended', async (stage: Stage) => void (await stage.type('eve', 'mine'))],
  ['was not heard of since', async () => {}],
] as const)
  test(`an account whose e-mail changed and that ${how} confers nothing on the other one`, async () => {
    const stage = await Stage.open({ ...BY_ACCOUNT, groups: { leads: ['eve'] } });
    const id = await stage.ask('ada', ASK);
    await stage.type('grace', 'mine');
    stage.workspace.setPerson(NEWCOMER);
    await stage.type('eve', 'mine');
    stage.workspace.setPerson({ userId: 'eve', email: 'eve@new.example' });
    await change(stage);
    expect(await stage.press('grace', id, 'approve')).toBe('Only members of leads decide on this.');
    stage.workspace.setGroup('leads', ['grace']);
    expect(await stage.press('grace', id, 'approve')).toContain('Approved');
    await proved(stage);
    await stage.halt();
  });

/** The requester's address moves on; whoever has the old one, and may approve, may be the requester. */
async function movedOn(): Promise<{ stage: Stage; id: RequestId }> {
  const policy = changed('[grace@example.com, linus', '[ada@example.com, grace@example.com, linus');
  const operators = 'operators: { members: [ada@example.com, ';
  const stage = await Stage.open({
    policy: policy.replace(operators, `${operators}ada@new.example, `),
  });
  await stage.type('ada', 'mine');
  stage.workspace.setPerson({ userId: 'ada', email: 'ada@new.example' });
  stage.workspace.setPerson({ userId: 'ada2', email: 'ada@example.com' });
  await stage.type('ada', 'mine');
  const id = await stage.ask('ada2', 'lb-shared 1h ip=192.0.2.9 look');
  return { stage, id };
}

test('an address that somebody had keeps them from approving for themselves, restored or not', async () => {
  const { stage } = await movedOn();
  expect(await stage.type('margaret', 'restore @ada')).toContain('as ada@new.example');
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('ada2', id, 'approve')).toContain('cannot decide on your own');
  expect(await stage.fill('ada2', id, 'deny', 'no')).toContain('cannot decide on your own');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('an address that somebody had lets them take nothing back', async () => {
  const { stage, id } = await movedOn();
  expect(await stage.type('margaret', 'restore @ada')).toContain('as ada@new.example');
  expect(await stage.press('ada', id, 'return')).toContain('Only the requester');
  await proved(stage);
  await stage.halt();
});

test('whoever has the address of a requester who left takes nothing back', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada', email: 'ada@new.example' });
  stage.workspace.setPerson({ userId: 'eve', email: 'ada@example.com' });
  expect(await stage.press('eve', id, 'withdraw')).toContain('Only the requester');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('two accounts of one e-mail that are met at once are one person', async () => {
  const stage = await Stage.open({ people: [...CAST, NEWCOMER] });
  await Promise.all(['grace', 'eve'].map((who) => stage.workspace.type(who, 'mine')));
  await stage.settle();
  expect(await idOf(stage, 'eve')).toBe(await idOf(stage, 'grace'));
  await proved(stage);
  await stage.halt();
});
