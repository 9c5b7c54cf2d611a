/** Whose click counts, and once, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { allEntries } from '../proved.ts';
import { ASK, type Scene } from './scene.ts';

const PAIR = 'lb-pair 1h ip=192.0.2.7 debug the pair';

export async function ownRequest(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('linus');
  const approve = await scene.button('grace', id, 'approve');
  const deny = await scene.button('grace', id, 'deny');
  expect(await approve({ by: 'linus' })).toContain('You cannot decide on your own request');
  expect(await deny({ by: 'linus', reason: 'no' })).toContain('cannot decide on your own request');
  expect(await chat.type('linus', `approve ${id}`)).toContain('cannot decide on your own request');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(chat.threads(id)[0]?.join('\n')).not.toContain('own request');
  expect(chat.notes('lb-access')).toEqual([]);
  expect(await scene.life(id)).toEqual(['asked']);
}

export async function outsiders(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  expect(await chat.type('barbara', ASK)).toContain('Guests of this workspace cannot use Hallpass');
  expect(await chat.type('mallory', ASK)).not.toContain('Asked for');
  expect(await scene.newest()).toBeUndefined();
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  expect(await approve({ by: 'barbara' })).toContain('Guests of this workspace');
  expect(await approve({ by: 'mallory' })).toContain('Only members of leads decide on this.');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  const refused = (await allEntries(house)).filter(({ body }) => body.includes('not-an-approver'));
  expect(refused).toHaveLength(1);
  expect(chat.notes('lb-access')).toEqual([]);
}

export async function staleButton(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const [approve, deny] = [
    await scene.button('linus', id, 'approve'),
    await scene.button('linus', id, 'deny'),
  ];
  await scene.press('grace', id, 'approve');
  expect(await approve()).toContain('Too late: it is active.');
  expect(await deny({ reason: 'changed my mind' })).toContain('Too late: it is active.');
  await scene.shows(id, 'active', 'Open until');
  expect(await chat.button('grace', id, 'approve')).toBeUndefined();
  const giveBack = await scene.button('ada', id, 'return');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(await giveBack()).toContain('it has ended');
  expect(await approve()).toContain('Too late: it has ended.');
  await scene.shows(id, 'ended', 'Proven gone');
  expect(await chat.button('ada', id, 'return')).toBeUndefined();
}

export async function twoAtOnce(scene: Scene): Promise<void> {
  const { house } = scene;
  const id = await scene.ask('ada');
  const presses = [
    await scene.button('grace', id, 'approve'),
    await scene.button('linus', id, 'approve'),
  ];
  const answers = await house.meanwhile(Promise.all(presses.map((press) => press())));
  await scene.shows(id, 'active', 'Open until');
  expect(answers.filter((answer) => answer.includes('Approved'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('Too late'))).toHaveLength(1);
  const life = await scene.life(id);
  expect(life.filter((type) => type === 'approved')).toHaveLength(1);
}

export async function pair(scene: Scene): Promise<void> {
  const id = await scene.ask('ada', PAIR);
  const again = await scene.button('grace', id, 'approve');
  expect(await again()).toContain('more are needed');
  await scene.shows(id, 'pending', 'Approved by: Grace');
  expect(await again()).toContain('You have approved this already');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(await scene.press('linus', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Grace, Linus');
}
