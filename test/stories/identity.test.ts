/** An e-mail links accounts of one human. Whoever gets somebody's old address gets nothing else of theirs. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { MINUTE } from '../../src/core/time.ts';
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

/** Ada moved on, and somebody who has her old address now may ask for what she may. */
async function twoOfOne(old: string, now: string): Promise<Stage> {
  const members = 'operators: { members: [ada@example.com, ';
  const policy = changed(members, `${members}ada@new.example, `).replaceAll(old, now);
  const stage = await Stage.open({ policy });
  await stage.type('ada', 'mine');
  stage.workspace.setPerson({ userId: 'ada', email: 'ada@new.example' });
  stage.workspace.setPerson({ userId: 'ada2', email: 'ada@example.com' });
  for (const who of ['ada', 'ada2']) await stage.type(who, 'mine');
  expect(await stage.type('margaret', 'restore @ada')).toContain('as ada@new.example');
  return stage;
}

for (const [first, second] of [
  ['ada', 'ada2'],
  ['ada2', 'ada'],
] as const)
  test(`limits and caps count one human by every address that they had, ${first} first`, async () => {
    const cap = 'approve: { automatic: { most: 1, within: 7d } }\n';
    const stage = await twoOfOne('approve: automatic\n', cap);
    const id = await stage.ask(first, 'lb-shared 1h ip=192.0.2.9 look');
    expect(await stage.status(id)).toBe('active');
    const said = await stage.type(second, 'lb-shared 1h ip=192.0.2.10 look');
    expect(said).toContain('1 times within 7d');
    expect(said).not.toContain('Request #');
    await proved(stage);
    await stage.halt();
  });

test('a glass is broken as often as policy says, under whatever address', async () => {
  const glass =
    'breakGlass: { who: [operators], max: 1h, often: { most: 1, within: 7d }, review: { by: [security], within: 4h } }';
  const stage = await twoOfOne('who: [operators]\n', `who: [operators]\n    ${glass}\n`);
  const id = await stage.ask('ada', 'break-glass lb-admin 30m the edge is dark');
  await stage.press('ada', id, 'return');
  await stage.settle();
  await stage.pass(MINUTE);
  await stage.fill('margaret', id, 'justified', 'I saw it');
  for (const who of ['ada', 'ada2']) {
    const said = await stage.type(who, 'break-glass lb-admin 30m again');
    expect(said).not.toContain('Request #');
    expect(said).toContain('1 times within 7d');
  }
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
