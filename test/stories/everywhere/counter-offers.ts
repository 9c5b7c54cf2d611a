/** Less time than was asked for, in every chat alike. */
import { expect } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { KEY, type Scene } from './scene.ts';

export async function forLess(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  expect(await chat.type('grace', `approve ${id} 2h`)).toContain('at most 1h');
  expect(await chat.type('grace', `approve ${id} soon`)).toContain('takes one request id');
  expect(await chat.type('grace', `approve ${id} 20m`)).toContain('Approved');
  await scene.shows(id, 'active', '20m, less than asked');
  expect(chat.threads(id)[0]?.join('\n')).toContain('for 20m, where 1h was asked for');
  expect(chat.direct('ada').join('\n')).toContain('agreed to less time than you asked for');
  await scene.pass(19 * MINUTE);
  expect(house.gate.opens(KEY)).toBe(true);
  await scene.pass(MINUTE + 30 * SECOND, 15 * SECOND);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(house.gate.opens(KEY)).toBe(false);
}

export async function theLeast(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada', 'lb-pair 1h ip=192.0.2.7 debug the pair');
  expect(await chat.type('grace', `approve ${id} 20m`)).toContain('more are needed');
  await scene.shows(id, 'pending', '20m, less than asked');
  expect(await chat.type('linus', `approve ${id} 40m`)).toContain('Approved');
  await scene.shows(id, 'active', '20m, less than asked');
  await scene.shows(id, 'active', 'Approved by: Grace (for less), Linus (for less)');
  expect(chat.threads(id)[0]?.join('\n')).toContain('for 40m, where 1h was asked for (2 of 2)');
  await scene.pass(21 * MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(house.gate.entries.size).toBe(0);
}

export async function lessMore(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.pass(50 * MINUTE);
  const longer = await scene.extend('ada', id, '1h', 'the rollback takes longer');
  expect(await chat.type('grace', `approve ${longer} 2h`)).toContain('at most 1h');
  expect(await chat.type('grace', `approve ${longer} 15m`)).toContain('Approved');
  await scene.shows(longer, 'active', 'less than asked');
  expect(chat.threads(longer)[0]?.join('\n')).toContain('where 1h was asked for');
  await scene.pass(24 * MINUTE);
  expect(house.gate.opens(KEY)).toBe(true);
  await scene.pass(2 * MINUTE, 15 * SECOND);
  await scene.shows(longer, 'ended', 'Ended: the time was over. Proven gone');
  expect(house.gate.opens(KEY)).toBe(false);
}
