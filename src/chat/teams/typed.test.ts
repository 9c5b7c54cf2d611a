/** What people type, as it is read. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APP } from './fixtures/entra.ts';
import { activityOf, typed, type Where } from './fixtures/payloads.ts';
import { type Office, openOffice } from './fixtures/teams-office.ts';
import type { Human } from './fixtures/teams-service.ts';

const CHAT: Where = { kind: 'chat' };
const BOT = { id: `28:${APP}`, name: 'Hallpass' };
const OURS = { type: 'mention', mentioned: BOT, text: '<at>Hallpass</at>' };

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const mentionOf = ({ mri, name }: Human, text = `<at>${name}</at>`) => ({
  type: 'mention',
  mentioned: { id: mri, name },
  text,
});

/** Just as it stands in the payload. */
async function say(text: string, entities: readonly unknown[] = [], where = CHAT) {
  const { microsoft, ada, delivery, intake } = office;
  const payload = { ...activityOf(microsoft.service, ada, where), type: 'message', text, entities };
  expect(await delivery.deliver(payload)).toEqual({ status: 200, body: undefined });
  const intent = intake.deliveries.at(-1)?.intent;
  return intent?.kind === 'typed' ? intent.text : undefined;
}

describe('a message', () => {
  test.each([
    ['lb-admin 1h because', 'lb-admin 1h because'],
    ['/jit lb-admin 1h', 'lb-admin 1h'],
    ['jit lb-admin 1h', 'lb-admin 1h'],
    ['/JIT   mine ', 'mine'],
    ['jitter 1h', 'jitter 1h'],
    ['/jitlb-admin', '/jitlb-admin'],
    ['lb-admin&nbsp;1h a&amp;b', 'lb-admin 1h a&b'],
    ['lb-admin\u00a01h', 'lb-admin 1h'],
    ['a &amp;lt;b&amp;gt;', 'a &lt;b&gt;'],
    ['&lt;at&gt;Grace&lt;/at&gt; &quot;x&quot; &#39;y&#39;', '<at>Grace</at> "x" \'y\''],
    ['one\ntwo\r\nthree', 'one\ntwo\r\nthree'],
    ['<at>Grace</at> is no mention', '<at>Grace</at> is no mention'],
  ])('%j is read as it was typed', async (sent, read) => {
    expect(await say(sent)).toBe(read);
  });

  test('to the bot by name is read without the name, wherever that stands', async () => {
    const text = '<at>Hallpass</at>&nbsp;/jit lb-admin 1h';
    expect(await say(text, [OURS])).toBe('lb-admin 1h');
    expect(await say('lb-admin <at>Hallpass</at> 1h', [OURS])).toMatch(/^lb-admin +1h$/);
  });

  test('that mentions somebody we met means their object id, whatever they are called', async () => {
    const { grace, microsoft, delivery } = office;
    await delivery.deliver(typed(microsoft.service, grace, CHAT, 'mine'));
    const called = { ...mentionOf(grace), mentioned: { id: grace.mri, name: 'Ada|x> <@evil' } };
    expect(await say('mine <at>Grace</at>', [called])).toBe(`mine <@${grace.userId}|Adax @evil>`);
    expect(microsoft.service.calls.filter(({ path }) => path.includes('/members/'))).toEqual([]);
  });

  test('that mentions somebody unknown asks Teams, once, who that is', async () => {
    const { grace, microsoft } = office;
    for (const _again of [1, 2])
      expect(await say('mine <at>Grace</at>', [mentionOf(grace)])).toBe(
        `mine <@${grace.userId}|Grace>`,
      );
    expect(microsoft.service.calls.filter(({ path }) => path.includes('/members/'))).toHaveLength(
      1,
    );
  });

  test.each([
    ['nobody', { status: 404, code: 'MemberNotFoundInConversation' }],
    ['nothing', { status: 503 }],
    ['no JSON', { status: 200, text: '<html>' }],
  ])('that mentions somebody of whom Teams says %s keeps the name alone', async (_what, answer) => {
    office.microsoft.service.fail(/members\//, answer);
    expect(await say('mine <at>Grace</at>', [mentionOf(office.grace)])).toBe('mine @Grace');
  });

  test('that mentions very many asks about a few', async () => {
    const people = Array.from({ length: 40 }, (_, at) =>
      mentionOf(office.microsoft.person(`P${at}`)),
    );
    await say(people.map(({ text }) => text).join(' '), people);
    const asked = office.microsoft.service.calls.filter(({ path }) => path.includes('/members/'));
    expect(asked).toHaveLength(5);
  });

  test('counts who is mentioned, not what they are called there', async () => {
    const { grace, ada, microsoft, delivery } = office;
    await delivery.deliver(typed(microsoft.service, grace, CHAT, 'mine'));
    const lying = {
      ...mentionOf(grace, '<at>Ada</at>'),
      mentioned: { id: grace.mri, name: 'Ada' },
    };
    const read = await say('for <at>Ada</at>', [lying]);
    expect(read).toContain(grace.userId);
    expect(read).not.toContain(ada.userId);
  });

  test('that mentions two people of one name means each of them', async () => {
    const { grace, microsoft } = office;
    const other = microsoft.person('Grace', { mail: 'other@example.com' });
    const read = await say('<at>Grace</at> or <at>Grace</at>', [
      mentionOf(grace),
      mentionOf(other),
    ]);
    expect(read).toBe(`<@${grace.userId}|Grace> or <@${other.userId}|Grace>`);
  });

  test('takes no mention out of what somebody is called', async () => {
    const { grace, ada } = office;
    const name = `G&gt; &lt;@${ada.userId}`;
    const called = { ...mentionOf(grace), mentioned: { id: grace.mri, name } };
    const read = await say('<at>Grace</at>', [called]);
    expect(read).toMatch(/^<@[^<>]*>$/);
    expect(read?.startsWith(`<@${grace.userId}|`)).toBe(true);
  });

  test('that is all mentions does not grow without end', async () => {
    const { grace, intake } = office;
    const entities = Array.from({ length: 1_000 }, () => ({
      ...mentionOf(grace, 'a'),
      mentioned: { id: grace.mri, name: 'a'.repeat(100) },
    }));
    await say('a'.repeat(50_000), entities);
    expect(JSON.stringify(intake.deliveries).length).toBeLessThan(200_000);
  });

  test.each<[string, unknown]>([
    ['of nothing', null],
    ['of another kind', { type: 'clientInfo', text: 'lb-admin' }],
    ['of nobody', { type: 'mention', text: 'lb-admin' }],
    ['of an empty text', { ...OURS, text: '' }],
    ['of what does not stand there', { ...OURS, text: '<at>Somebody</at>' }],
  ])('is not changed by an entity %s', async (_what, entity) => {
    expect(await say('lb-admin 1h', [entity])).toBe('lb-admin 1h');
  });

  test('with nothing to do is offered the form, and is no delivery', async () => {
    expect(await say('<at>Hallpass</at> ', [OURS])).toBeUndefined();
    const { service } = office.microsoft;
    const chat = () => service.chat(office.ada.userId).said;
    await vi.waitFor(() => expect(chat()).toHaveLength(1));
    expect(JSON.stringify(chat()[0]?.activity)).toContain('task/fetch');
    expect(office.intake.deliveries).toEqual([]);
  });
});
