/** A card of yesterday, a click that comes late, a clock that somebody sets. */
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, KEY, opensFor, over } from './attempt.ts';

test('the card of yesterday’s request opens nothing, and says that it has expired', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const [card] = stage.workspace.board.cards(id);
  await stage.pass(DAY, HOUR);
  expect(await stage.press('grace', id, 'approve', card)).toBe('Too late: it has expired.');
  expect(stage.gate.entries.size).toBe(0);
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('a click after the time to decide counts for nothing, although no alarm has rung yet', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.clock.advance(30 * MINUTE);
  await stage.workspace.press('grace', id, 'approve');
  await stage.settle();
  expect(stage.answer('grace')).toBe('Too late: it has expired.');
  expect(stage.gate.entries.size).toBe(0);
  expect(await stage.status(id)).toBe('expired');
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('a click in the last moment to decide counts', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.clock.advance(30 * MINUTE - 1);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test.each(['denied', 'withdrawn', 'ended', 'returned', 'revoked'] as const)(
  'nothing that is pressed on a request that was %s brings it back',
  async (how) => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    if (how === 'denied') await stage.fill('grace', id, 'deny', 'no');
    else if (how === 'withdrawn') await stage.press('ada', id, 'withdraw');
    else await opensFor(stage, 'grace', id);
    if (how === 'returned') await stage.press('ada', id, 'return');
    if (how === 'revoked') await stage.fill('margaret', id, 'revoke', 'enough');
    await stage.pass(how === 'ended' ? HOUR + MINUTE : MINUTE, MINUTE);
    expect(await stage.status(id)).toBe(how);
    for (const action of ['approve', 'withdraw', 'return'] as const)
      for (const who of ['grace', 'linus', 'ada'])
        expect(await stage.press(who, id, action)).toContain('Too late');
    expect(await stage.status(id)).toBe(how);
    expect(stage.gate.entries.size).toBe(0);
    await opensFor(stage, 'grace', await stage.ask('ada', ASK));
    await over(stage);
  },
);

for (const nativeExpiry of ['enforced', 'none'] as const)
  test(`a clock that is set back before the end lengthens nothing where the gate’s own end is ${nativeExpiry}`, async () => {
    const stage = await Stage.open({ nativeExpiry });
    const id = await stage.ask('ada', ASK);
    await opensFor(stage, 'grace', id);
    const until = stage.gate.entries.get(KEY)?.until;
    await stage.pass(50 * MINUTE, MINUTE);
    stage.clock.step(-2 * HOUR);
    await stage.pass(5 * MINUTE, MINUTE);
    expect(stage.gate.entries.get(KEY)?.until).toBe(until);
    await stage.pass(7 * MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.gate.entries.size).toBe(0);
    await over(stage);
  });

test('nothing is asked or approved while the clock is set back, and all of it when it is right', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.pass(2 * MINUTE);
  stage.clock.step(-HOUR);
  expect(await stage.press('grace', id, 'approve')).toContain('The clock of the machine');
  expect(await stage.type('linus', ASK)).toContain('The clock of the machine');
  expect(stage.gate.entries.size).toBe(0);
  stage.clock.step(HOUR);
  await opensFor(stage, 'grace', id);
  await stage.halt();
});

test('a clock that is set forward gives nobody more than they asked for', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.clock.step(20 * MINUTE);
  await opensFor(stage, 'grace', id);
  expect(stage.gate.entries.get(KEY)?.until).toBeLessThanOrEqual(stage.clock.now() + HOUR);
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await over(stage);
});
