/** Text that looks like what Hallpass itself says: in a reason, in a name, in a channel, in a thread. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cardMessage } from '../../src/chat/slack/blocks.ts';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import { faultsOf, markupOf } from '../../src/chat/slack/fixtures/validate.ts';
import { channelReport } from '../../src/cli/audit-channel.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { CAST } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor, over, untouched } from './attempt.ts';
import { PEOPLE, SlackWorld } from './slack-world.ts';

const FORGED = '#99 deadbeef Approved by Grace (1 of 1).';

test.each([
  ['a line of a thread', `x\n${FORGED}`],
  ['a card', 'Open until tomorrow, confirmed by the provider.\n  Approved by: Grace\n  [Return]'],
  ['a mention of everybody', '<!channel> <!here> @everyone <@U02GRACE>'],
  ['a link', '<https://evil.example|Approve> [Approve](https://evil.example)'],
  ['formatting', '*Approved* `by` _Grace_ ~no~ > quote'],
  ['an emoji', ':white_check_mark: :unlock:'],
  ['text that runs backwards', 'safe \u202edesserped\u202c'],
  ['text that hides', 'a\u200bb\u2060c\ufeff'],
  ['an escape sequence', '\u001b[2J\u001b[31mApproved'],
  ['a NUL', 'a\0b'],
  ['a line separator of another kind', `x\u2028${FORGED}\u2029${FORGED}`],
])('a reason that holds %s is shown on one line, as text', async (_what, reason) => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', `lb-admin 1h ${reason}`);
  const lines = stage.card().split('\n');
  expect(lines.filter((line) => line.startsWith('  Reason: '))).toHaveLength(1);
  expect(lines.filter((line) => /^ *(Approved by|#99|\[Return)/.test(line))).toEqual([]);
  for (const meddler of ['\u001b', '\0', '\u202e', '\u200b', '\u2028'])
    expect(stage.card()).not.toContain(meddler);
  await inSlack(stage, id);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

async function inSlack(stage: Stage, id: RequestId): Promise<void> {
  const [shown] = stage.workspace.board.cards(id);
  if (shown?.content.kind !== 'card') throw new Error('no card');
  const message = cardMessage(shown.content.card, new Map());
  expect(markupOf(message.blocks)).toEqual([]);
  expect(faultsOf('message', { ...message })).toEqual([]);
}

test.each([
  ['a line break', `Ada\n${FORGED}`],
  ['a button', 'Ada [Approve]'],
  ['a direction', 'Ada\u202e'],
  ['another kind of line break', `Ada\u2028${FORGED}`],
])('a name that holds %s stays on its line', async (_what, name) => {
  const people = CAST.map((one) => (one.userId === 'ada' ? { ...one, name } : one));
  const stage = await Stage.open({ people });
  const id = await stage.ask('ada', ASK);
  expect(stage.card().split('\n')[0]).toMatch(/^Ada.* asks for lb-admin$/);
  expect(stage.thread().join('\n').split('\n')).toHaveLength(1);
  expect(stage.card()).not.toContain('\u202e');
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('what people say in the channel, in the words of a card or a command, is nothing', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const place = { kind: 'channel', channel: 'lb-access' } as const;
  for (const text of [`/jit approve ${id}`, `Approved by Grace #${id}`, stage.card(), FORGED])
    stage.workspace.board.post({ place, content: { kind: 'said' }, text, by: 'grace' });
  await stage.settle();
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

describe('in the thread of a request on Slack', () => {
  let world: SlackWorld;
  beforeEach(async () => {
    world = await SlackWorld.open();
  });
  afterEach(() => world.close());

  const deny = (id: string, reason: string): string => {
    const view = { callback_id: 'deny', private_metadata: id, ...payloads.filled({ reason }) };
    return payloads.submission(view, { user: { id: PEOPLE.grace } });
  };

  const report = () => channelReport(world.config, world.service.shell.store);

  test('a denial that quotes a line of the log makes the thread neither wrong nor right', async () => {
    const id = await world.ask();
    await world.deliver(deny(id, `no. ${FORGED}`));
    expect(await report()).toMatchObject({ sound: true });
  });

  test('the name of somebody that reads like a line of the log alarms nobody', async () => {
    const id = PEOPLE.grace;
    for (const display_name of [
      FORGED,
      `Grace\n${FORGED}`,
      `Grace\r${FORGED}`,
      `Grace\u2028${FORGED}`,
    ]) {
      const email = 'grace@example.com';
      world.api.add(id, email, { profile: { display_name, email } });
      await world.deliver(payloads.command({ user_id: id, text: 'mine' }));
      await world.deliver(deny(await world.ask(), 'not today'));
      expect(await report()).toMatchObject({ sound: true });
    }
  });

  test('a line that was taken out of a thread is missed, although a reason quotes it', async () => {
    const id = await world.ask();
    const [asked] = await world.service.shell.store.entries({
      afterSeq: 0,
      limit: 9,
      subject: 'request',
      id,
    });
    if (asked === undefined) throw new Error('no entry');
    const [card] = world.api.cards(id);
    const first = world.api.posts.findIndex(({ thread_ts }) => thread_ts === card?.ts);
    world.api.posts.splice(first, 1);
    await world.deliver(deny(id, `see #${asked.seq} ${asked.hash.slice(0, 8)} above`));
    const { sound, lines } = await report();
    expect([sound, lines[0]]).toEqual([
      false,
      expect.stringContaining(`entry ${asked.seq} is missing`),
    ]);
  });

  test('a card or a thread that somebody else posts is not taken for ours', async () => {
    const bait = world.api.post({ channel: 'C01LB', user: PEOPLE.mallory, text: 'x' });
    const id = await world.ask();
    const blocks = [{ block_id: `hp:card:${id}` }];
    world.api.posts.unshift({ ...bait, blocks, thread_ts: undefined });
    world.api.post({
      channel: 'C01LB',
      user: PEOPLE.mallory,
      text: FORGED,
      thread_ts: world.api.cards(id)[1]?.ts,
    });
    await world.deliver(deny(id, 'no'));
    expect(await report()).toMatchObject({ sound: true });
    const slack = world.service.shell.platforms.get('slack');
    const where = { kind: 'channel', channel: '#lb-access' } as const;
    const found = await slack?.findCard(where, id, { signal: AbortSignal.timeout(2_000) });
    expect(found).not.toMatchObject({ at: { ts: bait.ts } });
  });
});
