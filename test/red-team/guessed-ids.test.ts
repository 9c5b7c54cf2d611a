/** Somebody without any part in a request tries ids. */
import { expect, test } from 'vitest';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor, over, refusals, untouched } from './attempt.ts';

const REASONS: Readonly<Record<string, string>> = {
  deny: ' because',
  revoke: ' because',
  attest: ' because',
  extend: ' 30m because',
  review: ' justified because',
};
const UNKNOWN = '0000000000';
const SECRETS = /ada|rotate|certificate|edge-admin|lb-admin|03:00|1h/i;

test('to look at a request that is not theirs to see is to look at none', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const said = await stage.type('mallory', `status ${UNKNOWN}`);
  expect(await stage.type('mallory', `status ${id}`)).toBe(said);
  expect(await stage.type('mallory', 'history')).toBe('Nothing that you may see.');
  expect(await stage.type('mallory', 'history @ada')).toBe('Nothing that you may see.');
  expect(await stage.type('mallory', 'history lb-admin')).toBe('Nothing that you may see.');
  expect(await stage.type('ada', `status ${id}`)).toContain('waits for approval');
  expect(await stage.type('grace', `status ${id}`)).toContain('waits for approval');
  await over(stage);
});

test.each(['approve', 'withdraw', 'return', 'deny', 'revoke', 'attest', 'extend', 'review'])(
  'an id that was guessed for %s does nothing, and tells nothing of who asked for what and why',
  async (word) => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    const reason = REASONS[word] ?? '';
    expect(await stage.type('mallory', `${word} ${UNKNOWN}${reason}`)).toContain('no such request');
    expect(await stage.type('mallory', `${word} ${id}${reason}`)).not.toMatch(SECRETS);
    expect(await refusals(stage)).toHaveLength(2);
    await untouched(stage, id);
    await opensFor(stage, 'grace', id);
    expect(await stage.type('mallory', `${word} ${id}${reason}`)).not.toMatch(SECRETS);
    await over(stage);
  },
);

test('somebody who tries ids one after another is told to wait, and is counted', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const tries = Array.from({ length: 60 }, (_, nth) => String(nth).padStart(10, '0'));
  for (const guess of tries) await stage.workspace.press('mallory', guess, 'approve');
  await stage.settle();
  const answers = stage.workspace.answers('mallory');
  expect(answers.filter((answer) => answer.includes('no such request')).length).toBe(20);
  expect(answers.filter((answer) => answer.includes('more at once')).length).toBe(40);
  expect(await refusals(stage)).toEqual(expect.arrayContaining(['unknown-request', 'too-many']));
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('ids do not follow one another', async () => {
  const stage = await Stage.open(
    {},
    { random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)) },
  );
  const ids = [];
  for (const from of [1, 2, 3, 4, 5])
    ids.push(await stage.ask('ada', `lb-pair 1h ip=192.0.2.${from} look`));
  expect(new Set(ids.map((id) => id.slice(0, 5))).size).toBe(5);
  await over(stage);
});
