/** Two things at once of which one may win, in every chat alike: never both, and never neither. */
import { expect } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { changed } from '../cast.ts';
import { KEY, type Scene } from './scene.ts';

export const THREE_LEADS = changed(
  'leads: { members: [',
  'leads: { members: [margaret@example.com, ',
);

const atOnce = (scene: Scene, ...deeds: readonly (() => Promise<string>)[]) =>
  scene.house.meanwhile(Promise.all(deeds.map((deed) => deed())));

const tooLate = (answers: readonly string[]) =>
  answers.filter((answer) => answer.includes('Too late'));

export async function lastTwo(scene: Scene): Promise<void> {
  const id = await scene.ask('ada', 'lb-pair 1h ip=192.0.2.7 debug the pair');
  await scene.press('grace', id, 'approve');
  const presses = [
    await scene.button('linus', id, 'approve'),
    await scene.button('margaret', id, 'approve'),
  ];
  const answers = await atOnce(scene, ...presses);
  await scene.shows(id, 'active', 'Open until');
  expect(tooLate(answers)).toHaveLength(1);
  const life = await scene.life(id);
  expect(life.filter((type) => type === 'activation-started')).toHaveLength(1);
  expect(life.filter((type) => type === 'approved')).toHaveLength(2);
}

export async function approvedAndWithdrawn(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  for (const first of ['approve', 'withdraw'] as const) {
    const id = await scene.ask('ada');
    const approve = await scene.button('grace', id, 'approve');
    const withdraw = () => chat.type('ada', `withdraw ${id}`);
    const deeds = first === 'approve' ? [approve, withdraw] : [withdraw, approve];
    expect(tooLate(await atOnce(scene, ...deeds))).toHaveLength(1);
    const isOpen = (await scene.status(id)) === 'active';
    await scene.shows(id, isOpen ? 'active' : 'withdrawn', isOpen ? 'Open until' : 'Withdrawn by');
    expect(house.gate.opens(KEY)).toBe(isOpen);
    expect(await scene.life(id)).not.toEqual(expect.arrayContaining(['withdrawn', 'approved']));
    if (isOpen) await scene.press('ada', id, 'return');
    await scene.pass(MINUTE, 15 * SECOND);
    expect(house.gate.entries.size).toBe(0);
  }
}

/** An extension that is agreed to in the second in which the access ends. */
export async function extendedAndEnded(scene: Scene): Promise<void> {
  const { house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.pass(51 * MINUTE);
  const longer = await scene.extend('ada', id, '30m', 'the rollback takes longer');
  const approve = await scene.button('grace', longer, 'approve');
  await scene.pass(8 * MINUTE + 59 * SECOND, MINUTE);
  const pressed = approve();
  house.clock.advance(SECOND);
  const answer = await pressed;
  await scene.pass(MINUTE, 15 * SECOND);
  const isLonger = (await scene.status(longer)) === 'active';
  expect(answer).toContain(isLonger ? 'Approved' : 'Too late');
  await scene.shows(id, 'ended', isLonger ? 'Extended: request' : 'Ended: the time was over');
  await scene.shows(longer, isLonger ? 'active' : 'expired', isLonger ? 'Open until' : 'Expired');
  expect(house.gate.opens(KEY)).toBe(isLonger);
  await scene.pass(31 * MINUTE);
  expect(house.gate.entries.size).toBe(0);
}

/** It is asked for in the second in which the access ends. */
export async function askedAtTheEnd(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.pass(59 * MINUTE + 59 * SECOND);
  const asked = chat.type('ada', `extend ${id} 30m the rollback takes longer`);
  house.clock.advance(SECOND);
  const answer = await asked;
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(id, 'ended', 'Ended: the time was over. Proven gone');
  const longer = await scene.latest();
  if (longer === id) expect(answer).toContain('Only access that is open can be extended');
  else await scene.shows(longer, 'expired', 'what it would extend is over');
  expect(house.gate.entries.size).toBe(0);
}
