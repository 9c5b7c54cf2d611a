/** Approval in stages, in every chat alike: one after another, several at once, a seat for each person. */
import { expect } from 'vitest';
import { STAGED } from '../staged.ts';
import { KEY, type Scene } from './scene.ts';

/** Margaret could sit for security and for the platform people. */
export const TWICE = STAGED.replace('platform: { members: [', '$&margaret@example.com, ');

export const BY_GROUP = TWICE.replace(/leads: \{.*\}/, "leads: { local: '@leads' }");

/** Whoever could approve is of the requester's own team. */
export const OWN_TEAM = STAGED.replace(
  /leads: \{.*\}/,
  'leads: { members: [ada@example.com, ken@example.com] }',
);

export async function inStages(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.shows(id, 'pending', '1 of leads, then 1 of security and 1 of platform');
  await scene.shows(id, 'pending', 'nobody of their own team');
  const approve = await scene.button('grace', id, 'approve');
  expect(await approve({ by: 'margaret' })).toContain('members of leads decide first');
  expect(await approve({ by: 'ken' })).toContain('both in payments');
  expect(await approve({ by: 'mallory' })).toContain('Only members of leads, security or platform');
  expect(await approve()).toContain('1 of security and 1 of platform');
  await scene.shows(id, 'pending', 'Still needed: 1 of security and 1 of platform');
  expect(await approve()).toContain('approved this already');
  const first = await scene.button('margaret', id, 'approve', 'direct');
  expect(await first()).toContain('more are needed');
  expect(await first()).toContain('approved this already');
  await scene.shows(id, 'pending', 'Approved by: Grace, Margaret');
  expect(house.gate.opens(KEY)).toBe(false);
  const last = await scene.button('linus', id, 'approve', 'direct');
  expect(await last()).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Grace, Margaret, Linus');
  expect(house.gate.opens(KEY)).toBe(true);
  const thread = chat.threads(id)[0]?.join('\n');
  expect(thread).toContain('Approved by Grace (1 of 3). Still needed: 1 of security');
  expect(thread).toContain('security is asked by direct message.');
  expect(thread).toContain('Approved by Linus (3 of 3).');
}

export async function nobodyLeft(scene: Scene): Promise<void> {
  const said = await scene.chat.type('ada', 'lb-admin 1h rotate the edge certificate');
  expect(said).toContain('Nobody could approve this: it needs 1 of leads other than you');
  expect(said).toContain('Nobody of your own team counts.');
  expect(await scene.newest()).toBeUndefined();
}

export async function groupEdited(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  chat.setGroup('leads', ['grace', 'linus']);
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  const second = await scene.button('margaret', id, 'approve', 'direct');
  chat.setGroup('leads', ['linus']);
  expect(await second()).toContain('members of leads decide first');
  await scene.shows(id, 'pending', 'Approved by: Grace');
  expect(await chat.type('linus', `approve ${id}`)).toContain('more are needed');
  expect(await second()).toContain('more are needed');
  expect(house.gate.opens(KEY)).toBe(false);
  // Whoever is back counts again, and whoever sat there in the meantime sits elsewhere.
  chat.setGroup('leads', ['grace', 'linus']);
  expect(await chat.type('linus', `approve ${id}`)).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
}

export async function removed(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  chat.setGroup('leads', ['grace', 'linus']);
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  chat.setGroup('leads', ['linus']);
  expect(await approve()).toContain('Only members of leads decide on this.');
  expect(await chat.type('grace', `approve ${id}`)).toContain('Only members of leads');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(await scene.life(id)).toEqual(['asked']);
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await chat.type('linus', `approve ${id}`)).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Linus');
}
