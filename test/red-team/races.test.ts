/** Two things at once, of which one may win: never both, and never neither. */
import { expect, test } from 'vitest';
import { happeningOf } from '../../src/core/audit.ts';
import { MINUTE } from '../../src/core/time.ts';
import { BY_ACCOUNT, CAST, changed, POLICY } from '../stories/cast.ts';
import { allEntries, lifeOf } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, KEY, opensFor, over, PAIR } from './attempt.ts';

test('two last approvals at once begin one activation', async () => {
  const stage = await Stage.open({
    policy: POLICY.replace('leads: { members: [', 'leads: { members: [margaret@example.com, '),
  });
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  await Promise.all(['linus', 'margaret'].map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  const life = await lifeOf(stage, id);
  expect(life.filter((type) => type === 'activation-started')).toHaveLength(1);
  expect((await stage.request(id)).approvals).toHaveLength(2);
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('an approval and a withdrawal at once: what was withdrawn is never opened', async () => {
  for (const first of ['approve', 'withdraw']) {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    const approve = () => stage.workspace.press('grace', id, 'approve');
    const withdraw = () => stage.workspace.press('ada', id, 'withdraw');
    await Promise.all(first === 'approve' ? [approve(), withdraw()] : [withdraw(), approve()]);
    await stage.settle();
    const isOpen = (await stage.status(id)) === 'active';
    expect(await stage.status(id)).toBe(isOpen ? 'active' : 'withdrawn');
    expect(stage.gate.opens(KEY)).toBe(isOpen);
    expect(await lifeOf(stage, id)).not.toEqual(expect.arrayContaining(['withdrawn', 'approved']));
    const late = [stage.answer('ada'), stage.answer('grace')].filter((said) =>
      said.startsWith('Too late'),
    );
    expect(late).toHaveLength(1);
    await over(stage);
  }
});

test('an approval and a denial at once: one of them counts', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('linus', id, 'deny');
  await Promise.all([
    stage.workspace.submitReason('linus', 'not now'),
    stage.workspace.press('grace', id, 'approve'),
  ]);
  await stage.settle();
  const life = await lifeOf(stage, id);
  expect(life.filter((type) => type === 'denied' || type === 'approved')).toHaveLength(1);
  expect(stage.gate.opens(KEY)).toBe(life.includes('approved'));
  await over(stage);
});

test('ten clicks of one approver at once are one approval', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await Promise.all(
    Array.from({ length: 10 }, () => stage.workspace.press('grace', id, 'approve')),
  );
  await stage.settle();
  expect((await stage.request(id)).approvals).toHaveLength(1);
  expect(stage.gate.entries.size).toBe(0);
  expect(await stage.press('linus', id, 'approve')).toContain('Approved');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('one click delivered ten times at once is one approval', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.workspace.press('grace', id, 'approve');
  await Promise.all(Array.from({ length: 10 }, () => stage.workspace.redeliver()));
  await stage.settle();
  expect((await lifeOf(stage, id)).filter((type) => type === 'approved')).toHaveLength(1);
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('the same ask ten times at once is one request', async () => {
  const stage = await Stage.open();
  await Promise.all(Array.from({ length: 10 }, () => stage.workspace.type('ada', ASK)));
  await stage.settle();
  expect(await stage.store.requestCount()).toBe(1);
  const [asked] = await stage.store.requests({ limit: 1 });
  if (asked === undefined) throw new Error('nothing was asked');
  await opensFor(stage, 'grace', asked.value.id);
  await over(stage);
});

test('an approval while another policy comes in is decided by one of them, and the chain says which', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.write(changed('members: [grace@example.com', 'members: [margaret@example.com'));
  await Promise.all([stage.workspace.press('grace', id, 'approve'), stage.app.reload()]);
  await stage.settle();
  const types = (await allEntries(stage)).map((entry) => happeningOf(entry).event.type);
  const isApproved = types.includes('approved');
  expect(stage.gate.opens(KEY)).toBe(isApproved);
  if (isApproved)
    expect(types.indexOf('approved')).toBeLessThan(types.lastIndexOf('policy-adopted'));
  else await opensFor(stage, 'linus', id);
  await over(stage);
});

test('the end and a return at once take it away once', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  await stage.pass(59 * MINUTE, MINUTE);
  const returned = stage.workspace.press('ada', id, 'return');
  stage.clock.advance(MINUTE);
  await returned;
  await stage.pass(MINUTE);
  const life = await lifeOf(stage, id);
  expect(life.filter((type) => type === 'revoking-started')).toHaveLength(1);
  expect(['ended', 'returned']).toContain(await stage.status(id));
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('an approval while the requester’s e-mail changes hands opens nothing for either', async () => {
  const stage = await Stage.open(BY_ACCOUNT);
  const id = await stage.ask('ada', ASK);
  const approved = stage.workspace.press('grace', id, 'approve');
  stage.workspace.setPerson({ userId: 'ada', email: 'ada@new.example' });
  stage.workspace.setPerson({ userId: 'mallory', email: 'ada@example.com' });
  await approved;
  await stage.settle();
  expect(stage.answer('grace')).toContain('does not let the requester');
  expect(stage.gate.entries.size).toBe(0);
  stage.workspace.setPerson({ userId: 'mallory', email: 'mallory@example.com' });
  stage.workspace.setPerson({ userId: 'ada', email: 'ada@example.com' });
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an approver whose e-mail changes between the click and the work on it does not count', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const approved = stage.workspace.press('grace', id, 'approve');
  stage.workspace.setPerson({ userId: 'grace', email: 'grace@new.example' });
  await approved;
  await stage.settle();
  expect(stage.answer('grace')).toContain('suspended');
  expect(stage.gate.entries.size).toBe(0);
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test('two accounts met at once with the requester’s e-mail and an approver’s mix nobody up', async () => {
  const people = [
    ...CAST,
    { userId: 'ada2', email: 'ada@example.com' },
    { userId: 'grace2', email: 'grace@example.com' },
  ];
  const stage = await Stage.open({ people });
  const id = await stage.ask('ada', PAIR);
  await Promise.all(
    ['ada2', 'grace2', 'grace', 'ada'].map((who) => stage.workspace.press(who, id, 'approve')),
  );
  await stage.settle();
  expect((await stage.request(id)).approvals).toHaveLength(1);
  expect(await stage.status(id)).toBe('pending');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});
