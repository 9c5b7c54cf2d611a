/** Who is let in at `POST /api/messages`. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import {
  byPublicKey,
  type Claims,
  type SigningOptions,
  strangersKey,
} from './fixtures/bot-framework.ts';
import { APP, TENANT } from './fixtures/entra.ts';
import { typed } from './fixtures/payloads.ts';
import { type Office, openOffice } from './fixtures/teams-office.ts';

let office: Office;
beforeAll(async () => {
  // The SDK prints what it thinks of faulty tokens.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  office = await openOffice();
});
beforeEach(() => {
  office.intake.deliveries.length = 0;
  office.intake.rejections.length = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await office.close();
});

const said = () =>
  typed(office.microsoft.service, office.ada, { kind: 'chat' }, 'lb-admin 1h because');
const send = (payload: unknown, authorization?: string) =>
  office.delivery.raw(JSON.stringify(payload), authorization);
const later = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

async function refused(payload: unknown, authorization?: string): Promise<void> {
  expect(await send(payload, authorization)).toEqual({ status: 401, body: undefined });
  expect(office.intake.rejections).toEqual(['bad-signature']);
  expect(office.intake.deliveries).toEqual([]);
}

test('a delivery that Teams signed is taken', async () => {
  expect(await send(said(), office.delivery.bearer())).toEqual({ status: 200, body: undefined });
  expect(office.intake.rejections).toEqual([]);
  expect(office.intake.deliveries).toMatchObject([
    {
      account: { platform: 'teams', tenant: TENANT, userId: office.ada.userId },
      intent: { kind: 'typed', text: 'lb-admin 1h because' },
      message: null,
    },
  ]);
});

describe('a delivery is refused', () => {
  const token = () => office.delivery.bearer().replace('Bearer ', '');
  test.each<[string, () => string | undefined]>([
    ['without a token', () => undefined],
    ['with an empty one', () => ''],
    ['with a scheme alone', () => 'Bearer'],
    ['with another scheme', () => `Basic ${token()}`],
    ['with a scheme in small letters', () => `bearer ${token()}`],
    ['without a scheme', () => token()],
    ['with two tokens', () => `Bearer ${token()} ${token()}`],
    ['with what is no token', () => 'Bearer x'],
    ['with a token of no content', () => 'Bearer ..'],
    ['with a token without a signature', () => `Bearer ${token().replace(/[^.]+$/, '')}`],
    ['with half a signature', () => `Bearer ${token().slice(0, -40)}`],
  ])('%s', async (_how, authorization) => refused(said(), authorization()));

  test.each<[string, Claims, SigningOptions?]>([
    ['for another app', { aud: '00000000-0000-4000-8000-000000000000' }],
    ['for no app', { aud: '' }],
    ['for many apps', { aud: [APP, 'another'] as unknown as string }],
    ['of another issuer', { iss: 'https://login.microsoftonline.com/common/v2.0' }],
    ['of an issuer that only begins so', { iss: 'https://api.botframework.com.example.com' }],
    ['of many issuers', { iss: ['https://api.botframework.com'] as unknown as string }],
    ['that expired', { expiresIn: -301 }],
    ['that is not valid yet', { nbf: later(330) }],
    ['for another service', { serviceurl: 'https://smba.example.com/teams/' }],
    ['for no service', { serviceurl: '' }],
    ['signed by somebody else', {}, { key: strangersKey }],
    ['signed by a key that nobody published', {}, { key: strangersKey, header: { kid: 'k2' } }],
    ['signed by nobody', {}, { header: { alg: 'none' }, sign: () => Buffer.alloc(0) }],
    ['that says it is signed by nobody', {}, { header: { alg: 'none' } }],
    ['signed by the public key', {}, { header: { alg: 'HS256' }, sign: byPublicKey }],
    ['signed in another way than it says', {}, { header: { alg: 'RS512' } }],
    ['that brings its key along', {}, { key: strangersKey, header: { jwk: { kty: 'RSA' } } }],
    ['without a key', {}, { header: { kid: undefined } }],
  ])('with a token %s', async (_what, claims, options) =>
    refused(said(), office.delivery.bearer(claims, options)),
  );

  // What bots, and whoever holds a bot's secret, are given by Entra ID: no word of Teams'.
  const entra = 'https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0';
  const older = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/';
  test.each<[string, Claims]>([
    ['the emulator', { iss: entra, ver: '2.0', azp: APP }],
    ['an older emulator', { iss: older, ver: '1.0', appid: APP }],
    ['another bot', { iss: entra, ver: '2.0', azp: '11111111-0000-4000-8000-000000000000' }],
    [
      'another bot, by the Bot Framework',
      { ver: '1.0', appid: '11111111-0000-4000-8000-000000000000' },
    ],
  ])('with a token of %s', async (_what, claims) =>
    refused(said(), office.delivery.bearer(claims)),
  );

  test.each(['emulator', 'webchat', 'directline', 'AseChannel', 'MSTEAMS', 'msteams ', ''])(
    'from the channel “%s”, which the key is not for',
    async (channelId) => refused({ ...said(), channelId }, office.delivery.bearer()),
  );

  test('from a channel that is no text', async () => {
    await refused({ ...said(), channelId: ['msteams'] }, office.delivery.bearer());
  });

  test('that names another service than its token', async () => {
    const serviceUrl = 'https://smba.example.com/teams/';
    await refused({ ...said(), serviceUrl }, office.delivery.bearer());
  });
});

describe('with a token of Teams', () => {
  test.each([
    ['broken', '{"channelId":"msteams"'],
    ['empty', ''],
    ['a text', '"msteams"'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['nested very deeply', `${'{"channelId":'.repeat(15_000)}1${'}'.repeat(15_000)}`],
    ['deep in brackets', '['.repeat(200_000)],
  ])('what is %s names no channel, and is refused', async (_what, body) => {
    const answered = await office.delivery.raw(body, office.delivery.bearer());
    expect(answered).toEqual({ status: 401, body: undefined });
    expect(office.intake.rejections).toEqual(['bad-signature']);
  });

  test.each<[string, () => unknown]>([
    ['without anybody', () => ({ ...said(), from: null })],
    ['from an account without an id', () => ({ ...said(), from: { ...office.ada, id: '' } })],
    ['in no conversation', () => ({ ...said(), conversation: undefined })],
    ['of no type', () => ({ ...said(), type: 7 })],
    ['with a text that is none', () => ({ ...said(), text: { toString: 'x' } })],
    ['with mentions that are no list', () => ({ ...said(), entities: { length: 1 } })],
  ])('an activity %s is malformed', async (_what, payload) => {
    expect(await send(payload(), office.delivery.bearer())).toEqual({
      status: 400,
      body: undefined,
    });
    expect(office.intake.rejections).toEqual(['malformed']);
    expect(office.intake.deliveries).toEqual([]);
  });

  test('depth is no fault of the one who is deep', async () => {
    const body = JSON.stringify(said()).replace(
      /}$/,
      `,"value":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
    );
    const { status } = await office.delivery.raw(body, office.delivery.bearer());
    expect(status).toBe(200);
  });

  test('what is too large is not read to its end, and counted', async () => {
    const large = { ...said(), text: 'x'.repeat(300_000) };
    expect(await send(large, office.delivery.bearer())).toMatchObject({ status: 413 });
    expect(office.intake.rejections).toEqual(['too-large']);
  });

  test('much more than that is cut off, whoever sends it', async () => {
    const body = 'x'.repeat(8_000_000);
    for (const authorization of [office.delivery.bearer(), undefined]) {
      const answered = await office.delivery.raw(body, authorization).catch(() => ({ status: 0 }));
      expect([413, 0]).toContain(answered.status);
    }
    expect(office.intake.rejections).toEqual(['too-large', 'too-large']);
  });
});

describe('the door', () => {
  test('passes on what is not for it', async () => {
    const { url } = office.delivery;
    const { origin } = new URL(url);
    for (const path of [
      '/',
      '/api/messages/',
      '/api/messages/x',
      '/API/MESSAGES',
      '/api/%6dessages',
    ])
      expect((await fetch(`${origin}${path}`, { method: 'POST' })).status, path).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await fetch(url, { method })).status, method).toBe(404);
    expect(office.intake.rejections).toEqual([]);
  });

  test('reads what stands behind a question mark as nothing', async () => {
    const body = JSON.stringify(said());
    const headers = { authorization: office.delivery.bearer() };
    const { status } = await fetch(`${office.delivery.url}?a=b`, { method: 'POST', headers, body });
    expect(status).toBe(200);
  });

  test('is shut once it has stopped', async () => {
    const other = await openOffice();
    await other.teams.stop();
    const bearer = other.delivery.bearer();
    expect(await other.delivery.raw(JSON.stringify(said()), bearer)).toEqual({
      status: 503,
      body: undefined,
    });
    expect(other.intake.deliveries).toEqual([]);
    await other.close();
  });

  test('does not wait for keys for ever', async () => {
    const clock = new ManualClock(Date.parse('2026-11-21T03:00:00Z'));
    const other = await openOffice({ clock });
    const { keys, service } = other.microsoft;
    const asked = vi.fn<(response: ServerResponse) => void>();
    keys.instead = asked;
    const answered = other.delivery.deliver(typed(service, other.ada, { kind: 'chat' }, 'mine'));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    clock.advance(5 * SECOND);
    expect(await answered).toEqual({ status: 503, body: undefined });
    await other.close();
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['answer 503', (response) => void response.writeHead(503).end()],
    ['answer nothing that could be read', (response) => void response.end('<html>')],
    ['hang up', (response) => void response.destroy()],
  ])(
    'takes nothing while the keys %s, and does so again when they are there',
    async (_what, instead) => {
      const other = await openOffice();
      const { keys, service } = other.microsoft;
      const payload = typed(service, other.ada, { kind: 'chat' }, 'mine');
      keys.instead = instead;
      expect(await other.delivery.deliver(payload)).toEqual({ status: 503, body: undefined });
      expect(other.intake).toMatchObject({ deliveries: [], rejections: [] });
      keys.instead = undefined;
      expect(await other.delivery.deliver(payload)).toEqual({ status: 200, body: undefined });
      expect(other.intake.deliveries).toHaveLength(1);
      await other.close();
    },
  );
});
