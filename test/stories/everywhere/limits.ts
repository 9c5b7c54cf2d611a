/** How much one person may have, in every chat alike: asks, and what each comes to. */
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { POLICY } from '../cast.ts';
import type { Scene } from './scene.ts';

/** What needs nobody, with this beside it. */
const withLimits = (limits: string) =>
  POLICY.replace('approve: automatic\n', `approve: automatic\n    limits: { ${limits} }\n`);

export const LIMITED = withLimits('perDay: 3h, cooldown: 20m');
export const ONE_LIVE = withLimits('live: 1');
export const CAPPED = POLICY.replace(
  'approve: automatic\n',
  'approve: { automatic: { most: 1, within: 2h } }\n',
);

const ask = (duration: string, last = 7) =>
  `lb-shared ${duration} ip=192.0.2.${last} look at the shared gate`;

export async function perDay(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada', ask('2h'));
  await scene.shows(id, 'active', 'Open until');
  expect(await chat.type('ada', ask('2h', 8))).toContain('one is not over yet');
  await scene.pass(HOUR);
  await scene.press('ada', id, 'return');
  await scene.pass(MINUTE, 15_000);
  expect(await chat.type('ada', ask('2h'))).toContain('may be had again at');
  await house.halt();
  await house.start();
  await scene.pass(20 * MINUTE);
  expect(await chat.type('ada', ask('4h'))).toContain('within 24 hours, and 1h59m');
  const again = await scene.ask('ada', ask('1h30m'));
  await scene.pass(2 * HOUR);
  await scene.shows(again, 'ended', 'Proven gone');
  expect(await chat.type('ada', ask('2h'))).toContain('of it are left');
  await scene.pass(24 * HOUR, HOUR);
  await scene.shows(await scene.ask('ada', ask('2h')), 'active', 'Open until');
}

export async function oneLive(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  expect(await chat.type('ada', ask('1h'))).toContain('hold 1 at once, of all roles together');
  expect(await chat.type('ada', `withdraw ${id}`)).toContain('Withdrawn');
  const open = await scene.ask('ada', ask('1h'));
  expect(await chat.type('ada', ask('1h', 8))).toContain('hold 1 at once');
  await scene.press('ada', open, 'return');
  await scene.pass(MINUTE, 15_000);
  await scene.shows(await scene.ask('ada', ask('1h', 8)), 'active', 'Open until');
}

export async function usedUp(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada', ask('30m'));
  await scene.shows(id, 'active', 'Automatic: nobody approved it.');
  await scene.shows(id, 'active', 'at most 1 times within 2h');
  expect(await chat.type('ada', ask('30m', 8))).toContain(
    '1 times within 2h, and they are used up',
  );
  expect(await scene.newest()).toBe(id);
  await scene.shows(await scene.ask('linus', ask('30m', 8)), 'active', 'Open until');
  await scene.pass(2 * HOUR + MINUTE);
  await scene.shows(await scene.ask('ada', ask('30m')), 'active', 'Open until');
}
