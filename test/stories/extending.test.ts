/** More time for what is open: a request of its own, and one access with what it extends. */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { eraseReason } from '../../src/workflow/erase.ts';
import { changed } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';
const SHARED = 'edge-shared for 192.0.2.7';
const WHY = 'the rollback takes longer';

async function opened(policy?: string) {
  const stage = await Stage.open(policy === undefined ? {} : { policy });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  return { stage, id };
}

const statuses = (stage: Stage, ...ids: readonly RequestId[]) =>
  Promise.all(ids.map((id) => stage.status(id)));

async function over(stage: Stage): Promise<void> {
  await proved(stage);
  await stage.halt();
}

test('an automatic role is extended at once, and the gate keeps the later end', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the logs');
  const { endsAt } = (await stage.request(id)) as { endsAt: number };
  const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
  expect(await statuses(stage, id, longer)).toEqual(['ended', 'active']);
  expect(stage.gate.entries.get(SHARED)?.until).toBe(endsAt + 30 * MINUTE);
  await stage.pass(HOUR + 29 * MINUTE, MINUTE);
  expect(stage.gate.opens(SHARED)).toBe(true);
  await stage.pass(2 * MINUTE);
  expect(await stage.status(longer)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('an extension of an extension counts from when access began', async () => {
  const { stage, id } = await opened(
    changed('{ max: 4h, default: 1h }', '{ max: 2h, default: 1h }'),
  );
  const longer = await stage.ask('ada', `extend ${id} 40m ${WHY}`);
  await stage.press('grace', longer, 'approve');
  expect(await stage.type('ada', `extend ${longer} 30m ${WHY}`)).toMatch(/2h in all.*20m.* left/);
  const last = await stage.ask('ada', `extend ${longer} 20m ${WHY}`);
  await stage.press('grace', last, 'approve');
  expect(await statuses(stage, id, longer, last)).toEqual(['ended', 'ended', 'active']);
  await stage.pass(2 * HOUR + MINUTE, MINUTE);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('where nobody decides, the access ends on time, and the extension with it', async () => {
  const { stage, id } = await opened(changed('expireAfter: 30m', 'expireAfter: 4h'));
  const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
  await stage.pass(HOUR, MINUTE);
  expect(stage.gate.opens(KEY)).toBe(false);
  await stage.pass(MINUTE);
  expect(await statuses(stage, id, longer)).toEqual(['ended', 'expired']);
  expect(await stage.press('grace', longer, 'approve')).toContain('Too late');
  expect(await stage.type('ada', `extend ${id} 30m ${WHY}`)).toContain('Only access that is open');
  await over(stage);
});

test('whoever revokes what is extended takes the extension as well', async () => {
  const { stage, id } = await opened();
  const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
  await stage.fill('margaret', id, 'revoke', 'seen from two countries');
  await stage.pass(MINUTE);
  expect(await statuses(stage, id, longer)).toEqual(['revoked', 'expired']);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('what was written at the end of both is erased from the cards of both', async () => {
  const { stage, id } = await opened();
  const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
  stage.gate.unreachable = true;
  await stage.press('grace', longer, 'approve');
  await stage.fill('margaret', id, 'revoke', 'seen from two countries');
  stage.gate.unreachable = false;
  await stage.pass(10 * MINUTE, MINUTE);
  expect(await statuses(stage, id, longer)).toEqual(['revoked', 'revoked']);
  await eraseReason(stage.store, id, stage.now());
  await stage.restart();
  const shown = [id, longer].flatMap((each) => stage.workspace.board.cards(each));
  for (const { text } of shown) expect(text).not.toContain('two countries');
  await over(stage);
});

test('of a return and the last approval at the same moment, nothing stays open', async () => {
  for (const first of ['return', 'approve'] as const) {
    const { stage, id } = await opened();
    const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
    const deeds = [
      () => stage.workspace.press('ada', id, 'return'),
      () => stage.workspace.press('grace', longer, 'approve'),
    ];
    const inOrder = first === 'return' ? deeds : deeds.reverse();
    await Promise.all(inOrder.map((deed) => deed()));
    await stage.pass(MINUTE);
    const [was, became] = await statuses(stage, id, longer);
    // Whoever returns what was extended already hears so, and has the extension to return.
    if (was === 'ended') await stage.press('ada', longer, 'return');
    else expect(['expired', 'returned']).toContain(became);
    await stage.pass(MINUTE);
    expect(stage.gate.entries.size).toBe(0);
    await over(stage);
  }
});

test('of the end and an extension at the same moment, one wins and no access is left', async () => {
  const { stage, id } = await opened();
  await stage.pass(59 * MINUTE + 30 * SECOND, 30 * SECOND);
  const asked = stage.workspace.type('ada', `extend ${id} 30m ${WHY}`);
  stage.clock.advance(31 * SECOND);
  await asked;
  await stage.settle();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('ended');
  const [latest] = await stage.store.requests({ limit: 1 });
  expect(['ended', 'expired']).toContain(latest?.value.status);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('a button opens the form, and what is missing in it is asked for', async () => {
  const { stage, id } = await opened();
  expect(await stage.fill('ada', id, 'extend', WHY, 'soon')).toContain('no duration');
  expect(await stage.fill('ada', id, 'extend', '', '30m')).toContain('needs a reason');
  expect(await stage.fill('ada', id, 'extend', WHY, '30m')).toContain('30m more');
  await over(stage);
});

test('a restart in between forgets neither', async () => {
  const { stage, id } = await opened();
  const longer = await stage.ask('ada', `extend ${id} 30m ${WHY}`);
  await stage.restart();
  await stage.press('grace', longer, 'approve');
  await stage.restart();
  expect(await statuses(stage, id, longer)).toEqual(['ended', 'active']);
  await stage.pass(91 * MINUTE, MINUTE);
  expect(await stage.status(longer)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});
