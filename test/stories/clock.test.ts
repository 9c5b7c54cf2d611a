/** The wall clock is set while access is open. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { allEntries, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';

for (const by of [10 * MINUTE, -10 * MINUTE])
  test(`a clock that is set by ${by / MINUTE} minutes is told of, and access still ends`, async () => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    await stage.press('grace', id, 'approve');
    await stage.pass(20 * MINUTE, MINUTE);
    stage.clock.step(by);
    await stage.pass(MINUTE);
    expect(stage.notes().join('\n')).toContain(`was set by ${by / 1_000} seconds`);
    await stage.pass(40 * MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.gate.entries.size).toBe(0);
    const times = (await allEntries(stage)).map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await proved(stage);
    await stage.halt();
  });

test('after the clock was set back, a revocation is proven as fast as ever', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  stage.clock.step(-HOUR);
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('an alarm that is due after the clock was set back still comes in time', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  stage.gate.unreachable = true;
  stage.clock.step(-HOUR);
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  expect(stage.notes('lb-access')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
