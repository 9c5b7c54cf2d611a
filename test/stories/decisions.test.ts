/** What becomes of a request that people, or nobody, decide on. */
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { eraseReason } from '../../src/workflow/erase.ts';
import { changed } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';

test('a denial by form is told with its reason, and nothing opens', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(await stage.fill('grace', id, 'deny', 'freeze until Monday')).toContain('Denied');
  expect(await stage.status(id)).toBe('denied');
  expect(stage.card()).toContain('freeze until Monday');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('was denied by Grace');
  expect(stage.gate.entries.size).toBe(0);
  await stage.pass(40 * MINUTE);
  expect(await lifeOf(stage, id)).toEqual(['asked', 'denied']);
  await proved(stage);
  await stage.halt();
});

test('a denial may be typed as well, and needs a reason', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(await stage.type('grace', `deny ${id}`)).toContain('reason');
  expect(await stage.status(id)).toBe('pending');
  await stage.type('grace', `deny ${id} freeze until Monday`);
  expect(await stage.status(id)).toBe('denied');
  await proved(stage);
  await stage.halt();
});

test('an ask that nobody answers goes to the next by direct message, and then expires', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  expect(stage.thread().join('\n')).toContain('goes to security by direct message');
  await stage.pass(25 * MINUTE);
  expect(await stage.status(id)).toBe('expired');
  expect(stage.card()).toContain('Expired: nobody decided in time.');
  expect(stage.workspace.direct('margaret')[0]?.text).toContain('Expired');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('You can ask again');
  expect(await stage.press('grace', id, 'approve')).toBe('Too late: it has expired.');
  expect(await lifeOf(stage, id)).toEqual(['asked', 'escalated', 'expired']);
  await proved(stage);
  await stage.halt();
});

test('an approval from a direct message counts, and every copy says so', async () => {
  const stage = await Stage.open({ policy: changed('to: security', 'to: leads') });
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  const [copy] = stage.workspace.direct('grace');
  expect(copy?.text).toContain('[Approve]');
  await stage.press('grace', id, 'approve', copy);
  expect(await stage.status(id)).toBe('active');
  for (const card of stage.workspace.board.cards(id)) expect(card.text).toContain('Open until');
  expect(stage.workspace.board.cards(id)).toHaveLength(3);
  await stage.pass(61 * MINUTE);
  for (const card of stage.workspace.board.cards(id)) expect(card.text).toContain('Proven gone');
  await proved(stage);
  await stage.halt();
});

test('an ask is withdrawn by its requester alone', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(await stage.type('grace', `withdraw ${id}`)).toBe('Only the requester can do this.');
  await stage.type('ada', `withdraw ${id}`);
  expect(await stage.status(id)).toBe('withdrawn');
  expect(await stage.press('grace', id, 'approve')).toBe('Too late: it was withdrawn.');
  await proved(stage);
  await stage.halt();
});

test('access that is returned early is proven gone at once', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  expect(await stage.press('ada', id, 'return')).toContain('Taking away');
  expect(stage.gate.opens(KEY)).toBe(false);
  expect(await stage.status(id)).toBe('revoking');
  expect(stage.card()).toContain('Not confirmed gone yet');
  await stage.pass(2_000, 1_000);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.card()).toContain('Proven gone: read back twice as absent.');
  await proved(stage);
  await stage.halt();
});

test('security revokes with a reason, and the requester hears it', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  expect(await stage.fill('mallory', id, 'revoke', 'mine now')).toContain('does not let you');
  expect(await stage.status(id)).toBe('active');
  await stage.fill('margaret', id, 'revoke', 'seen from two countries');
  expect(stage.gate.opens(KEY)).toBe(false);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('revoked');
  expect(stage.card()).toContain('seen from two countries');
  const told = stage.workspace.direct('ada').map(({ text }) => text);
  expect(told.join('\n')).toContain('is being revoked by Margaret');
  await proved(stage);
  await stage.halt();
});

test('why a request stands as it does is answered to those who may see it, rule by rule', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const waits = await stage.type('grace', `why ${id}`);
  expect(waits).toContain('roles.lb-admin');
  expect(waits).toMatch(/✓ .*may ask: is in/);
  expect(waits).toMatch(/… Approved by 0; needs 1 of/);
  await stage.press('grace', id, 'approve');
  expect(await stage.type('ada', `why ${id}`)).toMatch(/✓ Approved by 1: Grace/);
  expect(await stage.type('mallory', `why ${id}`)).toContain('no such request');
  expect(await stage.type('ada', 'why 0123456789')).toContain('no such request');
  await proved(stage);
  await stage.halt();
});

test('why speaks of the groups of this moment, and of a reason that was erased as unknown', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.reload(changed('members: [ada@example.com', 'members: [nobody@example.com'));
  const answer = await stage.type('grace', `why ${id}`);
  expect(answer).toMatch(/✗ .*may ask: is in/);
  expect(answer).toContain('another version is in force now');
  await eraseReason(stage.store, id, stage.now());
  expect(await stage.type('grace', `why ${id}`)).toMatch(/\? A reason was given/);
  await proved(stage);
  await stage.halt();
});
