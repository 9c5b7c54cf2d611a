import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock, systemClock } from '../../clock.ts';
import { HOUR, MINUTE, SECOND } from '../../core/time.ts';
import type { ChatIo } from '../platform.ts';
import { APP, type Entra, openEntra } from './fixtures/entra.ts';
import { Tokens } from './tokens.ts';

const TOKEN = /oauth2/;
let entra: Entra;
let clock: ManualClock;
let tokens: Tokens;
beforeEach(async () => {
  entra = await openEntra();
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  tokens = new Tokens({ credentials: entra.credentials, clock, loginUrl: entra.url });
});
afterEach(() => entra.close());
const patient = (): ChatIo => ({ signal: new AbortController().signal });
const token = () => tokens.token(`${entra.url}/.default`, patient());

describe('a token', () => {
  test('is kept until five minutes before its end', async () => {
    const first = await token();
    clock.advance(HOUR - SECOND - 5 * MINUTE - 1);
    expect(await token()).toBe(first);
    clock.advance(1);
    expect(await token()).not.toBe(first);
    expect(entra.asked).toHaveLength(2);
  });

  test('does not live longer because the wall clock is set back', async () => {
    const first = await token();
    clock.step(-HOUR);
    clock.advance(HOUR);
    expect(await token()).not.toBe(first);
  });

  test('that says it lives for ever is asked for again the next day', async () => {
    entra.tokenLife = 1e12;
    const first = await token();
    clock.advance(24 * HOUR);
    expect(await token()).not.toBe(first);
  });

  test('is asked for once by many at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, token));
    expect(new Set(all).size).toBe(1);
    expect(entra.asked).toHaveLength(1);
  });

  test('is of its own scope', async () => {
    const first = await token();
    const connector = tokens.token('https://api.botframework.com/.default', patient());
    await expect(connector).resolves.not.toBe(first);
    const unknown = tokens.token('https://vault.example.com/.default', patient());
    await expect(unknown).rejects.toMatchObject({ code: 'permission-denied' });
  });

  test('that was refused is replaced, once a minute at most', async () => {
    const first = await token();
    tokens.refused(`${entra.url}/.default`);
    expect(await token()).toBe(first);
    clock.advance(MINUTE);
    tokens.refused(`${entra.url}/.default`);
    expect(await token()).not.toBe(first);
  });

  test('shows nowhere in what keeps it', async () => {
    const secret = await token();
    expect(inspect(tokens, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(tokens)).not.toContain(secret);
  });
});

describe('a secret that is wrong', () => {
  test('is named, and not told', async () => {
    entra.secret = 'a newer one';
    const error = await token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('MICROSOFT_APP_PASSWORD'),
    });
    expect(inspect(error, { depth: 9 })).not.toContain(entra.credentials.secret.reveal());
  });

  test('is asked with again at the next call', async () => {
    entra.secret = 'a newer one';
    await expect(token()).rejects.toMatchObject({ code: 'permission-denied' });
    entra.secret = entra.credentials.secret.reveal();
    expect(await token()).toMatch(/^token-/);
  });
});

test('an app that the tenant does not know is named', async () => {
  const credentials = { ...entra.credentials, appId: '00000000-0000-4000-8000-000000000001' };
  const others = new Tokens({ credentials, clock, loginUrl: entra.url });
  await expect(others.token(`${entra.url}/.default`, patient())).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('MICROSOFT_APP_ID'),
  });
});

describe('an answer that is none', () => {
  test.each([
    ['too often', { status: 429, retryAfter: '7' }, 'rate-limited', 7 * SECOND],
    ['too often, without a time', { status: 429 }, 'rate-limited', 30 * SECOND],
    ['too often, until next year', { status: 429, retryAfter: '99999999' }, 'rate-limited', HOUR],
    ['out of order', { status: 500 }, 'unavailable', null],
    ['a gateway', { status: 502 }, 'unavailable', null],
    ['a refusal without a reason', { status: 400 }, 'bad-answer', null],
    ['a web page', 'html', 'bad-answer', null],
    ['ten megabytes', 'ten megabytes', 'bad-answer', null],
    ['no answer at all', 'hang up', 'unavailable', null],
  ] as const)('is told by its code: %s', async (_name, failure, code, retryAfter) => {
    entra.fail(TOKEN, failure);
    await expect(token()).rejects.toMatchObject({ name: 'ChatError', code, retryAfter });
    expect(await token()).toMatch(/^token-/);
  });

  test('that sends the secret elsewhere is not followed', async () => {
    const elsewhere = await openEntra();
    entra.fail(TOKEN, { redirect: elsewhere.url });
    await expect(token()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  test.each([
    ['no life', { expires_in: -1 }],
    ['another type', { token_type: 'mac' }],
    ['a line break in the token', { access_token: 'a\r\nx: y' }],
    ['nothing in the token', { access_token: '' }],
  ])('is no token with %s', async (_name, more) => {
    const good = { token_type: 'Bearer', expires_in: 3599, access_token: 'secret-text' };
    entra.fail(TOKEN, { change: () => ({ status: 200, body: { ...good, ...more } }) });
    const error = await token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bad-answer' });
    expect(inspect(error, { depth: 9 })).not.toContain('secret-text');
  });

  test('ends with the time limit, and is asked for anew', async () => {
    entra.fail(TOKEN, 'silent');
    const asked = token();
    await vi.waitUntil(() => entra.asked.length === 1);
    clock.advance(10 * SECOND);
    await expect(asked).rejects.toMatchObject({ code: 'timeout' });
    expect(await token()).toMatch(/^token-/);
  });

  test('is no longer waited for by whoever gives up', async () => {
    entra.fail(TOKEN, 'silent');
    const hasty = new AbortController();
    const asked = tokens.token('scope', { signal: hasty.signal });
    hasty.abort();
    await expect(asked).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('a managed identity', () => {
  /** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
  let appService: Server;
  const asked: URL[] = [];
  let isSilent = false;
  // The library asks wherever it first found an identity: one server for all of these.
  beforeAll(async () => {
    appService = createServer((request, response) => {
      const address = new URL(request.url ?? '', 'http://127.0.0.1');
      asked.push(address);
      if (isSilent) return;
      const isKnown = request.headers['x-identity-header'] === 'header-secret';
      const isOurs = address.searchParams.get('client_id') === APP;
      response.setHeader('content-type', 'application/json');
      if (!isKnown || !isOurs) {
        response.writeHead(400).end('{"statusCode":400}');
        return;
      }
      const expires_on = `${Math.floor(Date.now() / 1000) + 3_600}`;
      const resource = address.searchParams.get('resource');
      const body = { access_token: 'machine-token', expires_on, resource, token_type: 'Bearer' };
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => appService.listen(0, '127.0.0.1', resolve));
    const { port } = appService.address() as AddressInfo;
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-secret');
  });
  beforeEach(() => {
    asked.length = 0;
    isSilent = false;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    appService.closeAllConnections();
    await new Promise((resolve) => appService.close(resolve));
  });
  const identity = (appId: string) =>
    new Tokens({ credentials: { kind: 'managed-identity', appId }, clock: systemClock });

  test('needs no secret', async () => {
    const machine = identity(APP);
    expect(await machine.token('https://graph.microsoft.com/.default', patient())).toBe(
      'machine-token',
    );
    expect(await machine.token('https://graph.microsoft.com/.default', patient())).toBe(
      'machine-token',
    );
    expect(asked.map(({ searchParams }) => searchParams.get('resource'))).toEqual([
      'https://graph.microsoft.com',
    ]);
  });

  test('that does not answer is given up, and asked again', async () => {
    isSilent = true;
    // The library keeps tokens for the whole process: this is one that it does not have yet.
    const scope = 'https://api.botframework.com/.default';
    const credentials = { kind: 'managed-identity', appId: APP } as const;
    const machine = new Tokens({ credentials, clock });
    const first = machine.token(scope, patient());
    const ended = expect(first).rejects.toMatchObject({ code: 'timeout' });
    await vi.waitUntil(() => asked.length === 1);
    clock.advance(10 * SECOND);
    await ended;
    isSilent = false;
    const again = machine.token(scope, patient());
    expect(await again).toBe('machine-token');
  });

  test('that this machine does not have is named', async () => {
    const other = identity('00000000-0000-4000-8000-000000000001');
    await expect(
      other.token('https://graph.microsoft.com/.default', patient()),
    ).rejects.toMatchObject({
      name: 'ChatError',
      message: expect.stringContaining('MICROSOFT_APP_ID'),
    });
    expect(asked).toHaveLength(1);
  });
});
