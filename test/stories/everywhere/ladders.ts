/** Who is told while nobody answers, and when, in every chat alike. */
import { expect } from 'vitest';
import { MINUTE } from '../../../src/core/time.ts';
import { changed } from '../cast.ts';
import { inPagerDuty } from './on-call.ts';
import type { Scene } from './scene.ts';

const STEP = 'escalate: [{ after: 5m, to: security }]';
/** A scene begins at three o'clock. */
const quiet = (does: string) =>
  changed(STEP, `${STEP}\n    quiet: { from: "03:04", until: "03:15"${does} }\n    remind: 6m`);

export const DELAYED = quiet('');
export const SKIPPED = quiet(', does: skip');
export const MANAGED = changed(
  STEP,
  'escalate: [{ after: 5m, to: { managerOf: requester } }]',
).replace('operators: { members:', 'operators: { managers: [mallory@example.com], members:');
export const TO_ON_CALL = changed(STEP, 'escalate: [{ after: 5m, to: oncall }]').replace(
  'groups:',
  'groups:\n  oncall: { pagerduty: P1SCHED }',
);

export async function toldAfterQuiet(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(14 * MINUTE, MINUTE);
  expect(chat.threads(id)[0]?.join('\n')).toContain('Quiet hours: nobody is told before');
  for (const who of ['grace', 'margaret'] as const)
    expect(chat.direct(who).join('\n')).not.toContain(id);
  await scene.pass(2 * MINUTE, MINUTE);
  expect(await scene.life(id)).toEqual(['asked', 'ladder-held', 'escalated', 'reminded']);
  expect(chat.direct('margaret').join('\n')).toContain('Ada asks for lb-admin');
  const approve = await scene.button('grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
}

export async function skippedForQuiet(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(20 * MINUTE, MINUTE);
  expect(chat.threads(id)[0]?.join('\n')).toContain('in quiet hours: security is not told.');
  expect(chat.direct('margaret').join('\n')).not.toContain(id);
  await scene.pass(11 * MINUTE, MINUTE);
  await scene.shows(id, 'expired', 'Expired: nobody decided in time.');
}

/** Whoever manages is told, and gains no right by it. */
export async function manager(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE, MINUTE);
  expect(chat.direct('mallory').join('\n')).toContain('Ada asks for lb-admin');
  expect(chat.threads(id)[0]?.join('\n')).toContain('whoever manages the requester (Mallory)');
  expect(await chat.button('mallory', id, 'approve', 'direct')).toBeUndefined();
  expect(await chat.type('mallory', `approve ${id}`)).toContain('Only members of leads decide');
  await scene.press('grace', id, 'approve');
  await scene.shows(id, 'active', 'Open until');
  expect(chat.direct('mallory').join('\n')).toContain('Open until');
}

/** Whoever is on call when the step falls due. */
export async function onCall(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  house.roster.behave = inPagerDuty('margaret@example.com');
  const first = await scene.ask('ada');
  house.roster.behave = inPagerDuty('grace@example.com');
  await scene.pass(6 * MINUTE, MINUTE);
  expect(chat.direct('margaret').join('\n')).not.toContain(first);
  const approve = await scene.button('grace', first, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(first, 'active', 'Approved by: Grace');
}
