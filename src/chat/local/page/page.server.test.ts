import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LocalOffice } from '../../../../test/support/local-office.ts';

let office: LocalOffice;
beforeAll(async () => {
  office = await LocalOffice.open();
});
afterAll(() => office.stop());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

test('it is served to other machines only if somebody says so in so many words', async () => {
  await expect(LocalOffice.open({ host: '0.0.0.0' })).rejects.toThrow(/loopback only/);
  const open = await LocalOffice.open({ host: '0.0.0.0', exposed: true });
  try {
    const at = (host: string) => call(PAGE, { headers: { host }, port: open.port });
    expect((await at('192.0.2.7:3000')).status).toBe(200);
    expect((await at('rebound.example')).status).toBe(421);
  } finally {
    await open.stop();
  }
});

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly port?: number;
}

/** By hand, because `fetch` lets nobody choose a Host or an Origin. */
function call(
  path: string,
  { method = 'GET', headers = {}, body = '', port = office.port }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += String(part);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    asked.on('error', reject).end(body);
  });
}

const PAGE = '/as/ada/channel/lb-access';

async function token(): Promise<string> {
  const cookie = String((await call(PAGE)).headers['set-cookie']);
  return /hallpass-local=([\w-]+)/.exec(cookie)?.[1] ?? '';
}

async function say(
  text: string,
  change: { headers?: Record<string, string>; form?: Record<string, string> } = {},
): Promise<Answer> {
  const mine = await token();
  const form = new URLSearchParams({ token: mine, back: PAGE, text, ...change.form });
  return call('/as/ada/say', {
    method: 'POST',
    body: form.toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: `http://127.0.0.1:${office.port}`,
      cookie: `hallpass-local=${mine}`,
      ...change.headers,
    },
  });
}

describe('the page', () => {
  test('takes what it sends itself, and leads back to where that was done', async () => {
    const answer = await say('hello');
    expect([answer.status, answer.headers.location]).toEqual([303, PAGE]);
    expect((await call(PAGE)).body).toContain('<p class="text">hello</p>');
  });

  test.each(['rebound.example', 'localhost.evil.example', `127.0.0.1.nip.io`, '192.168.0.7:80'])(
    'knows nobody by the name of %j',
    async (host) => {
      expect((await call(PAGE, { headers: { host } })).status).toBe(421);
    },
  );

  test.each([
    ['another site', { headers: { origin: 'https://evil.example' } }],
    ['another program on this machine', { headers: { origin: 'http://127.0.0.1:1' } }],
    ['nowhere', { headers: { origin: 'null' } }],
    ['a frame elsewhere', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['somebody without the token', { form: { token: 'A'.repeat(22) } }],
    ['somebody without the cookie', { headers: { cookie: '' } }],
  ])('takes nothing from %s', async (_, change) => {
    expect((await say('smuggled', change)).status).toBe(403);
    expect((await call(PAGE)).body).not.toContain('smuggled');
  });

  test('takes no post that says nothing of where it comes from', async () => {
    const { status } = await call('/as/ada/say', {
      method: 'POST',
      body: `token=${await token()}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(status).toBe(403);
  });

  test('reads no more than a form can hold', async () => {
    expect((await say('x'.repeat(70_000))).status).toBe(413);
  });

  test('leads nowhere else, whatever a form says of where it came from', async () => {
    for (const back of ['https://evil.example/', '//evil.example/as/ada/home', '/as/grace/home'])
      expect((await say('x', { form: { back } })).status).toBe(404);
  });

  test('lets in no script, style, frame or picture that is not its own', async () => {
    const { headers, body } = await call(PAGE);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(body).not.toMatch(/<script(?! type="module" src="\/assets\/)| style="| on\w+="/);
    expect(body).toContain('People are not authenticated here');
  });

  test.each([
    '/as/nobody/home',
    '/as/ada/channel/none',
    '/assets/../../package.json',
    '/assets/%2e%2e/x',
    '/as/%ff/home',
  ])('has nothing at %s', async (path) => {
    expect((await call(path)).status).toBe(404);
  });

  test('leaves to others what is theirs', async () => {
    expect((await call('/healthz')).status).toBe(200);
    expect((await call('/slack/events')).status).toBe(404);
  });

  test('does the same thing once, however often it is sent', async () => {
    const form = { key: 'once-and-once-only' };
    await say('/jit help', { form });
    await say('/jit help', { form });
    const typed = (await call(PAGE)).body.match(/<code class="typed">\/jit help/g);
    expect(typed).toHaveLength(1);
  });
});

describe('the button below an answer', () => {
  const AT = '/as/margaret/channel/lb-access';

  async function post(verb: string, fields: Record<string, string>): Promise<Answer> {
    const mine = await token();
    return call(`/as/margaret/${verb}`, {
      method: 'POST',
      body: new URLSearchParams({ token: mine, back: AT, ...fields }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: `http://127.0.0.1:${office.port}`,
        cookie: `hallpass-local=${mine}`,
      },
    });
  }

  const shown = (part: string) =>
    vi.waitFor(
      async () => {
        const { body } = await call(AT);
        expect(body).toContain(part);
        return body;
      },
      { timeout: 5_000 },
    );

  test('is a form that says which answer, and does what that says', async () => {
    await post('say', { text: '/jit freeze a stolen laptop' });
    const preview = /name="preview" value="([^"]+)"/.exec(await shown('name="preview"'))?.[1] ?? '';
    await post('confirm', { preview: 'another' });
    await shown('Nothing was done');
    expect((await post('confirm', { preview })).status).toBe(303);
    await shown('Frozen. Nobody holds access.');
    expect((await call('/as/ada/channel/lb-access')).body).not.toContain(preview);
    await post('say', { text: '/jit thaw confirm it is found' });
    await shown('Thawed.');
  });
});
