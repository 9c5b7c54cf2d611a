/** Live access that cannot be read back: its card claims no more than was read, and somebody hears of it. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { approved, KEY } from './props.ts';

const TOLD = 'could not be read back as it should be for 2m';

async function unreadable(stage: Stage) {
  const id = await approved(stage);
  stage.gate.unreachable = true;
  await stage.pass(MINUTE);
  expect(stage.notes()).toEqual([]);
  return id;
}

test('live access that stays unreadable is told of once, however long it lasts', async () => {
  const stage = await Stage.open();
  const id = await unreadable(stage);
  await stage.pass(2 * MINUTE);
  expect(stage.notes()).toEqual([expect.stringContaining(TOLD)]);
  expect(stage.notes()[0]).toContain(KEY);
  await stage.pass(40 * MINUTE, MINUTE);
  expect(stage.notes()).toHaveLength(1);
  expect(await stage.status(id)).toBe('active');
  expect(stage.card()).toMatch(/confirmed by the provider at .*03:00/);
  await proved(stage);
  await stage.halt();
});

test('what can be read again in time is not told of, and the next failure counts anew', async () => {
  const stage = await Stage.open();
  await unreadable(stage);
  stage.gate.unreachable = false;
  await stage.pass(MINUTE);
  stage.gate.unreachable = true;
  await stage.pass(MINUTE);
  stage.gate.unreachable = false;
  await stage.pass(10 * MINUTE);
  expect(stage.notes()).toEqual([]);
  stage.gate.unreachable = true;
  await stage.pass(4 * MINUTE);
  expect(stage.notes()).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('a restart in between neither loses it nor counts anew', async () => {
  const stage = await Stage.open();
  await unreadable(stage);
  await stage.restart();
  await stage.pass(MINUTE + 30_000);
  expect(stage.notes()).toEqual([expect.stringContaining(TOLD)]);
  await proved(stage);
  await stage.halt();
});

test('what is being taken away has its own alarm, and only that', async () => {
  const stage = await Stage.open();
  const id = await unreadable(stage);
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  expect(stage.notes()).toEqual([]);
  expect(stage.notes('lb-access')).toHaveLength(1);
  stage.gate.unreachable = false;
  await stage.pass(HOUR, MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('what is wrong and cannot be mended is told of as well', async () => {
  const stage = await Stage.open();
  await approved(stage);
  stage.gate.putByHand(KEY, stage.clock.now() + 7 * HOUR);
  await stage.pass(10 * MINUTE);
  expect(stage.notes()).toEqual([expect.stringContaining(TOLD)]);
  await proved(stage);
  await stage.halt();
});
