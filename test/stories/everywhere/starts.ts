/** Access that starts later, by the clock of whoever asks, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { KEY, type Scene } from './scene.ts';

/** It is three in the morning at UTC, and four where they are. */
const SIX = '06:00 Europe/Berlin';

export async function startsLater(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada', 'lb-admin 1h from 06:00 rotate the edge certificate');
  await scene.shows(id, 'pending', SIX);
  expect(await scene.press('grace', id, 'approve')).toContain(SIX);
  await scene.shows(id, 'scheduled', 'Nothing is open before its start');
  expect(chat.threads(id)[0]?.join('\n')).toContain('Nothing is open before its start');
  expect(chat.direct('ada').join('\n')).toContain('is approved, and starts at');
  expect(await chat.type('ada', 'mine')).toContain(SIX);
  await scene.pass(2 * HOUR - MINUTE);
  expect(house.gate.opens(KEY)).toBe(false);
  await scene.pass(MINUTE + SECOND, MINUTE);
  await scene.shows(id, 'active', 'Open until');
  expect(house.gate.opens(KEY)).toBe(true);
  await scene.pass(HOUR + MINUTE);
  await scene.pass(30 * SECOND, 15 * SECOND);
  await scene.shows(id, 'ended', 'Proven gone');
}

export async function neverStarts(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const open = await chat.openForm('ada', 'lb-admin');
  const filled = { duration: '1h', reason: 'rotate the edge certificate' };
  expect(await open.submit({ ...filled, start: 'at six' })).toContain('no start');
  expect(await open.submit({ ...filled, start: '06:00' })).toContain(SIX);
  const mine = await scene.newest();
  if (mine === undefined) throw new Error('nothing was asked');
  await scene.press('grace', mine, 'approve');
  expect(await chat.type('ada', `withdraw ${mine}`)).toContain('Withdrawn');
  await scene.shows(mine, 'withdrawn', 'Withdrawn by the requester');
  const other = await scene.ask('ada', 'lb-admin 1h from 06:00 rotate the edge certificate');
  await scene.press('grace', other, 'approve');
  expect(await scene.press('margaret', other, 'revoke', 'not tonight')).toContain(
    'Nothing was given',
  );
  await scene.shows(other, 'cancelled', 'not tonight');
  await scene.pass(3 * HOUR);
  expect(house.gate.entries.size).toBe(0);
}

export async function forLater(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  expect(await chat.type('grace', `approve ${id} from noon`)).toContain('takes one request id');
  expect(await chat.type('grace', `approve ${id} 20m from 06:00`)).toContain(SIX);
  await scene.shows(id, 'scheduled', 'asked for at once');
  expect(chat.direct('ada').join('\n')).toContain('less time and a later start than you asked for');
  await scene.pass(2 * HOUR - MINUTE);
  expect(house.gate.opens(KEY)).toBe(false);
  await scene.pass(MINUTE + SECOND, MINUTE);
  expect(house.gate.opens(KEY)).toBe(true);
  await scene.pass(21 * MINUTE);
  await scene.pass(30 * SECOND, 15 * SECOND);
  await scene.shows(id, 'ended', 'Proven gone');
}
