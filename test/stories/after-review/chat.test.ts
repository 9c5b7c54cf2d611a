/** Threads that take no lines, answers that are lost, channels that refuse an alarm. */
import { expect, test, vi } from 'vitest';
import { ChatError } from '../../../src/chat/platform.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { draft } from '../../../src/workflow/effect-row.ts';
import { turns } from '../../faults/turns.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK, approved, chatOf, isIn, stands } from './props.ts';

test('a thread that takes no lines leaves its card to be drawn', async () => {
  const stage = await Stage.open();
  const refused = new ChatError('undeliverable', 'no threads here');
  vi.spyOn(chatOf(stage), 'postLines').mockRejectedValue(refused);
  const id = await approved(stage);
  expect(stage.card()).toContain('Open until');
  expect(stage.notes().join('\n')).toContain('takes no lines: no threads here');
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.card()).toContain('Proven gone');
  await stage.halt();
});

test('the thread of a card that moved tells everything from the start', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  expect(stage.thread()).not.toEqual([]);
  const chat = chatOf(stage);
  const [update, lines] = [chat.updateCard.bind(chat), chat.postLines.bind(chat)];
  const archived = new ChatError('undeliverable', 'archived');
  vi.spyOn(chat, 'updateCard').mockImplementation(async (at, ...rest) => {
    if (stands(stage, at, 'lb-access')) throw archived;
    return update(at, ...rest);
  });
  vi.spyOn(chat, 'postLines').mockImplementation(async (at, ...rest) => {
    if (stands(stage, at, 'lb-access')) throw archived;
    return lines(at, ...rest);
  });
  await stage.press('grace', id, 'approve');
  await stage.pass(MINUTE);
  expect(stage.thread('alarms')[0]).toContain('Asked by');
  await proved(stage);
  await stage.halt();
});

test('a thread that is told while its card moves is told anew below the card that takes its place', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const chat = chatOf(stage);
  const [update, lines] = [chat.updateCard.bind(chat), chat.postLines.bind(chat)];
  vi.spyOn(chat, 'updateCard').mockImplementation(async (at, ...rest) => {
    if (stands(stage, at, 'lb-access')) throw new ChatError('undeliverable', 'archived');
    return update(at, ...rest);
  });
  const isGivenUp = async () =>
    (await stage.store.copiesOf(id)).some(({ undeliverable }) => undeliverable);
  vi.spyOn(chat, 'postLines').mockImplementation(async (at, ...rest) => {
    for (let left = 500; left > 0 && !(await isGivenUp()); left -= 1) await turns(1);
    return lines(at, ...rest);
  });
  await stage.press('grace', id, 'approve');
  await stage.pass(MINUTE);
  expect(stage.thread('alarms')[0]).toContain('Asked by');
  await proved(stage);
  await stage.halt();
});

test('answers that are lost after a throttle leave one card', async () => {
  const stage = await Stage.open();
  const chat = chatOf(stage);
  const post = chat.postCard.bind(chat);
  let posts = 0;
  vi.spyOn(chat, 'postCard').mockImplementation(async (...card) => {
    posts += 1;
    if (posts === 1) throw new ChatError('rate-limited', 'later', { retryAfter: SECOND });
    const at = await post(...card);
    if (posts < 6) throw new ChatError('timeout', 'the answer was lost');
    return at;
  });
  const id = await stage.ask('ada', ASK);
  await stage.pass(4 * MINUTE, 5 * SECOND);
  expect(stage.workspace.board.cards(id)).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

for (const code of ['bad-answer', 'not-found', 'timeout', 'undeliverable'] as const)
  test(`an alarm that a channel refuses with ${code} is heard in the next`, async () => {
    const stage = await Stage.open();
    const id = await approved(stage);
    const chat = chatOf(stage);
    const post = chat.postNote.bind(chat);
    vi.spyOn(chat, 'postNote').mockImplementation(async (where, ...note) => {
      if (isIn(where, 'lb-access')) throw new ChatError(code, 'not here');
      return post(where, ...note);
    });
    stage.gate.unreachable = true;
    await stage.press('ada', id, 'return');
    await stage.pass(3 * MINUTE);
    expect(stage.notes()).toEqual([expect.stringContaining('Access may still be open.')]);
    await stage.halt();
  });

test('what a chat does with a card after it was given up is drawn over', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  const chat = chatOf(stage);
  const update = chat.updateCard.bind(chat);
  let arrive = async () => {};
  vi.spyOn(chat, 'updateCard').mockImplementationOnce(async (at, card, people) => {
    arrive = () => update(at, card, people, { signal: new AbortController().signal });
    throw new ChatError('timeout', 'given up, and still on its way');
  });
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  stage.gate.unreachable = false;
  await stage.pass(10 * SECOND, SECOND);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.card()).toContain('Proven gone');
  await arrive();
  expect(stage.card()).not.toContain('Proven gone');
  await stage.pass(MINUTE);
  expect(stage.card()).toContain('Proven gone');
  await proved(stage);
  await stage.halt();
});

test('what arrives late is drawn over although the card was to be drawn once more meanwhile', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  const chat = chatOf(stage);
  const update = chat.updateCard.bind(chat);
  const [card] = await stage.store.copiesOf(id);
  if (card === undefined) throw new Error('no card');
  let arrive = async () => {};
  vi.spyOn(chat, 'updateCard')
    .mockImplementationOnce(async (at, stale, people) => {
      arrive = () => update(at, stale, people, { signal: new AbortController().signal });
      throw new ChatError('timeout', 'given up, and still on its way');
    })
    .mockImplementationOnce(async (...fresh) => {
      const again = draft({ kind: 'draw', copy: card.id }, stage.now());
      await stage.store.commit({ at: stage.now(), expecting: [], effects: [again] });
      return update(...fresh);
    });
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  stage.gate.unreachable = false;
  await stage.pass(10 * SECOND, SECOND);
  await arrive();
  expect(stage.card()).not.toContain('Proven gone');
  await stage.pass(MINUTE);
  expect(stage.card()).toContain('Proven gone');
  await proved(stage);
  await stage.halt();
});
