/** Who is reached, by which chat, and where else nothing is said. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerView } from '../../core/view.ts';
import type { ReplyTo } from '../platform.ts';
import { textsOf } from './fixtures/card-check.ts';
import { APP } from './fixtures/entra.ts';
import { installed } from './fixtures/payloads.ts';
import { accountOf, type Office, openOffice } from './fixtures/teams-office.ts';
import type { Said } from './fixtures/teams-service.ts';

const io = { signal: new AbortController().signal };

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.delivery.joinTeam(office.ada);
});
afterEach(() => office.close());

const note = { text: ['It ends soon.'], buttons: [] };
const toAda = () => ({ kind: 'person', account: accountOf(office.ada) }) as const;
const write = () => office.teams.postNote(toAda(), note, new Map(), io);
const chatOf = () => office.microsoft.service.chat(office.ada.userId).said;
const cardIn = ({ activity }: Said) =>
  (activity.attachments as readonly { readonly content: Readonly<Record<string, unknown>> }[])[0]
    ?.content;

describe('a person', () => {
  test('who has the bot is begun with, once', async () => {
    await write();
    await write();
    expect(chatOf()).toHaveLength(2);
    const begun = office.microsoft.service.calls.filter(({ path }) => path === '/v3/conversations');
    expect(begun).toHaveLength(1);
  });

  test('who has not is given it by Graph, and then written to', async () => {
    const { service, entra } = office.microsoft;
    entra.catalog.push({ id: 'app-1', externalId: APP, distributionMethod: 'organization' });
    service.installed.delete(office.ada.userId);
    await write();
    expect(entra.installed).toEqual(new Set([`${office.ada.userId} app-1`]));
    expect(chatOf()).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    [
      'Graph does not allow it',
      () =>
        office.microsoft.entra.permissions.delete('TeamsAppInstallation.ReadWriteSelfForUser.All'),
    ],
    ['the app is not in the catalog', () => office.microsoft.entra.catalog.splice(0)],
  ])('who has not cannot be reached when %s', async (_why, make) => {
    const { service, entra } = office.microsoft;
    entra.catalog.push({ id: 'app-1', externalId: APP, distributionMethod: 'organization' });
    make();
    service.installed.delete(office.ada.userId);
    await expect(write()).rejects.toMatchObject({ code: 'undeliverable' });
  });

  const home = { mine: [], waitingForMe: [], more: { mine: 0, waitingForMe: 0 }, roles: [] };
  const draw = () => office.teams.drawHome(accountOf(office.ada), home, new Map(), io);
  const told: AnswerView = { tone: 'ok', lines: [['for your eyes']], example: null };
  const replyTo = () => ({ user: office.ada.userId, conversation: '19:lbaccess@thread.tacv2' });
  test.each<[string, () => Promise<unknown>]>([
    ['note', write],
    ['overview', draw],
    ['answer', () => office.teams.answer(replyTo(), told, new Map(), io)],
  ])('who put the bot out is begun with anew after an %s', async (_what, speak) => {
    const { service } = office.microsoft;
    await write();
    service.fail(/^POST .*a:.*\/activities$/, { status: 403, code: 'ConversationBlockedByUser' });
    await speak().catch((error: unknown) => expect(error).toMatchObject({ code: 'undeliverable' }));
    await write();
    const begun = service.calls.filter(({ path }) => path === '/v3/conversations');
    expect(begun).toHaveLength(2);
  });

  test('whose overview was deleted gets another', async () => {
    await draw();
    office.microsoft.service.chat(office.ada.userId).said.length = 0;
    await draw();
    expect(chatOf()).toHaveLength(1);
  });
});

describe('an answer', () => {
  const answer: AnswerView = { tone: 'ok', lines: [['for your eyes']], example: null };
  const to = (place: string): ReplyTo => ({
    ...{ key: 'teams:none', user: office.ada.userId, place },
    conversation: '19:lbaccess@thread.tacv2;messageid=17',
  });
  const channelTexts = () =>
    [...office.microsoft.service.threads.values()]
      .filter((thread) => thread.id.startsWith('19:'))
      .flatMap(({ said }) => said.map((one) => textsOf(cardIn(one)).join('\n')));

  test('to what was said in a channel goes to the chat', async () => {
    await office.teams.answer(to('channel'), answer, new Map(), io);
    expect(JSON.stringify(chatOf())).toContain('for your eyes');
    expect(channelTexts()).toEqual([]);
  });

  test('that reaches nobody is not said in the channel either, only that it could not be', async () => {
    office.microsoft.service.installed.delete(office.ada.userId);
    await office.teams.answer(to('channel'), answer, new Map(), io);
    expect(channelTexts()).toEqual([expect.stringContaining('I could not write to you')]);
  });

  test.each([[{ status: 503 }], [{ status: 429, retryAfter: '3' }], [{ status: 403, text: '' }]])(
    'that meets %j is tried again, and said nowhere else',
    async (refusal) => {
      office.microsoft.service.fail(/^POST .*\/activities$/, refusal);
      await expect(office.teams.answer(to('channel'), answer, new Map(), io)).rejects.toThrow();
      expect(channelTexts()).toEqual([]);
    },
  );
});

describe('where our token goes', () => {
  test.each([
    'http://evil.example/teams/',
    'http://smba.trafficmanager.net/teams/',
    'https://user:secret@smba.example.com/',
    'ftp://smba.example.com/',
    'javascript:alert(1)',
  ])('is never %s, whatever was signed', async (serviceUrl) => {
    const { delivery, microsoft, ada } = office;
    const payload = { ...installed(microsoft.service, ada, { kind: 'chat' }), serviceUrl };
    const bearer = delivery.bearer({ serviceurl: serviceUrl });
    await delivery.raw(JSON.stringify(payload), bearer);
    await write();
    expect(chatOf().length).toBeGreaterThan(0);
  });
});
