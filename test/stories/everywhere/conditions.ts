/** Conditions, in every chat alike: asks at various times, and the rule that each comes under. */
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { POLICY } from '../cast.ts';
import { allEntries } from '../proved.ts';
import type { Scene } from './scene.ts';

/** The clock of a scene begins at 03:00 UTC: that is 04:00 in Berlin. */
export const RULED = POLICY.replace(
  'alarms:',
  'zone: Europe/Berlin\nfreezes: { move: { from: "2096-11-21 08:00", until: "2096-11-21 09:00" } }\nalarms:',
).replace(
  'approve: { count: 1, of: leads }',
  `$&
    conditions:
      oncall: { when: 'memberOf("security") || request.reason.fits("^INC-[0-9]+")', approve: { automatic: { most: 1, within: 7d } } }
      long: { when: 'request.duration > duration("1h")', approve: { stages: [{ of: leads }, { of: security }] } }
      night: { when: time.hour < 5, max: 2h }
      move: { when: '"move" in time.freezes', refuse: the gates are being moved }`,
);

export const PATIENT = RULED.replace('expireAfter: 30m', 'expireAfter: 3h');

/** Nobody can tell who is on call. */
export const UNREAD = RULED.replace(
  'security: {',
  "oncall: { local: '@nobody-home' }\n  security: {",
)
  .replaceAll('memberOf("security")', 'memberOf("oncall")')
  .replace(
    'night: {',
    'others: { when: \'request.duration > duration("1h") && !memberOf("oncall")\', refuse: short only }\n      night: {',
  );

export async function strictest(scene: Scene): Promise<void> {
  const { chat } = scene;
  expect(await chat.type('ada', 'lb-admin 3h rotate')).toContain('at most 2h');
  const id = await scene.ask('ada', 'lb-admin 90m INC-7 rotate');
  await scene.shows(id, 'pending', '1 of leads, then 1 of security');
  await scene.shows(id, 'pending', 'Conditions: oncall, long, night');
  expect(chat.threads(id)[0]?.join('\n')).toContain('under the conditions oncall, long, night');
  await scene.press('grace', id, 'approve');
  await scene.shows(id, 'pending', 'Still needed: 1 of security');
  const last = await scene.button('margaret', id, 'approve', 'direct');
  expect(await last()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
}

export async function automaticOnce(scene: Scene): Promise<void> {
  const { chat } = scene;
  const said = await chat.type('ada', 'lb-admin 30m INC-7 rotate');
  expect(said).toContain('Granted without approval by its rule');
  const id = await scene.latest();
  await scene.shows(id, 'active', 'Automatic: nobody approved it.');
  await scene.shows(id, 'active', 'automatic: the rule asks for nobody, at most 1 times within');
  expect(chat.threads(id)[0]?.join('\n')).toContain('Automatic: the rule asks for nobody.');
  const again = await scene.ask('ada', 'lb-admin 30m INC-8 rotate');
  await scene.shows(again, 'pending', '1 of leads, not the requester');
  expect(await scene.life(again)).toEqual(['asked']);
}

export async function whileFrozen(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  await scene.pass(3 * HOUR + 50 * MINUTE);
  const id = await scene.ask('ada', 'lb-admin 30m rotate');
  const approve = await scene.button('grace', id, 'approve');
  await scene.pass(10 * MINUTE);
  expect(await approve()).toContain('(move): the gates are being moved.');
  expect(await chat.type('ada', 'lb-admin 30m another')).toContain('the gates are being moved');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  const refused = (await allEntries(house)).filter(({ body }) => body.includes('"forbidden"'));
  expect(refused).toHaveLength(2);
  await scene.pass(HOUR);
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
}

export async function unmet(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada', 'lb-admin 30m rotate');
  await scene.shows(id, 'pending', 'Conditions: night');
  expect(await chat.type('ada', 'lb-admin 90m rotate')).toContain('cannot be told at the moment');
  expect(house.gate.entries.size).toBe(0);
  await scene.press('grace', id, 'approve');
  await scene.shows(id, 'active', 'Open until');
}
