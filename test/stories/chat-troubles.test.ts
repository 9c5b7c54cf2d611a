/** Chat is slow, forgetful, archived or gone: nothing is lost, and every copy comes right. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { changed, POLICY } from './cast.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';

/** `lb-admin` in another channel, with `#alarms` to fall back on. */
function inChannel(channel: string): string {
  return changed(
    'channel: local:#lb-access\n    fallback',
    `channel: local:#${channel}\n    fallback`,
  );
}

for (const channel of ['throttled', 'flaky', 'unreadable'])
  test(`a #${channel} channel ends with one card, and each event once in its thread`, async () => {
    const stage = await Stage.open({ policy: inChannel(channel), channels: [channel] });
    const id = await stage.ask('ada', ASK);
    await stage.type('grace', `approve ${id}`);
    await stage.pass(MINUTE, 5 * SECOND);
    await stage.pass(HOUR + 5 * MINUTE, 30 * SECOND);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.workspace.board.cards(id)).toHaveLength(1);
    expect(stage.card(channel)).toContain('Proven gone');
    await proved(stage);
    await stage.halt();
  });

test('the card of an archived channel goes to the fallback channel, with its whole thread', async () => {
  const stage = await Stage.open({ policy: inChannel('archived'), channels: ['archived'] });
  const id = await stage.ask('ada', ASK);
  expect(stage.card('alarms')).toContain('asks for lb-admin');
  expect(stage.notes().join('\n')).toContain('cannot be delivered');
  await stage.press('grace', id, 'approve');
  expect(stage.card('alarms')).toContain('Open until');
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await proved(stage);
  await stage.halt();
});

test('a channel that is archived in the middle is left for the fallback, and nothing is untold', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.workspace.channels.delete('lb-access');
  await stage.type('grace', `approve ${id}`);
  expect(stage.card('alarms')).toContain('Open until');
  await stage.pass(HOUR + MINUTE, MINUTE);
  expect(stage.thread('alarms').join('\n')).toContain('Finished');
  await proved(stage);
  await stage.halt();
});

test('an alarm finds its way when the channel of the request is archived', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  stage.workspace.channels.delete('lb-access');
  stage.gate.unreachable = true;
  await stage.press('ada', id, 'return');
  await stage.pass(3 * MINUTE);
  expect(stage.notes().join('\n')).toContain('Access may still be open.');
  await stage.halt();
});

test('a card that somebody deleted is posted again, and tells everything', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const [card] = stage.workspace.channel('lb-access');
  if (card === undefined) throw new Error('no card');
  for (const line of stage.workspace.board.thread(card.id)) stage.workspace.board.remove(line.id);
  stage.workspace.board.remove(card.id);
  await stage.type('grace', `approve ${id}`);
  await stage.pass(MINUTE);
  expect(stage.card()).toContain('Open until');
  await proved(stage);
  await stage.halt();
});

test('a stray card is adopted at its first click', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const [card] = stage.workspace.channel('lb-access');
  if (card === undefined) throw new Error('no card');
  const { place, content, text } = card;
  const stray = stage.workspace.board.post({ place, content, text, below: null, notified: [] });
  await stage.press('grace', id, 'approve', stray);
  expect(await stage.status(id)).toBe('active');
  for (const { text: shown } of stage.workspace.board.cards(id))
    expect(shown).toContain('Open until');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  for (const { text: shown } of stage.workspace.board.cards(id))
    expect(shown).toContain('Proven gone');
  expect(await stage.store.copiesOf(id)).toHaveLength(2);
  await proved(stage);
  await stage.halt();
});

test('whom no direct message reaches is named in the channel of the request', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada', standing: 'deactivated' });
  await stage.fill('grace', id, 'deny', 'she has left');
  expect(stage.workspace.direct('ada')).toEqual([]);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('denied');
  const said = stage.workspace.channel('lb-access').map(({ text }) => text);
  const unreached = `Ada could not be reached by direct message about request ${id}.`;
  expect(said.filter((text) => text.includes(unreached))).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('a home page stays as true as the cards', async () => {
  const stage = await Stage.open();
  await stage.workspace.openHome('ada');
  await stage.workspace.openHome('grace');
  const id = await stage.ask('ada', ASK);
  const home = (who: string) => stage.workspace.desk(who).home?.text ?? '';
  expect(home('ada')).toContain('Waiting for approval');
  expect(home('grace')).toContain('[Approve]');
  await stage.press('linus', id, 'approve');
  expect(home('ada')).toContain('Open until');
  expect(home('grace')).not.toContain('[Approve]');
  await proved(stage);
  await stage.halt();
});

test('what was typed in a reason stays what was typed', async () => {
  const stage = await Stage.open();
  const hostile = '<!channel> *bold* @here [Approve](http://evil) <@ada> `x` \u202Egpj.exe';
  await stage.ask('ada', `lb-admin 1h ${hostile}`);
  const [card] = stage.workspace.channel('lb-access');
  expect(card?.notified).not.toContain('ada');
  expect(stage.card()).not.toContain('\u202E');
  expect(stage.card()).not.toMatch(/^\s*\[Approve\]\(/m);
  await proved(stage);
  await stage.halt();
});

test('a reason that no card can hold is refused with a sentence', async () => {
  const stage = await Stage.open({ policy: POLICY });
  expect(await stage.type('ada', `lb-admin 1h ${'why '.repeat(2_500)}`)).toMatch(/at most 2.?000/);
  expect(await stage.store.requests({ limit: 1 })).toEqual([]);
  await proved(stage);
  await stage.halt();
});

test('an unknown role is answered with the nearest one and an example', async () => {
  const stage = await Stage.open();
  const answer = await stage.type('ada', 'lb-admni 1h rotate the edge certificate');
  expect(answer).toContain('lb-admin');
  expect(answer).toContain('/jit lb-admin 1h');
  await proved(stage);
  await stage.halt();
});
