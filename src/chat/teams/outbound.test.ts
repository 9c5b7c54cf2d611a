/** What goes out, and what comes of it when Teams does not do as it is asked. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../clock.ts';
import type { PrincipalId } from '../../core/ids.ts';
import { type Millis, SECOND } from '../../core/time.ts';
import type { CardView } from '../../core/view.ts';
import type { MessageRef, People } from '../platform.ts';
import { APP } from './fixtures/entra.ts';
import { typed } from './fixtures/payloads.ts';
import { accountOf, type Office, openOffice } from './fixtures/teams-office.ts';
import type { Refusal, Said } from './fixtures/teams-service.ts';
import { waiting } from './fixtures/views.ts';

const HERE = { kind: 'channel', channel: 'Platform/lb-access' } as const;
const io = { signal: new AbortController().signal };

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.delivery.joinTeam(office.ada);
});
afterEach(() => office.close());

const id = (nth: number): PrincipalId => `p_${nth}` as PrincipalId;
const cardOf = (more: Partial<CardView> = {}): CardView => ({
  ...waiting,
  ...{ mentions: null, viewers: [] },
  ...more,
});

/** Everybody that Teams knows, under ids of ours. */
const everybody = (): People =>
  new Map(
    [...office.microsoft.service.people.values()].map((human, nth) => [
      id(nth),
      { id: id(nth), name: human.name, email: '', accounts: [accountOf(human)] },
    ]),
  );

const post = (card = cardOf(), people: People = new Map()) =>
  office.teams.postCard(HERE, card, people, io);
const write = () => {
  const where = { kind: 'person', account: accountOf(office.ada) } as const;
  return office.teams.postNote(where, { text: ['x'], buttons: [] }, new Map(), io);
};
const cardIn = ({ activity }: Said) =>
  (activity.attachments as readonly { readonly content: Readonly<Record<string, unknown>> }[])[0]
    ?.content;

describe('what Teams answers', () => {
  const answers: readonly (readonly [string, Refusal, object])[] = [
    [
      '429',
      { status: 429, retryAfter: '7' },
      { code: 'rate-limited', retryAfter: expect.toSatisfy(between(7, 9)) },
    ],
    [
      '429 without a time',
      { status: 429 },
      { code: 'rate-limited', retryAfter: expect.any(Number) },
    ],
    [
      '429 with what is no time',
      { status: 429, retryAfter: 'soon' },
      { code: 'rate-limited', retryAfter: expect.any(Number) },
    ],
    ['412', { status: 412, code: 'PreconditionFailed' }, { code: 'unavailable' }],
    ['500', { status: 500, code: 'ServiceError' }, { code: 'unavailable' }],
    ['502', { status: 502, text: '<html>Bad Gateway' }, { code: 'unavailable' }],
    ['504', { status: 504 }, { code: 'unavailable' }],
    ['401', { status: 401 }, { code: 'permission-denied' }],
    ['403 without a code', { status: 403, text: 'no' }, { code: 'permission-denied' }],
    [
      '403 of a bot put out',
      { status: 403, code: 'BotNotInConversationRoster' },
      { code: 'undeliverable' },
    ],
    [
      '403 of a bot blocked',
      { status: 403, code: 'ConversationBlockedByUser' },
      { code: 'undeliverable' },
    ],
    [
      '404 of the conversation',
      { status: 404, code: 'ConversationNotFound' },
      { code: 'undeliverable' },
    ],
    [
      '404 of the message',
      { status: 404, code: 'ActivityNotFoundInConversation' },
      { code: 'not-found' },
    ],
    ['400', { status: 400, code: 'BadSyntax' }, { code: 'bad-answer' }],
    ['307', { status: 307, text: '' }, { code: 'bad-answer' }],
    ['no JSON', { status: 200, text: '<html>' }, { code: 'bad-answer' }],
    ['a list', { status: 200, text: '[]' }, { code: 'bad-answer' }],
    ['no id', { status: 200, text: '{"id":""}' }, { code: 'bad-answer' }],
  ];

  test.each(answers)('%s to a card is told as what it means', async (_what, refusal, error) => {
    office.microsoft.service.fail(/^POST \/v3\/conversations$/, refusal);
    await expect(post()).rejects.toMatchObject(error);
  });

  test.each(answers)('%s to a line is too', async (_what, refusal, error) => {
    const at = await post();
    office.microsoft.service.fail(/^POST .*\/activities$/, refusal);
    const line = { seq: 1, hash: '1f0c2d3e', text: ['x'] };
    await expect(office.teams.postLines(at, [line], new Map(), io)).rejects.toMatchObject(error);
  });

  test.each([204, 205, 226])(
    '%i, which nobody documents, carries our token nowhere',
    async (status) => {
      const at = await post();
      const line = { seq: 1, hash: '1f0c2d3e', text: ['x'] };
      office.microsoft.service.fail(/^(POST|PUT|GET) /, { status, text: '' }, 9);
      for (const call of [
        () => post(),
        () => office.teams.updateCard(at, cardOf(), new Map(), io),
        () => office.teams.postLines(at, [line], new Map(), io),
        write,
      ]) {
        const error: unknown = await call().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'bad-answer' });
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain('Bearer');
      }
    },
  );

  test('is not repeated by anybody but who asked', async () => {
    const { calls, fail } = office.microsoft.service;
    fail(/^POST \/v3\/conversations$/, { status: 503 });
    const before = calls.length;
    await expect(post()).rejects.toMatchObject({ code: 'unavailable' });
    expect(calls.slice(before).filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('nothing in time is given up with the time', async () => {
    office.microsoft.service.fail(/^POST \/v3\/conversations$/, { status: 200, hangs: true });
    const limit = new AbortController();
    const given = office.teams.postCard(HERE, cardOf(), new Map(), { signal: limit.signal });
    await vi.waitFor(() =>
      expect(office.microsoft.service.calls.at(-1)?.path).toBe('/v3/conversations'),
    );
    limit.abort();
    await expect(given).rejects.toMatchObject({ code: 'timeout' });
  });

  test('a token that is not taken is thrown away in time, and another asked for', async () => {
    const clock = new ManualClock(Date.parse('2026-11-21T03:00:00Z'));
    const other = await openOffice({ clock });
    await other.delivery.joinTeam(other.ada);
    const tell = () => other.teams.postCard(HERE, cardOf(), new Map(), io);
    await tell();
    other.microsoft.entra.revokeTokens();
    clock.advance(60 * SECOND);
    await expect(tell()).rejects.toMatchObject({ code: 'permission-denied' });
    await expect(tell()).resolves.toMatchObject({ activity: expect.any(String) });
    await other.close();
  });
});

function between(low: number, high: number): (wait: Millis) => boolean {
  return (wait) => wait >= low * SECOND && wait <= high * SECOND;
}

describe('a card in a channel', () => {
  const cardAt = (at: MessageRef) => {
    const all = [...office.microsoft.service.threads.values()].flatMap(({ said }) => said);
    const found = all.find((one) => one.id === at.activity);
    return found === undefined ? undefined : cardIn(found);
  };

  test('is drawn for at most sixty people by itself, though more may look', async () => {
    for (let nth = 0; nth < 100; nth += 1) office.microsoft.person(`P${nth}`);
    const people = everybody();
    const at = await post(cardOf({ viewers: [...people.keys()] }), people);
    const { userIds } = (cardAt(at)?.refresh ?? {}) as { readonly userIds?: readonly string[] };
    expect(userIds).toHaveLength(60);
    expect(userIds?.every((one) => one.startsWith('29:'))).toBe(true);
  });

  test('is posted all the same when Teams does not say who is there', async () => {
    office.microsoft.service.fail(/pagedmembers/, { status: 403, code: 'NotEnoughPermissions' });
    const people = everybody();
    const at = await post(cardOf({ viewers: [...people.keys()] }), people);
    expect(JSON.stringify(cardAt(at))).toContain('What can I do?');
  });

  test('calls people by a name in which there is no markup', async () => {
    const name = '</at><at>everyone</at> [x](https://evil.example) & <b>';
    const evil = office.microsoft.person(name, { mail: 'evil@example.com' });
    await office.delivery.deliver(typed(office.microsoft.service, evil, { kind: 'chat' }, 'mine'));
    const people = everybody();
    const meant = [...people.values()].find((one) => one.name === name)?.id ?? id(0);
    const at = await post(
      cardOf({ mentions: { group: 'leads' as never, people: [meant] } }),
      people,
    );
    const text = JSON.stringify(cardAt(at));
    const called = text.match(/<at>[^"]*/g) ?? [];
    expect(called.length).toBeGreaterThan(0);
    for (const one of called) expect(one).toMatch(/^<at>[^<>[\]()&/]*<\/at>/);
    expect(text).toContain(evil.mri);
  });

  test('that was deleted is not found', async () => {
    const at = await post();
    for (const thread of office.microsoft.service.threads.values()) thread.said.length = 0;
    await expect(office.teams.updateCard(at, cardOf(), new Map(), io)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('is posted where the bot says that it comes from', async () => {
    await post();
    const begun = office.microsoft.service.calls.find(({ path }) => path === '/v3/conversations');
    expect(begun?.body).toMatchObject({ isGroup: true, bot: { id: `28:${APP}` } });
  });
});
