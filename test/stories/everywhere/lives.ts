/** What becomes of a request, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import type { Press } from './chat.ts';
import { KEY, type Scene } from './scene.ts';

export async function happyPath(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(chat.cards(id)).toHaveLength(1);
  expect(chat.cards(id)[0]).toContain('Ada asks for lb-admin');
  expect(chat.cards(id)[0]).toContain('rotate the edge certificate');
  expect(await scene.press('grace', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  expect(house.gate.opens(KEY)).toBe(true);
  expect(chat.direct('ada').join('\n')).toContain('is open for you until');
  await scene.pass(51 * MINUTE);
  expect(chat.direct('ada').join('\n')).toContain('Done already?');
  await scene.pass(9 * MINUTE);
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(
    id,
    'ended',
    'Ended: the time was over. Proven gone: read back twice as absent.',
  );
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await scene.life(id)).toEqual([
    ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated', 'warned'],
    ...['revoking-started', 'grant-gone', 'finished', 'use-seen'],
  ]);
  expect(house.log.warnings).toEqual([]);
}

export async function denial(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  expect(await scene.press('grace', id, 'deny', 'freeze until Monday')).toContain('Denied');
  await scene.shows(id, 'denied', 'Denied by Grace: freeze until Monday');
  expect(chat.direct('ada').at(-1)).toContain('was denied by Grace: freeze until Monday');
  expect(house.gate.entries.size).toBe(0);
  expect(await scene.life(id)).toEqual(['asked', 'denied']);
}

export async function returned(scene: Scene): Promise<void> {
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  expect(await scene.press('ada', id, 'return')).toContain('Taking away');
  expect(scene.house.gate.opens(KEY)).toBe(false);
  await scene.shows(id, 'revoking', 'Not confirmed gone yet');
  await scene.pass(2 * SECOND, SECOND);
  await scene.shows(id, 'returned', 'Returned by the requester. Proven gone');
}

export async function revoked(scene: Scene): Promise<void> {
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.press('margaret', id, 'revoke', 'seen from two countries');
  expect(scene.house.gate.opens(KEY)).toBe(false);
  await scene.pass(MINUTE, SECOND);
  await scene.shows(id, 'revoked', 'Revoked by Margaret: seen from two countries');
  expect(scene.chat.direct('ada').join('\n')).toContain('is being revoked by Margaret');
}

export async function withdrawn(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const late = await scene.button('grace', id, 'approve');
  expect(await chat.type('grace', `withdraw ${id}`)).toContain('Only the requester can do this.');
  expect(await chat.type('ada', `withdraw ${id}`)).toContain('Withdrawn');
  await scene.shows(id, 'withdrawn', 'Withdrawn by the requester.');
  expect(await late()).toContain('Too late: it was withdrawn.');
  expect(await scene.life(id)).toEqual(['asked', 'withdrawn']);
}

export async function escalated(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('linus');
  expect(await chat.button('margaret', id, 'approve', 'direct')).toBeUndefined();
  await scene.pass(6 * MINUTE);
  expect(chat.threads(id)[0]?.join('\n')).toContain('it goes to security by direct message');
  expect(chat.direct('margaret').join('\n')).toContain('Linus asks for lb-admin');
  // To be called is not to be allowed: whom the rule names decides.
  expect(await chat.button('margaret', id, 'approve', 'direct')).toBeUndefined();
  expect(await scene.press('grace', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  expect(chat.direct('margaret').join('\n')).toContain('Open until');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(chat.direct('margaret').join('\n')).toContain('Proven gone');
}

export async function decidedInDirect(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE);
  const approve = await scene.button('grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  for (const who of ['grace', 'linus'] as const)
    expect(chat.direct(who).join('\n')).toContain('Open until');
  expect(await chat.button('linus', id, 'approve', 'direct')).toBeUndefined();
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  for (const who of ['grace', 'linus'] as const)
    expect(chat.direct(who).join('\n')).toContain('Proven gone');
}

export async function reminded(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const heard = (who: 'grace' | 'margaret') => chat.direct(who).join('\n');
  await scene.pass(5 * MINUTE);
  expect(heard('grace')).toContain('Ada asks for lb-admin');
  expect(heard('grace')).not.toContain('Still waiting for you');
  await scene.pass(10 * MINUTE);
  expect(heard('grace').split('Still waiting for you')).toHaveLength(2);
  // Called she was; to be called is not to be waited for.
  expect(heard('margaret')).toContain('Ada asks for lb-admin');
  expect(heard('margaret')).not.toContain('Still waiting for you');
  const approve = await scene.button('grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  const life = await scene.life(id);
  expect(life.slice(0, 5)).toEqual(['asked', 'reminded', 'escalated', 'reminded', 'approved']);
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
}

export async function expired(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const late = await scene.button('grace', id, 'approve');
  await scene.pass(31 * MINUTE);
  await scene.shows(id, 'expired', 'Expired: nobody decided in time.');
  expect(chat.direct('margaret').join('\n')).toContain('Expired');
  expect(chat.direct('ada').at(-1)).toContain('You can ask again');
  expect(await late()).toContain('Too late: it has expired.');
  expect(await scene.life(id)).toEqual(['asked', 'escalated', 'expired']);
  expect(scene.house.gate.entries.size).toBe(0);
}

export async function automatic(scene: Scene): Promise<void> {
  const id = await scene.ask('ada', 'lb-shared 30m ip=192.0.2.7 look at the logs');
  await scene.shows(id, 'active', 'automatic: the rule asks for nobody');
  expect(scene.chat.threads(id)[0]?.join('\n')).toContain('Automatic: the rule asks for nobody.');
  await scene.pass(31 * MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
}

export async function frozen(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const [id, waits] = [await scene.ask('ada'), await scene.ask('linus')];
  await scene.press('grace', id, 'approve');
  const late = await scene.button('grace', waits, 'approve');
  expect(await chat.type('linus', 'freeze confirm a stolen laptop')).toContain('does not let you');
  const preview = await chat.type('margaret', 'freeze a stolen laptop');
  expect(preview).toContain('One request holds one grant');
  expect(preview).toContain('freeze confirm a stolen laptop');
  await scene.shows(id, 'active', 'Open until');
  expect(await chat.type('margaret', 'freeze confirm a stolen laptop')).toContain('Frozen.');
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await late()).toContain('Everything is frozen since');
  const automatic = 'lb-shared 30m ip=192.0.2.7 look at the logs';
  expect(await chat.type('ada', automatic)).toContain('Everything is frozen since');
  await scene.pass(MINUTE, 5 * SECOND);
  await scene.shows(id, 'revoked', 'Frozen by Margaret: a stolen laptop');
  expect(chat.direct('ada').join('\n')).toContain('frozen by Margaret');
  expect(chat.threads(id)[0]?.join('\n')).toContain('Everything is frozen by Margaret');
  expect(chat.notes('alarms').join('\n')).toContain('Frozen: all 1 are confirmed gone.');
  expect(await chat.type('margaret', 'thaw confirm it is found')).toContain('Thawed.');
  expect(await late()).toContain('Approved');
}

/** By the buttons below what was told, which nobody else presses, and each does once. */
export async function frozenByButton(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  expect(await chat.type('linus', 'freeze a stolen laptop')).toContain('does not let you');
  expect(chat.confirm('linus')).toBeUndefined();
  expect(await chat.type('margaret', 'freeze a stolen laptop')).toContain('Freeze 1 grant');
  const freeze = given(chat.confirm('margaret'));
  expect(await freeze({ by: 'linus' })).toContain('Nothing was done');
  await scene.shows(id, 'active', 'Open until');
  expect(await freeze()).toContain('Frozen. One request holds one grant');
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await freeze()).toContain('Everything is frozen since');
  await scene.pass(MINUTE, 5 * SECOND);
  await scene.shows(id, 'revoked', 'Frozen by Margaret: a stolen laptop');
  await chat.type('margaret', 'thaw it is found');
  expect(await given(chat.confirm('margaret'))()).toContain('Thawed.');
  expect(await freeze()).toContain('Nothing was done');
  await chat.type('margaret', 'freeze a stolen laptop');
  const late = given(chat.confirm('margaret'));
  await scene.pass(11 * MINUTE, MINUTE);
  expect(await late()).toContain('Nothing was done');
  await scene.shows(await scene.ask('linus'), 'pending', 'Waiting for approval until');
}

function given(press: Press | undefined): Press {
  if (press === undefined) throw new Error('the answer has no button');
  return press;
}

export async function restarted(scene: Scene): Promise<void> {
  const { house } = scene;
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  await house.halt();
  await house.start();
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  await house.halt();
  house.clock.advance(2 * HOUR);
  await house.start();
  await scene.pass(MINUTE, SECOND);
  await scene.shows(id, 'ended', 'Proven gone');
}
