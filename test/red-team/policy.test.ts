/** Somebody edits the policy between the ask, the click and the end. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { changed, opening, POLICY } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, KEY, opensFor, over, PAIR, untouched } from './attempt.ts';

const PAIR_OF = 'approve: { count: 2, of: leads }';

test.each([
  ['opens something else', opening('edge-root'), 'was changed in policy'],
  ['is for others', changed('who: [operators]', 'who: [security]'), 'does not let the requester'],
  [
    'is shorter',
    changed('duration: { max: 4h, default: 1h }', 'duration: { max: 30m, default: 5m }'),
    'too long',
  ],
  [
    'is approved by others',
    changed('approve: { count: 1, of: leads }', 'approve: { count: 1, of: security }'),
    'Only members of security',
  ],
  ['is gone', POLICY.replaceAll('lb-admin', 'lb-other'), 'has no role lb-admin any more'],
])('a role that now %s is not given as it was asked', async (_what, policy, said) => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.reload(policy);
  expect(await stage.press('grace', id, 'approve')).toContain(said);
  await untouched(stage, id);
  await stage.reload(POLICY);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('a quorum that is lowered while somebody waits lowers nothing for them', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  await stage.reload(changed(PAIR_OF, 'approve: { count: 1, of: leads }'));
  expect(await stage.press('grace', id, 'approve')).toContain('approved this already');
  expect(await stage.status(id)).toBe('pending');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('a rule that becomes automatic opens nothing that waits for approval', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.reload(changed(PAIR_OF, 'approve: automatic'));
  await stage.pass(5 * MINUTE);
  expect(await stage.press('ada', id, 'approve')).toContain('cannot decide on your own');
  expect(await stage.press('mallory', id, 'approve')).toContain('Only members of leads');
  expect(stage.gate.entries.size).toBe(0);
  await stage.press('grace', id, 'approve');
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('a quorum that is raised after the first approval needs the new number', async () => {
  const stage = await Stage.open({ policy: changed(PAIR_OF, 'approve: { count: 1, of: leads }') });
  const id = await stage.ask('ada', PAIR);
  await stage.reload(POLICY);
  expect(await stage.press('grace', id, 'approve')).toContain('more are needed');
  expect(stage.gate.entries.size).toBe(0);
  await stage.press('linus', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('an approver who is no longer named is not counted, although they approved in time', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', PAIR);
  await stage.press('grace', id, 'approve');
  const others = 'leads: { members: [margaret@example.com, linus@example.com] }';
  await stage.reload(changed('leads: { members: [grace@example.com, linus@example.com] }', others));
  expect(await stage.press('linus', id, 'approve')).toContain('more are needed');
  expect(stage.gate.entries.size).toBe(0);
  await stage.press('margaret', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await over(stage);
});

test('a policy without the role, or with a longer time, neither lengthens nor leaves what is open', async () => {
  for (const policy of [
    POLICY.replaceAll('lb-admin', 'lb-other'),
    changed('duration: { max: 4h, default: 1h }', 'duration: { max: 30d, default: 7d }'),
  ]) {
    const stage = await Stage.open({ nativeExpiry: 'none' });
    const id = await stage.ask('ada', ASK);
    await opensFor(stage, 'grace', id);
    await stage.reload(policy);
    await stage.pass(HOUR + MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.gate.opens(KEY)).toBe(false);
    await over(stage);
  }
});

test.each([
  ['that is no policy', 'version: 1\nroles: 7\n'],
  ['that is empty', ''],
  [
    'whose approvers are nobody',
    changed('leads: { members: [grace@example.com, linus@example.com] }', 'leads: { members: [] }'),
  ],
  [
    'in which a quorum is none',
    changed('approve: { count: 1, of: leads }', 'approve: { count: 0, of: leads }'),
  ],
  [
    'in which a quorum is negative',
    changed('approve: { count: 1, of: leads }', 'approve: { count: -1, of: leads }'),
  ],
  [
    'with a key that nobody knows',
    changed('who: [operators]', 'who: [operators]\n    whoever: true'),
  ],
  ['with the role twice', `${POLICY}  lb-admin:\n    approve: automatic\n`],
  ['that names another file', `${POLICY}\n!!include /etc/passwd\n`],
])('a policy %s takes nobody’s place', async (_what, policy) => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.reload(policy);
  expect(await stage.press('mallory', id, 'approve')).toContain('Only members of leads');
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});
