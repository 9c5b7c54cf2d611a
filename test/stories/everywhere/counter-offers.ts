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
