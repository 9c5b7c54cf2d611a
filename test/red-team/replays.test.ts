/** A delivery that was seen once comes again, as it was or with something else inside. */
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/chat/platform.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { allEntries } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, KEY, lastOf, opensFor, over, untouched } from './attempt.ts';

async function again(stage: Stage, delivery: Delivery): Promise<void> {
  await stage.workspace.redeliver(delivery);
  await stage.settle();
}

test('the key of a delivery that was answered brings no other content in', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', 'help');
  const { key } = lastOf(stage);
  const before = await allEntries(stage);
  const intent = { kind: 'pressed', action: 'approve', request: id } as const;
  await again(stage, { ...lastOf(stage), key, intent });
  expect(stage.answer('grace')).toContain('opens a form');
  expect(await allEntries(stage)).toEqual(before);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('a delivery of mine with an approver’s name in it is none of theirs once it was mine', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('mallory', id, 'approve');
  await again(stage, { ...lastOf(stage), account: stage.workspace.account('grace') });
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an approval that comes again after the end, the next day or after a restart opens nothing', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  const approval = lastOf(stage);
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await again(stage, approval);
  await stage.restart();
  await again(stage, approval);
  await stage.pass(DAY, HOUR);
  await again(stage, approval);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.gate.entries.size).toBe(0);
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  await over(stage);
});

test('a refusal that comes again is that refusal, although it would be allowed by now', async () => {
  const stage = await Stage.open({
    people: [
      { userId: 'ada' },
      { userId: 'grace', standing: 'guest' },
      { userId: 'linus' },
      { userId: 'margaret' },
    ],
  });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  const refused = lastOf(stage);
  stage.workspace.setPerson({ userId: 'grace', standing: 'member' });
  await again(stage, refused);
  expect(stage.answer('grace')).toContain('Guests of this workspace');
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an ask that comes again is not asked again, whatever became of it', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const asked = lastOf(stage);
  await stage.fill('grace', id, 'deny', 'not during the freeze');
  await again(stage, asked);
  expect(await stage.store.requestCount()).toBe(1);
  expect(await stage.status(id)).toBe('denied');
  await opensFor(stage, 'grace', await stage.ask('ada', ASK));
  expect(stage.gate.opens(KEY)).toBe(true);
  await over(stage);
});
