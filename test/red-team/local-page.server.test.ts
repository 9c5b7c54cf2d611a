/** Another site, or another name for this machine, in the browser of somebody who runs the local workspace. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalOffice } from '../support/local-office.ts';

let office: LocalOffice;
beforeAll(async () => {
  office = await LocalOffice.open();
});
afterAll(() => office.stop());

const PAGE = '/as/ada/channel/lb-access';
const ASK = '/jit lb-admin 1h rotate the edge certificate';

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By hand, because `fetch` lets nobody choose a Host or an Origin. */
function call(path: string, { method = 'GET', headers = {}, body = '' }: Call = {}) {
  return new Promise<{ status: number; cookie: string; body: string }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: office.port, path, method, headers, agent: false };
    const asked = request(options, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += String(part);
      });
      const cookie = String(response.headers['set-cookie'] ?? '');
      response.on('end', () => resolve({ status: response.statusCode ?? 0, cookie, body: text }));
    });
    asked.on('error', reject).end(body);
  });
}

async function token(): Promise<string> {
  return /hallpass-local=([\w-]+)/.exec((await call(PAGE)).cookie)?.[1] ?? '';
}

async function say(
  text: string,
  headers: Record<string, string>,
  form: Record<string, string> = {},
) {
  const mine = await token();
  return call('/as/ada/say', {
    method: 'POST',
    body: new URLSearchParams({ token: mine, back: PAGE, text, ...form }).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: `http://127.0.0.1:${office.port}`,
      cookie: `hallpass-local=${mine}`,
      ...headers,
    },
  });
}

const port = () => String(office.port);

test.each([
  ['of another site', () => ({ origin: 'https://evil.example' })],
  ['of this machine by another name', () => ({ origin: `http://localhost:${port()}` })],
  ['of this machine over TLS', () => ({ origin: `https://127.0.0.1:${port()}` })],
  ['of another port', () => ({ origin: 'http://127.0.0.1:1' })],
  [
    'of a site that begins like this one',
    () => ({ origin: `http://127.0.0.1:${port()}.evil.example` }),
  ],
  ['of nobody', () => ({ origin: 'null' })],
  ['of nobody at all', () => ({ origin: '' })],
  ['of a frame', () => ({ 'sec-fetch-site': 'same-site' })],
  ['of a link', () => ({ 'sec-fetch-site': 'none' })],
  ['without a cookie', () => ({ cookie: '' })],
  ['with another cookie', () => ({ cookie: `hallpass-local=${'A'.repeat(22)}` })],
  [
    'with two cookies, theirs first',
    () => ({ cookie: `hallpass-local=${'A'.repeat(22)}; hallpass-local=x` }),
  ],
])('a post %s asks for nothing', async (_what, headers) => {
  expect((await say(ASK, headers())).status).toBe(403);
  expect((await call(PAGE)).body).not.toContain('asks for');
});

test.each([
  ['no token', ''],
  ['half a token', 'A'.repeat(11)],
  ['a token of another browser', 'A'.repeat(22)],
  ['a pattern for tokens', '.{22}'],
])('a post with %s asks for nothing', async (_what, forged) => {
  expect((await say(ASK, {}, { token: forged })).status).toBe(403);
  expect((await call(PAGE)).body).not.toContain('asks for');
});

test.each([
  'rebound.example',
  'rebound.example:80',
  '127.0.0.1.evil.example',
  'localhost.',
  'localhost.evil.example',
  '127.0.0.1@evil.example',
  '192.0.2.7',
  '0.0.0.0',
  '2130706433',
  '0x7f.1',
])('a name for this machine that is not its own (%j) shows and takes nothing', async (host) => {
  const [page, posted] = [
    await call(PAGE, { headers: { host } }),
    await say(ASK, { host, origin: `http://${host}` }),
  ];
  expect([400, 421]).toContain(page.status);
  expect([400, 421]).toContain(posted.status);
  expect((await call(PAGE)).body).not.toContain('asks for');
});

test.each(['text/plain', 'application/json', 'multipart/form-data'])(
  'a post of the type %s, which another site may send unasked, is no form',
  async (type) => {
    const { status } = await say(ASK, { 'content-type': type });
    expect([403, 413]).toContain(status);
    expect((await call(PAGE)).body).not.toContain('asks for');
  },
);

test('a page that was led to by a link does nothing by itself', async () => {
  const text = encodeURIComponent(ASK);
  for (const path of [
    `/as/ada/say?text=${text}`,
    `/as/ada/press?action=approve&request=0000000000`,
  ])
    expect([404, 405]).toContain((await call(path)).status);
  expect((await call(PAGE)).body).not.toContain('asks for');
});

test('the page itself asks', async () => {
  expect((await say(ASK, {})).status).toBe(303);
  await expect.poll(async () => (await call(PAGE)).body, { timeout: 5_000 }).toContain('asks for');
});
