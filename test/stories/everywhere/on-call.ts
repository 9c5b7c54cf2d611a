/** Whoever is on call at the moment of the click decides, in every chat alike. */
import { expect } from 'vitest';
import { SECOND } from '../../../src/core/time.ts';
import { says } from '../../support/roster-stand.ts';
import { changed } from '../cast.ts';
import { ASK, type Scene } from './scene.ts';

const LEADS = '[grace@example.com, linus@example.com] }';

export const BY_PAGERDUTY = changed(LEADS, '[], pagerduty: P1SCHED }');
export const BY_MEMBERS_TOO = changed(LEADS, '[grace@example.com], opsgenie: Platform }');

const schedule = { id: 'P1SCHED' };

export const inPagerDuty = (...emails: readonly string[]) =>
  says({ oncalls: emails.map((email) => ({ user: { email }, schedule })), more: false });

const inOpsgenie = (...onCallRecipients: readonly string[]) => says({ data: { onCallRecipients } });

export async function handedOver(scene: Scene): Promise<void> {
  const { house } = scene;
  house.roster.behave = inPagerDuty('grace@example.com');
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  house.roster.behave = inPagerDuty('Linus@Example.com');
  await scene.pass(SECOND);
  expect(await approve()).toContain('Only members of leads decide on this.');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(await approve({ by: 'linus' })).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Linus');
}

export async function unanswered(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  house.roster.behave = inOpsgenie('grace@example.com');
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  house.roster.behave = says('', 503);
  await scene.pass(SECOND);
  const cannot = 'cannot read the group leads (opsgenie schedule Platform)';
  expect(await approve()).toContain(cannot);
  expect(await chat.type('linus', ASK)).toContain(cannot);
  await scene.shows(id, 'pending', 'Waiting for approval until');
  house.roster.behave = inOpsgenie();
  await scene.pass(SECOND);
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
}
