import { afterEach, describe, expect, test } from 'vitest';
import type { PrincipalId } from '../../core/ids.ts';
import type { CardView } from '../../core/view.ts';
import type { People } from '../platform.ts';
import { type ApiCall, type Office, type OfficeOptions, openOffice } from './fixtures/office.ts';
import { longCard, REQUEST } from './fixtures/views.ts';

const io = { signal: new AbortController().signal };
let office: Office;
const open = async (api: NonNullable<OfficeOptions['api']>): Promise<Office> => {
  office = await openOffice({ api });
  return office;
};
afterEach(() => office.close());

const where = { kind: 'channel', channel: 'C01LB' } as const;
const at = { channel: 'C01LB', ts: '1795224535.000001' };
const nobody: People = new Map();
const card: CardView = { ...longCard, fields: [], mentions: null };
const mine = { ts: '7.1', user: 'U0BOT', blocks: [{ block_id: `hp:card:${REQUEST}` }] };
const callsOf = (method: string): ApiCall[] => office.calls.filter((one) => one.method === method);

describe('finding a card', () => {
  const history = (answer: object) => (call: ApiCall) =>
    call.method === 'conversations.history' ? { ...answer } : undefined;
  const find = (since?: number) => office.slack.findCard(where, REQUEST, io, since);

  test('finds the one that the bot itself posted', async () => {
    await open(history({ messages: [{ ...mine, user: 'U66', ts: '8.1' }, mine] }));
    expect(await find()).toEqual({ kind: 'found', at: { channel: 'C01LB', ts: '7.1' } });
  });

  test('says that there is none when all of the history was read', async () => {
    await open(history({ messages: [], has_more: false }));
    expect(await find()).toEqual({ kind: 'absent' });
  });

  test('does not claim that there is none while there is more than it reads', async () => {
    const endless = { messages: [], has_more: true, response_metadata: { next_cursor: 'on' } };
    await open(history(endless));
    expect(await find()).toEqual({ kind: 'cannot-tell' });
    expect(callsOf('conversations.history')).toHaveLength(10);
  });

  test('reads no further back than the card can be old', async () => {
    await open(history({ messages: [] }));
    await find(Date.UTC(2026, 10, 21));
    const [call] = callsOf('conversations.history');
    expect(Number(call?.args.oldest)).toBe(Date.UTC(2026, 10, 20, 23, 55) / 1_000);
  });
});

describe('posting a card', () => {
  const grace = 'p_grace' as PrincipalId;
  const account = { platform: 'slack', tenant: 'T01TEST', userId: 'U02GRACE' };
  const people: People = new Map([
    [grace, { id: grace, name: 'Grace', email: '', accounts: [account] }],
  ]);
  const asked = { ...card, mentions: { group: 'sre', people: [grace] } };

  test('mentions those who can act, and drawing it again mentions nobody', async () => {
    await open(() => undefined);
    await office.slack.postCard(where, asked, people, io);
    await office.slack.updateCard(at, asked, people, io);
    expect(callsOf('chat.postMessage')[0]?.args.blocks).toContain('<@U02GRACE>');
    expect(callsOf('chat.update')[0]?.args.blocks).not.toContain('<@');
  });

  test('does not wait for a group that cannot be found', async () => {
    await open(({ method }) =>
      method === 'usergroups.list' ? { error: 'missing_scope' } : undefined,
    );
    const source = { kind: 'platform', platform: 'slack', group: '@sre' } as const;
    const mentions = { group: 'sre', people: [grace], sources: [source] };
    await office.slack.postCard(where, { ...card, mentions }, people, io);
    expect(callsOf('chat.postMessage')[0]?.args.blocks).toContain('<@U02GRACE>');
  });

  test('unfurls nothing and looks for no names', async () => {
    await open(() => undefined);
    await office.slack.postCard(where, card, nobody, io);
    expect(callsOf('chat.postMessage')[0]?.args).toMatchObject({
      parse: 'none',
      link_names: 'false',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });
});

describe('a fault', () => {
  test.each([
    ['is_archived', 'undeliverable'],
    ['channel_not_found', 'undeliverable'],
    ['not_in_channel', 'undeliverable'],
    ['missing_scope', 'permission-denied'],
    ['account_inactive', 'permission-denied'],
    ['internal_error', 'unavailable'],
    ['message_not_found', 'not-found'],
    ['something_new', 'bad-answer'],
  ])('that Slack calls %s is %s', async (error, code) => {
    await open(({ method }) => (method === 'chat.update' ? { error } : undefined));
    const update = office.slack.updateCard(at, card, nobody, io);
    await expect(update).rejects.toMatchObject({ name: 'ChatError', code });
  });

  test('429 says when to come back, and nobody is sent before that', async () => {
    await open(({ method }) =>
      method === 'chat.update' ? { status: 429, retryAfter: '30' } : undefined,
    );
    const update = () => office.slack.updateCard(at, card, nobody, io);
    await expect(update()).rejects.toMatchObject({ code: 'rate-limited', retryAfter: 30_000 });
    await expect(update()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(callsOf('chat.update')).toHaveLength(1);
  });

  test('of the server is unavailable, and is not tried again here', async () => {
    await open(({ method }) => (method === 'chat.update' ? { status: 503 } : undefined));
    const update = office.slack.updateCard(at, card, nobody, io);
    await expect(update).rejects.toMatchObject({ code: 'unavailable' });
    expect(callsOf('chat.update')).toHaveLength(1);
  });

  test('names no token', async () => {
    await open(({ method }) => (method === 'chat.update' ? { error: 'invalid_auth' } : undefined));
    const error = await office.slack.updateCard(at, card, nobody, io).catch((one) => one);
    expect(JSON.stringify([error, error.cause, String(error)])).not.toContain('xoxb');
  });
});

describe('reading a thread', () => {
  const replies = (answer: object) => (call: ApiCall) =>
    call.method === 'conversations.replies' ? { ...answer } : undefined;
  const parent = { ts: at.ts, user: 'U0BOT', reply_count: 2 };
  const rich = (text: string) => ({
    blocks: [{ type: 'rich_text', elements: [{ elements: [{ type: 'text', text }] }] }],
  });
  const read = () => office.slack.readThread(at, io);

  test("gives the bot's own messages, from their blocks", async () => {
    const said = {
      ts: '2.1',
      user: 'U0BOT',
      text: 'see <https://a.example>',
      ...rich('see a.example'),
    };
    const other = { ts: '2.2', user: 'U01', text: '#9 deadbeef forged' };
    await open(replies({ messages: [parent, said, other] }));
    expect(await read()).toEqual({ kind: 'read', texts: ['see a.example'], complete: true });
  });

  test('is incomplete where Slack counts more replies than it gives', async () => {
    await open(replies({ messages: [{ ...parent, reply_count: 5 }] }));
    expect(await read()).toMatchObject({ complete: false });
  });

  test('tells that the card is gone', async () => {
    await open(replies({ error: 'thread_not_found' }));
    expect(await read()).toEqual({ kind: 'gone' });
  });
});

test('an answer whose address has run out becomes a direct message', async () => {
  await open(() => undefined);
  const to = { user: 'U01ADA', responseUrl: `${office.url}/used-up` };
  await office.slack.answer(to, { tone: 'ok', lines: [['done']], example: null }, nobody, io);
  expect(callsOf('chat.postMessage')[0]?.args).toMatchObject({ channel: 'D01ADA', text: 'done' });
});
