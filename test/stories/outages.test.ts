/** The provider is not there, or the bot is not: access never outlives its grant unnoticed. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';

async function active(stage: Stage) {
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  return id;
}

test('a provider that is away at the end is alarmed about early and ever more rarely', async () => {
  const stage = await Stage.open();
  const id = await active(stage);
  await stage.pass(50 * MINUTE, MINUTE);
  stage.gate.unreachable = true;
  await stage.pass(10 * MINUTE + 30 * SECOND);
  expect(await stage.status(id)).toBe('revoking');
  expect(stage.notes('lb-access')).toEqual([]);
  await stage.pass(2 * MINUTE);
  expect(stage.notes('lb-access')).toHaveLength(1);
  expect(stage.notes('lb-access')[0]).toContain('Access may still be open.');
  expect(stage.card()).toContain('not confirmed gone since');
  await stage.pass(9 * MINUTE);
  expect(stage.notes('lb-access')).toHaveLength(2);
  await stage.pass(40 * MINUTE, MINUTE);
  expect(stage.notes('lb-access')).toHaveLength(3);
  expect(await stage.status(id)).toBe('revoking');
  stage.gate.unreachable = false;
  await stage.pass(6 * MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.card()).toContain('Proven gone');
  await proved(stage);
  await stage.halt();
});

test('what cannot be read is attested by security, not by the requester, and says so', async () => {
  const stage = await Stage.open();
  const id = await active(stage);
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  expect(await stage.type('ada', `attest ${id} it is gone`)).toContain('does not let you attest');
  expect(await stage.type('margaret', `attest ${id} seen on the box`)).toContain('not as proof');
  expect(await stage.status(id)).toBe('returned');
  expect(stage.card()).toContain('Attested by Margaret, not proven');
  stage.gate.unreachable = false;
  await stage.pass(6 * MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('the requester attests nothing of their own, even as one of security', async () => {
  const policy = (await import('./cast.ts')).changed(
    'security: { members: [margaret@example.com] }',
    'security: { members: [margaret@example.com, ada@example.com] }',
  );
  const stage = await Stage.open({ policy });
  const id = await active(stage);
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  expect(await stage.type('ada', `attest ${id} trust me`)).toContain('cannot attest the end');
  expect(await stage.status(id)).toBe('revoking');
  await proved(stage);
  await stage.halt();
});

test('a bot that is dead at the end finds that the gate turned people away in time', async () => {
  const stage = await Stage.open();
  const id = await active(stage);
  await stage.halt();
  stage.clock.advance(HOUR);
  expect(stage.gate.opens(KEY)).toBe(false);
  stage.clock.advance(HOUR);
  await stage.boot();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('where the gate keeps no end, a bot that was dead ends it late, and the record shows it', async () => {
  const stage = await Stage.open({ nativeExpiry: 'none' });
  const id = await active(stage);
  await stage.halt();
  stage.clock.advance(3 * HOUR);
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.boot();
  expect(stage.gate.opens(KEY)).toBe(false);
  await stage.pass(MINUTE);
  const request = await stage.request(id);
  expect(request).toMatchObject({ status: 'ended' });
  if (request.status !== 'ended') throw new Error('not ended');
  expect(request.finishedAt - request.endsAt).toBeGreaterThan(HOUR);
  await proved(stage);
  await stage.halt();
});

test('a provider that is away when something is asked is said to be, and nothing is asked', async () => {
  const stage = await Stage.open();
  stage.gate.unreachable = true;
  expect(await stage.type('ada', ASK)).toContain('The provider cannot be reached');
  expect(await stage.store.requests({ limit: 1 })).toEqual([]);
  await proved(stage);
  await stage.halt();
});

test('an activation that is not confirmed in time is given up, and what it may have left is removed', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.gate.unreachable = true;
  await stage.press('grace', id, 'approve');
  expect(stage.card()).toContain('has not confirmed the access yet');
  await stage.pass(11 * MINUTE);
  expect(await stage.status(id)).toBe('revoking');
  stage.gate.unreachable = false;
  await stage.pass(6 * MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(await lifeOf(stage, id)).not.toContain('activated');
  await proved(stage);
  await stage.halt();
});
