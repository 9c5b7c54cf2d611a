/** More time for what is open, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { KEY, type Scene } from './scene.ts';

const WHY = 'the rollback takes longer';

export async function extended(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.pass(51 * MINUTE);
  expect(chat.direct('ada').at(-1)).toContain('ends at');
  const longer = await scene.extend('ada', id, '30m', WHY, 'note');
  await scene.shows(longer, 'pending', '30m more, until ');
  expect(chat.cards(longer)[0]).toContain('Ada asks to extend lb-admin');
  expect(chat.cards(longer)[0]).toContain(WHY);
  await scene.shows(id, 'active', 'asked for: request');
  expect(await chat.button('ada', id, 'extend')).toBeUndefined();
  expect(await chat.type('ada', `approve ${longer}`)).toContain('your own request');
  expect(await scene.press('grace', longer, 'approve')).toContain('Approved');
  await scene.shows(id, 'ended', 'Extended: request');
  await scene.shows(longer, 'active', 'Open until');
  await scene.pass(30 * MINUTE);
  expect(house.gate.opens(KEY)).toBe(true);
  await scene.pass(9 * MINUTE + 30 * SECOND, 15 * SECOND);
  await scene.shows(longer, 'ended', 'Ended: the time was over. Proven gone');
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await scene.life(id)).toEqual([
    ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated', 'warned'],
    ...['extension-asked', 'revoking-started', 'grant-gone', 'finished', 'use-seen'],
  ]);
}

export async function notExtended(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  for (const who of ['grace', 'linus', 'margaret'] as const)
    expect(await chat.type(who, `extend ${id} 30m ${WHY}`)).toContain('Only the requester');
  expect(await chat.type('ada', `extend ${id} 5h ${WHY}`)).toContain('4h in all');
  const longer = await scene.extend('ada', id, '30m', WHY);
  await scene.press('grace', longer, 'deny', 'the freeze begins');
  await scene.shows(longer, 'denied', 'the freeze begins');
  await scene.shows(id, 'active', 'Open until');
  expect(chat.threads(id)[0]?.join('\n')).toContain('was denied');
  expect(await chat.button('ada', id, 'extend')).toBeDefined();
  await scene.pass(HOUR);
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(id, 'ended', 'Ended: the time was over. Proven gone');
  expect(house.gate.opens(KEY)).toBe(false);
}

export async function overlapping(scene: Scene): Promise<void> {
  const { house } = scene;
  const shared = 'edge-shared for 192.0.2.7';
  const first = await scene.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the logs');
  const second = await scene.ask('linus', 'lb-shared 2h ip=192.0.2.7 look at the logs');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(first, 'ended', 'stays open for another grant until');
  await scene.shows(second, 'active', 'Open until');
  expect(house.gate.opens(shared)).toBe(true);
  expect(await scene.press('linus', second, 'return')).toContain('Taking away');
  expect(house.gate.opens(shared)).toBe(false);
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(second, 'returned', 'Returned by the requester. Proven gone');
}

/** Whoever returns what is about to be extended returns both. */
export async function returnedMeanwhile(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  const longer = await scene.extend('ada', id, '30m', WHY);
  const late = await scene.button('grace', longer, 'approve');
  await scene.press('ada', id, 'return');
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(id, 'returned', 'Returned by the requester. Proven gone');
  await scene.shows(longer, 'expired', 'what it would extend is over');
  expect(await late()).toContain('Too late: it has expired.');
  expect(await chat.type('ada', `extend ${id} 30m ${WHY}`)).toContain('Only access that is open');
  expect(house.gate.opens(KEY)).toBe(false);
}
