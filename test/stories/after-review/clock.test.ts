/** A clock that was ahead while something was committed, and the time that a decision is made at. */
import { expect, test, vi } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { allEntries, proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, approved, chatOf } from './props.ts';

/** Something is committed while the clock is ahead; then it is set right. */
async function ahead(stage: Stage, by: number): Promise<void> {
  stage.clock.step(by);
  await stage.type('ada', 'lb-admni 1h because');
  stage.clock.step(-by);
}

test('nothing is asked or approved by a clock that is behind what was committed', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await ahead(stage, 10 * MINUTE);
  expect(await stage.type('linus', ASK)).toContain('The clock of the machine');
  expect(await stage.press('grace', id, 'approve')).toContain('The clock of the machine');
  expect(await stage.status(id)).toBe('pending');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('a clock that is behind takes nothing from those who end access', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  await ahead(stage, 10 * MINUTE);
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('a small correction of the clock refuses nobody', async () => {
  const stage = await Stage.open();
  await ahead(stage, 30 * SECOND);
  const id = await approved(stage);
  expect(await stage.status(id)).toBe('active');
  await stage.halt();
});

test('a clock that stays behind is told of every hour, also when it is set back again', async () => {
  const stage = await Stage.open();
  await ahead(stage, DAY);
  const told = () => stage.notes().filter((note) => note.includes('Nothing is opened')).length;
  await stage.pass(MINUTE);
  expect(told()).toBe(1);
  stage.clock.step(-DAY);
  await stage.pass(50 * MINUTE, 20 * SECOND);
  expect(told()).toBe(1);
  await stage.pass(HOUR, 20 * SECOND);
  expect(told()).toBe(2);
  await stage.halt();
});

test('a decision is made when its facts are there, not when they were asked for', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const chat = chatOf(stage);
  const profile = chat.profile.bind(chat);
  vi.spyOn(chat, 'profile').mockImplementation(async (account, io) => {
    if (account.userId === 'ada') stage.clock.step(8 * SECOND);
    return profile(account, io);
  });
  await stage.workspace.press('grace', id, 'approve');
  await stage.settle();
  const known = stage.clock.now();
  const approval = (await allEntries(stage)).find(({ body }) => body.includes('"approved"'));
  expect(approval?.at).toBe(known);
  await proved(stage);
  await stage.halt();
});
