/** The bot is stopped and started in every status: what is not done yet are rows, and go on. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/request.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';

type Step = (stage: Stage, id: RequestId) => Promise<unknown>;

const approve: Step = (stage, id) => stage.press('grace', id, 'approve');
const giveBack: Step = (stage, id) => stage.press('ada', id, 'return');
const withdraw: Step = (stage, id) => stage.type('ada', `withdraw ${id}`);
const deny: Step = (stage, id) => stage.fill('grace', id, 'deny', 'no');
const pass =
  (time: number): Step =>
  (stage) =>
    stage.pass(time, MINUTE);
const away: Step = async (stage) => {
  stage.gate.unreachable = true;
};
const back: Step = async (stage) => {
  stage.gate.unreachable = false;
};

const LIVES: readonly (readonly [Status, readonly Step[], readonly Step[], Status])[] = [
  ['pending', [], [approve, pass(61 * MINUTE)], 'ended'],
  ['pending', [], [pass(31 * MINUTE)], 'expired'],
  ['activating', [away, approve], [back, pass(HOUR + 6 * MINUTE)], 'ended'],
  ['activating', [away, approve], [pass(12 * MINUTE), back, pass(6 * MINUTE)], 'activation-failed'],
  ['active', [approve], [pass(61 * MINUTE)], 'ended'],
  ['active', [approve], [giveBack, pass(MINUTE)], 'returned'],
  ['revoking', [approve, away, giveBack], [back, pass(6 * MINUTE)], 'returned'],
  ['revoking', [approve, giveBack], [pass(MINUTE)], 'returned'],
  ['returned', [approve, giveBack, pass(MINUTE)], [pass(MINUTE)], 'returned'],
  ['denied', [deny], [pass(MINUTE)], 'denied'],
  ['withdrawn', [withdraw], [pass(MINUTE)], 'withdrawn'],
];

for (const [status, before, after, end] of LIVES)
  test(`restarted while ${status}, it comes to be ${end}`, async () => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    for (const step of before) await step(stage, id);
    expect(await stage.status(id)).toBe(status);
    await stage.restart();
    expect(await stage.status(id)).toBe(status);
    for (const step of after) await step(stage, id);
    expect(await stage.status(id)).toBe(end);
    expect(stage.gate.entries.size).toBe(0);
    await proved(stage);
    await stage.halt();
  });

test('restarted while scheduled, it starts, and starts once', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h from 04:00 rotate the edge certificate');
  await stage.press('grace', id, 'approve');
  await stage.restart();
  expect(await stage.status(id)).toBe('scheduled');
  await stage.pass(HOUR, 10 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.restart();
  await stage.pass(61 * MINUTE, 10 * MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('stopped in the middle of work, it loses nothing', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('grace', id, 'approve');
  await stage.restart();
  expect(await stage.status(id)).toBe('active');
  expect(stage.answer('grace')).toContain('Approved');
  await proved(stage);
  await stage.halt();
});

test('a whole app that watches its policy stops without a word', async () => {
  const stage = await Stage.open();
  stage.app.policy.watch();
  await stage.app.stop();
  expect(stage.log.errors).toEqual([]);
});
