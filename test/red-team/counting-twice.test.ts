/** An approver who wants to be two. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { BY_ACCOUNT, CAST } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { over, PAIR } from './attempt.ts';

const ALREADY = 'approved this already';
const SECOND = { userId: 'grace2', email: 'grace@example.com' };
const people = [...CAST, SECOND];
const groups = { leads: ['grace', 'grace2', 'linus'] };

async function oneOfTwo(stage: Stage, id: RequestId): Promise<void> {
  expect(await stage.status(id)).toBe('pending');
  expect(stage.gate.entries.size).toBe(0);
}

/** Somebody else is the second. */
async function andLinus(stage: Stage, id: RequestId): Promise<void> {
  expect(await stage.press('linus', id, 'approve')).toContain('Approved');
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.entries.size).toBe(1);
  await over(stage);
}

test('a button, a command and the button again are one approval', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  expect(await stage.type('grace', `approve ${id}`)).toContain(ALREADY);
  expect(await stage.press('grace', id, 'approve')).toContain(ALREADY);
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('two accounts with one e-mail that are met in the very same moment are one approver', async () => {
  const stage = await Stage.open({ ...BY_ACCOUNT, people, groups });
  const id = await stage.ask('ada', PAIR);
  await Promise.all(['grace', 'grace2'].map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('an e-mail in capitals is the same e-mail', async () => {
  const shouting = { userId: 'grace2', email: 'GRACE@Example.COM' };
  const stage = await Stage.open({ ...BY_ACCOUNT, people: [...CAST, shouting], groups });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  expect(await stage.press('grace2', id, 'approve')).toContain(ALREADY);
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('an account that takes the other one’s e-mail after it has approved counts with it', async () => {
  const other = { userId: 'grace2', email: 'g2@example.com' };
  const stage = await Stage.open({ ...BY_ACCOUNT, people: [...CAST, other], groups });
  const id = await stage.ask('ada', PAIR);
  expect(await stage.press('grace2', id, 'approve')).toContain('more are needed');
  stage.workspace.setPerson(SECOND);
  expect(await stage.press('grace', id, 'approve')).not.toContain('until');
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('an account that leaves and comes back as another one is the same human', async () => {
  const stage = await Stage.open({ ...BY_ACCOUNT, people, groups });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  stage.workspace.setPerson({ userId: 'grace', standing: 'deactivated' });
  expect(await stage.press('grace2', id, 'approve')).toContain(ALREADY);
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('an approver whose e-mail changes is one approver before and after they are restored', async () => {
  const stage = await Stage.open({ ...BY_ACCOUNT, groups });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  stage.workspace.setPerson({ userId: 'grace', email: 'g@example.com' });
  expect(await stage.press('grace', id, 'approve')).toContain('suspended');
  await stage.type('margaret', 'restore @grace');
  expect(await stage.press('grace', id, 'approve')).toContain(ALREADY);
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});

test('whoever takes over an approver’s address does not count besides them', async () => {
  const stage = await Stage.open({ ...BY_ACCOUNT, groups: { leads: ['grace', 'eve', 'linus'] } });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  stage.workspace.setPerson({ userId: 'grace', email: 'g@example.com' });
  stage.workspace.setPerson({ userId: 'eve', email: 'grace@example.com' });
  expect(await stage.press('eve', id, 'approve')).toContain('more are needed');
  expect(await stage.press('grace', id, 'approve')).toContain('suspended');
  expect(await stage.type('margaret', 'restore @grace')).toContain('Restored');
  expect(await stage.press('grace', id, 'approve')).toContain(ALREADY);
  await oneOfTwo(stage, id);
  await andLinus(stage, id);
});
