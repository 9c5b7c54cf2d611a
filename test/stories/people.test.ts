/** Who somebody is, asked of the platform at every decision: nobody is trusted by a string. */
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { CAST, changed } from './cast.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const PAIR = 'lb-pair 1h ip=192.0.2.7 debug the pair';

for (const [standing, sentence] of [
  ['guest', 'Guests of this workspace'],
  ['bot', 'Bots cannot'],
  ['deactivated', 'is deactivated'],
  ['stranger', 'Only members'],
] as const)
  test(`a ${standing} is refused whatever they ask, and it is audited`, async () => {
    const people = [...CAST, { userId: 'eve', email: 'linus@example.com', standing }];
    const stage = await Stage.open({ people });
    expect(await stage.type('eve', ASK)).toContain(sentence);
    const bodies = (await allEntries(stage)).map(({ body }) => body);
    expect(bodies.filter((body) => body.includes(standing))).toHaveLength(1);
    await proved(stage);
    await stage.halt();
  });

test('who is known and was deactivated is refused by name', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', 'mine');
  stage.workspace.setPerson({ userId: 'grace', standing: 'deactivated' });
  await stage.press('grace', id, 'approve');
  const bodies = (await allEntries(stage)).map(({ body }) => body);
  expect(bodies.filter((body) => body.includes('not-a-member'))).toHaveLength(1);
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('an e-mail that changed suspends the account until somebody else restores it', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', 'mine');
  stage.workspace.setPerson({ userId: 'grace', email: 'grace@new.example' });
  expect(await stage.press('grace', id, 'approve')).toContain('suspended here');
  expect(await stage.type('grace', 'restore @grace')).toContain('suspended here');
  expect(await stage.type('linus', 'restore @grace')).toContain('does not let you restore');
  expect(await stage.status(id)).toBe('pending');
  expect(await stage.type('margaret', 'restore @grace')).toContain('as grace@new.example');
  expect(await stage.press('grace', id, 'approve')).toContain('Only members of leads');
  expect(await stage.type('margaret', 'restore @grace')).toContain('No account of that person');
  await proved(stage);
  await stage.halt();
});

test('nobody restores themselves, under another account either', async () => {
  const people = [...CAST, { userId: 'margaret2', email: 'margaret@example.com' }];
  const stage = await Stage.open({ people });
  await stage.type('margaret', 'mine');
  await stage.type('margaret2', 'mine');
  stage.workspace.setPerson({ userId: 'margaret2', email: 'm@new.example' });
  expect(await stage.type('margaret2', 'mine')).toContain('suspended');
  expect(await stage.type('margaret', 'restore @margaret2')).toContain('Somebody else must');
  await proved(stage);
  await stage.halt();
});

test('nobody restores an account that has their own address by now', async () => {
  const people = [...CAST, { userId: 'margaret2', email: 'maggie@example.com' }];
  const stage = await Stage.open({ people });
  await stage.type('margaret', 'mine');
  await stage.type('margaret2', 'mine');
  stage.workspace.setPerson({ userId: 'margaret2', email: 'm@new.example' });
  expect(await stage.type('margaret2', 'mine')).toContain('suspended');
  stage.workspace.setPerson({ userId: 'margaret2', email: 'margaret@example.com' });
  expect(await stage.type('margaret', 'restore @margaret2')).toContain('Somebody else must');
  expect(await stage.type('margaret2', 'mine')).toContain('suspended');
  await proved(stage);
  await stage.halt();
});

for (const [what, change] of [
  ['was deactivated', { userId: 'grace', standing: 'deactivated' }],
  ['has another e-mail', { userId: 'grace', email: 'grace@new.example' }],
] as const)
  test(`the approval of somebody who ${what} since does not count`, async () => {
    const policy = changed(
      '[grace@example.com, linus@example.com] }\n  security',
      '[grace@example.com, linus@example.com, margaret@example.com] }\n  security',
    );
    const stage = await Stage.open({ policy });
    const id = await stage.ask('ada', PAIR);
    await stage.press('grace', id, 'approve');
    stage.workspace.setPerson(change);
    expect(await stage.press('linus', id, 'approve')).toContain('more are needed');
    expect(await stage.status(id)).toBe('pending');
    await stage.press('margaret', id, 'approve');
    expect(await stage.status(id)).toBe('active');
    await proved(stage);
    await stage.halt();
  });

test('nothing is given to a requester who was deactivated meanwhile', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada', standing: 'deactivated' });
  expect(await stage.press('grace', id, 'approve')).toContain('does not let the requester');
  expect(await stage.status(id)).toBe('pending');
  await proved(stage);
  await stage.halt();
});

test('an approver group that cannot be read approves nothing', async () => {
  const stage = await Stage.open({
    groups: { chiefs: ['grace'] },
    policy: changed(
      'leads: { members: [grace@example.com, linus@example.com] }',
      "leads: { local: '@chiefs' }",
    ),
  });
  const id = await stage.ask('ada', ASK);
  await stage.reload(
    changed(
      'leads: { members: [grace@example.com, linus@example.com] }',
      "leads: { local: '@unreachable' }",
    ),
  );
  expect(await stage.press('grace', id, 'approve')).toContain('cannot read');
  expect(await stage.status(id)).toBe('pending');
  expect(await stage.type('linus', ASK)).toContain('cannot read');
  await proved(stage);
  await stage.halt();
});

test('a flood of refusals is few entries that hold its number', async () => {
  const people = [...CAST, { userId: 'eve', standing: 'guest' as const }];
  const stage = await Stage.open({ people }, { burst: 1_000 });
  const id = await stage.ask('ada', ASK);
  const before = (await allEntries(stage)).length;
  const knocks = Array.from({ length: 60 }, (_, nth) => (nth % 2 === 0 ? 'mallory' : 'eve'));
  await Promise.all(knocks.map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  await stage.pass(2 * MINUTE);
  const after = (await allEntries(stage)).slice(before).map(({ body }) => body);
  expect(after.length).toBeLessThanOrEqual(5);
  expect(after.join('\n')).toContain('"times":29');
  expect(after.join('\n')).toContain('"guest":29');
  await proved(stage);
  await stage.halt();
});

test('a person who is met in many places at once is one person', async () => {
  const stage = await Stage.open();
  await Promise.all([1, 2, 3, 4].map(() => stage.workspace.type('ada', 'mine')));
  await stage.settle();
  await stage.pass(5 * SECOND);
  const met = (await allEntries(stage)).filter(({ body }) => body.includes('"met"'));
  expect(met).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
