/** Who is away names somebody who is told instead, in every chat alike. */
import { expect } from 'vitest';
import { MINUTE } from '../../../src/core/time.ts';
import type { Scene } from './scene.ts';

export async function delegated(scene: Scene): Promise<void> {
  const { chat } = scene;
  for (const who of ['grace', 'mallory'] as const) await chat.type(who, 'mine');
  const said = await chat.type('margaret', 'delegate grace@example.com until tomorrow');
  expect(said).toContain('is told instead of you, where policy names them');
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE, MINUTE);
  expect(chat.direct('margaret').join('\n')).not.toContain(id);
  expect(chat.direct('grace').join('\n')).toContain('who is away.');
  const approve = await scene.button('grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Grace');
}

/** Nobody gains a right, or a look, by somebody else's word. */
export async function delegatedToNobody(scene: Scene): Promise<void> {
  const { chat } = scene;
  await chat.type('mallory', 'mine');
  await chat.type('margaret', 'delegate mallory@example.com until tomorrow');
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE, MINUTE);
  expect(chat.direct('mallory').join('\n')).not.toContain(id);
  expect(chat.notes('lb-access').join('\n')).toContain(
    `Nobody of security is told of request ${id}`,
  );
  expect(await chat.button('mallory', id, 'approve', 'direct')).toBeUndefined();
  expect(await chat.type('mallory', `approve ${id}`)).toContain('Only members of leads decide');
  expect(await chat.type('margaret', 'back')).toContain('Welcome back');
  await scene.shows(id, 'pending', 'Waiting for approval until');
}
