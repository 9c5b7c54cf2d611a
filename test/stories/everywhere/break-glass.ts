/** Access at once and without approval, in every chat alike. */
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { changed } from '../cast.ts';
import { KEY, type Scene } from './scene.ts';

const WHY = 'the edge answers nobody';
const BREAK = `break-glass lb-admin 30m ${WHY}`;

export const WITH_GLASS = changed(
  'approve: { count: 1, of: leads }',
  `approve: { count: 1, of: leads }
    breakGlass: { who: [operators], max: 1h, often: { most: 2, within: 7d }, review: { by: [security], within: 2h } }`,
);

export async function glassBroken(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada', BREAK);
  await scene.shows(id, 'active', 'Break-glass: nobody approved it.');
  expect(house.gate.opens(KEY)).toBe(true);
  expect(chat.cards(id)[0]).toContain('Ada breaks the glass for lb-admin');
  for (const who of ['grace', 'linus', 'margaret'] as const)
    expect(chat.direct(who).join('\n')).toContain('Ada breaks the glass for lb-admin');
  expect(chat.threads(id)[0]?.join('\n')).toContain('Nobody is asked for approval.');
  expect(await chat.button('margaret', id, 'justified')).toBeUndefined();
  await scene.pass(31 * MINUTE);
  await scene.shows(id, 'ended', 'open until');
  expect(await chat.type('ada', BREAK)).toContain('you can break no other');
  expect(await chat.type('grace', `review ${id} justified it was down`)).toContain('Only members');
  const ownReview = await chat.type('ada', `review ${id} justified it was down`);
  expect(ownReview).toContain('Only members');
  expect(await scene.press('margaret', id, 'justified', 'I saw it burn')).toContain(
    'Reviewed as justified',
  );
  await scene.shows(id, 'ended', 'justified, says Margaret: I saw it burn');
  expect(chat.direct('ada').at(-1)).toContain('was reviewed by Margaret: justified');
  expect(await chat.button('margaret', id, 'justified')).toBeUndefined();
  await scene.shows(await scene.ask('ada', BREAK), 'active', 'breaks the glass for');
}

export async function reviewReminded(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada', BREAK);
  await scene.pass(31 * MINUTE);
  const late = await scene.button('margaret', id, 'unjustified');
  await scene.pass(2 * HOUR);
  const reminders = () =>
    chat.notes('lb-access').filter((text) => text.includes('A review is overdue.'));
  expect(reminders()).toHaveLength(1);
  expect(reminders()[0]).toContain(`/jit review ${id} justified`);
  await scene.shows(id, 'ended', 'overdue since');
  await scene.pass(4 * HOUR, HOUR);
  expect(reminders()).toHaveLength(2);
  expect(await late({ reason: 'nothing was down' })).toContain('Reviewed as not justified');
  await scene.shows(id, 'ended', 'not justified, says Margaret: nothing was down');
  await scene.pass(HOUR * 24, 6 * HOUR);
  expect(reminders()).toHaveLength(2);
}
