/** What people read, and what they fill in, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import type { Scene } from './scene.ts';

export async function threadTellsAll(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE);
  await scene.press('grace', id, 'approve');
  await scene.pass(HOUR + MINUTE);
  const told = (chat.threads(id)[0] ?? [])
    .join('\n')
    .split(/\n+/)
    .filter((line) => line !== '');
  const said = [
    ...['Asked by Ada: lb-admin for 1h.', 'Unanswered, so it goes to security by direct message.'],
    ...['Approved by Grace (1 of 1).', 'Activation started; the access ends at'],
    ...['Read back as open:', 'Active: every part is confirmed by its provider.'],
    ...[
      'The requester was warned of the end at',
      'The time is over; the access is being taken away.',
    ],
    ...['read back as gone at', 'Finished: ended.', 'was not used. As of'],
  ];
  expect(told).toHaveLength(said.length);
  for (const [nth, text] of said.entries()) expect(told[nth]).toContain(text);
}

export async function form(scene: Scene): Promise<void> {
  const { chat } = scene;
  const open = await chat.openForm('ada', 'lb-pair');
  expect(open.text).toContain('your address');
  const faulty = { duration: '9h', inputs: { ip: 'here' }, reason: 'debug the pair' };
  expect(await open.submit(faulty)).toContain('4h');
  expect(await open.submit({ ...faulty, duration: '1h' })).toContain('no IP address');
  expect(await scene.newest()).toBeUndefined();
  const corrected = { ...faulty, duration: '2h', inputs: { ip: '192.0.2.7' } };
  expect(await open.submit(corrected)).toContain('Asked for lb-pair for 2h');
  const id = await scene.latest();
  await scene.shows(id, 'pending', 'debug the pair');
  await scene.shows(id, 'pending', 'Ada, 2h');
}

export async function lookedUp(scene: Scene): Promise<void> {
  const { chat } = scene;
  expect(await chat.type('ada', 'mine')).not.toContain('lb-admin');
  const id = await scene.ask('ada');
  expect(await chat.type('ada', 'mine')).toContain(id);
  expect(await chat.type('grace', `status ${id}`)).toContain('waits for approval');
  expect(await chat.type('grace', `why ${id}`)).toMatch(/… Approved by 0; needs 1 of/);
  await scene.press('grace', id, 'approve');
  expect(await chat.type('ada', `why ${id}`)).toMatch(/✓ Approved by 1: Grace/);
  expect(await chat.type('mallory', `why ${id}`)).toContain('There is no such request');
  expect(await chat.type('ada', `status ${id}`)).toContain('is active');
  expect(await chat.type('mallory', `status ${id}`)).toContain('There is no such request');
  expect(await chat.type('ada', 'roles')).toContain('lb-shared');
  expect(await chat.type('grace', 'mine')).not.toContain(id);
  expect(await chat.type('ada', 'lb-admin 9h too long')).toContain('4h');
}

export async function overview(scene: Scene): Promise<void> {
  const { chat } = scene;
  for (const who of ['ada', 'grace'] as const) await chat.openHome(who);
  expect(chat.home('ada')).toContain('lb-shared');
  expect(chat.home('grace')).not.toContain('asks for');
  const id = await scene.ask('ada');
  for (const who of ['ada', 'grace'] as const) {
    expect(chat.home(who)).toContain('Ada asks for lb-admin');
    expect(chat.home(who)).toContain('Waiting for approval until');
  }
  await scene.press('grace', id, 'approve');
  expect(chat.home('ada')).toContain('Open until');
  expect(chat.home('grace')).not.toContain('asks for');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(chat.home('ada')).not.toContain('asks for');
}
