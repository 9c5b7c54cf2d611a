/** Who is heard, where, and what is learnt of it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APP, TENANT } from './fixtures/entra.ts';
import { activityOf, dialog, installed, removed, typed, type Where } from './fixtures/payloads.ts';
import { accountOf, type Office, openOffice } from './fixtures/teams-office.ts';
import type { Human } from './fixtures/teams-service.ts';
import { forgetfulAddresses } from './places.ts';

const CHAT: Where = { kind: 'chat' };
const BOT = { id: `28:${APP}`, name: 'Hallpass' };
const OURS = { type: 'mention', mentioned: BOT, text: '<at>Hallpass</at>' };

let office: Office;
let channel: Where;
beforeEach(async () => {
  office = await openOffice();
  channel = { kind: 'channel', conversation: '19:lbaccess@thread.tacv2;messageid=17' };
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

describe('where it is said', () => {
  test('in a channel only what mentions the bot is for us', async () => {
    expect(await say('lb-admin 1h', [], channel)).toBeUndefined();
    expect(await say('lb-admin 1h', [mentionOf(office.grace)], channel)).toBeUndefined();
    expect(office.intake.deliveries).toEqual([]);
    expect(await say('<at>Hallpass</at> lb-admin 1h', [OURS], channel)).toBe('lb-admin 1h');
    expect(office.intake.deliveries[0]?.replyTo).toMatchObject({ place: 'channel' });
  });

  test.each([
    ['America/New_York', 'America/New_York'],
    ['x'.repeat(101), undefined],
    [{}, undefined],
  ])(
    'with the time zone of the device, as far as it can be one: %s',
    async (localTimezone, zone) => {
      const { microsoft, ada, delivery, intake } = office;
      const base = typed(microsoft.service, ada, CHAT, 'lb-admin 1h from 22:00');
      await delivery.deliver({ ...base, localTimezone });
      expect(intake.deliveries[0]?.intent).toMatchObject({ text: 'lb-admin 1h from 22:00' });
      expect(intake.deliveries[0]?.intent).toEqual(expect.objectContaining({ zone }));
    },
  );

  test('in a chat of several too', async () => {
    const { microsoft, ada, delivery, intake } = office;
    const base = typed(microsoft.service, ada, CHAT, 'lb-admin 1h');
    const conversation = {
      id: '19:abc@thread.v2',
      conversationType: 'groupChat',
      tenantId: TENANT,
    };
    await delivery.deliver({ ...base, conversation });
    expect(intake.deliveries).toEqual([]);
    await delivery.deliver({ ...base, id: 'other', conversation, entities: [OURS] });
    expect(intake.deliveries[0]?.replyTo).toMatchObject({ place: 'channel' });
  });
});

describe('of another tenant', () => {
  const OTHER = '99999999-0000-4000-8000-000000000000';
  test.each<[string, object]>([
    [
      'in the conversation',
      { conversation: { conversationType: 'personal', id: 'a:1', tenantId: OTHER } },
    ],
    ['in the channel data', { channelData: { tenant: { id: OTHER } } }],
    [
      'in both',
      {
        conversation: { conversationType: 'personal', id: 'a:1', tenantId: OTHER },
        channelData: { tenant: { id: OTHER } },
      },
    ],
    ['and of none', { conversation: { id: 'a:1' }, channelData: {} }],
  ])('what says so %s is refused, and nothing is learnt of it', async (_where, change) => {
    const { microsoft, ada, delivery, intake, teams } = office;
    const payload = { ...typed(microsoft.service, ada, CHAT, 'mine'), ...change };
    expect(await delivery.deliver(payload)).toEqual({ status: 403, body: undefined });
    expect(intake).toMatchObject({ deliveries: [], rejections: ['other-workspace'] });
    const io = { signal: AbortSignal.timeout(5_000) };
    const note = { text: ['x'], buttons: [] };
    const where = { kind: 'person', account: accountOf(ada) } as const;
    await teams.postNote(where, note, new Map(), io);
    const begun = microsoft.service.calls.find(({ path }) => path === '/v3/conversations');
    expect(begun?.body).toMatchObject({ members: [{ id: ada.userId }] });
  });

  test('one place that names ours is enough, in letters of any case', async () => {
    const { microsoft, ada, delivery } = office;
    const payload = typed(microsoft.service, ada, CHAT, 'mine');
    const conversation = {
      conversationType: 'personal',
      id: 'a:1',
      tenantId: TENANT.toUpperCase(),
    };
    expect(await delivery.deliver({ ...payload, conversation, channelData: {} })).toMatchObject({
      status: 200,
    });
  });
});

describe('nobody', () => {
  test.each<[string, object]>([
    ['a bot', { id: '28:11111111-0000-4000-8000-000000000000', name: 'Bot', aadObjectId: TENANT }],
    ['without an object id', { id: '29:1', name: 'Ada' }],
  ])('is who speaks as %s', async (_who, from) => {
    const { microsoft, ada, delivery, intake } = office;
    const payload = { ...typed(microsoft.service, ada, CHAT, 'mine'), from };
    expect(await delivery.deliver(payload)).toEqual({ status: 200, body: undefined });
    const invoke = { ...payload, type: 'invoke', name: 'adaptiveCard/action', value: {} };
    expect(await delivery.deliver(invoke)).toEqual({ status: 403, body: undefined });
    expect(intake.deliveries).toEqual([]);
  });

  test('is who has an object id that is none', async () => {
    const { microsoft, ada, delivery, intake } = office;
    const from = { id: ada.mri, name: 'Ada', aadObjectId: "x' or 1 eq 1" };
    const payload = { ...typed(microsoft.service, ada, CHAT, 'mine'), from };
    expect(await delivery.deliver(payload)).toEqual({ status: 400, body: undefined });
    expect(intake).toMatchObject({ deliveries: [], rejections: ['malformed'] });
  });
});

describe('what is met', () => {
  test('is written down before the delivery is acknowledged', async () => {
    const addresses = forgetfulAddresses();
    const put = vi.spyOn(addresses, 'put').mockImplementation(() => {
      throw new Error('the disk is full');
    });
    const other = await openOffice({ addresses });
    const { delivery, microsoft, ada, intake } = other;
    const payload = typed(microsoft.service, ada, CHAT, 'mine');
    expect(await delivery.deliver(payload)).toEqual({ status: 503, body: undefined });
    expect(intake.deliveries).toEqual([]);
    put.mockRestore();
    expect(await delivery.deliver(payload)).toMatchObject({ status: 200 });
    expect(intake.deliveries).toHaveLength(1);
    await other.close();
  });

  test('what cannot be written to the inbox is not acknowledged either', async () => {
    const { delivery, microsoft, ada, intake } = office;
    intake.accept = async () => {
      throw new Error('the disk is full');
    };
    const payload = typed(microsoft.service, ada, CHAT, 'mine');
    expect(await delivery.deliver(payload)).toEqual({ status: 503, body: undefined });
  });

  test('a chat of two people, from which somebody asks, is not the one that they have with us', async () => {
    const { delivery, microsoft, ada, intake, teams } = office;
    const data = { hallpass: 1, verb: 'submit-ask', role: 'lb-admin', duration: '1h', reason: 'x' };
    const payload = dialog(microsoft.service, ada, CHAT, 'composeExtension/submitAction', data);
    const two = { id: '19:a_b@unq.gbl.spaces', conversationType: 'personal', tenantId: TENANT };
    intake.accept = async (delivered) => {
      intake.deliveries.push(delivered);
      return { kind: 'repeated', answer: { tone: 'ok', lines: [['Asked.']], example: null } };
    };
    expect(await delivery.deliver({ ...payload, conversation: two })).toMatchObject({
      status: 200,
    });
    expect(intake.deliveries[0]?.replyTo).toMatchObject({ place: 'channel' });
    const io = { signal: AbortSignal.timeout(5_000) };
    const where = { kind: 'person', account: accountOf(ada) } as const;
    await teams.postNote(where, { text: ['x'], buttons: [] }, new Map(), io);
    expect(microsoft.service.chat(ada.userId).said).toHaveLength(1);
  });

  test('who has the bot is shown their page, and who lost it is begun with anew', async () => {
    const { delivery, microsoft, ada, intake, teams } = office;
    await delivery.deliver(installed(microsoft.service, ada, CHAT));
    expect(intake.homes).toHaveLength(1);
    const io = { signal: AbortSignal.timeout(5_000) };
    const home = { mine: [], waitingForMe: [], more: { mine: 0, waitingForMe: 0 }, roles: [] };
    const draw = () => teams.drawHome(accountOf(ada), home, new Map(), io);
    await draw();
    await draw();
    expect(microsoft.service.chat(ada.userId).said).toMatchObject([{ updates: 1 }]);
    await delivery.deliver(removed(microsoft.service, ada, CHAT));
    await draw();
    expect(microsoft.service.chat(ada.userId).said).toHaveLength(2);
    expect(microsoft.service.calls.some(({ path }) => path === '/v3/conversations')).toBe(true);
  });

  test('a team that the bot left has no channels any more', async () => {
    const { delivery, ada, microsoft, teams } = office;
    await delivery.joinTeam(ada);
    const io = { signal: AbortSignal.timeout(5_000) };
    const note = { text: ['x'], buttons: [] };
    const where = { kind: 'channel', channel: 'lb-access' } as const;
    const team: Where = { kind: 'channel', conversation: microsoft.service.team.id };
    await delivery.deliver(removed(microsoft.service, ada, team));
    await expect(teams.postNote(where, note, new Map(), io)).rejects.toMatchObject({
      code: 'undeliverable',
    });
    await delivery.joinTeam(ada);
  });
});
