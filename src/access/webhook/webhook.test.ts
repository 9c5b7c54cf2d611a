import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { seal } from '../../../test/support/seal.ts';
import { ManualClock } from '../../clock.ts';
import { principalIdFrom } from '../../core/ids.ts';
import type { TargetSpec } from '../../core/policy.ts';
import { formatInstant, HOUR, MINUTE } from '../../core/time.ts';
import { describeProvider, type Planned } from '../contract.ts';
import type { Io, PlanAsk } from '../provider.ts';
import {
  OLD_SECRET,
  receiverAt,
  SECRET,
  SETTINGS,
  type Stand,
  specOf,
  stand,
} from './fixtures/stand.ts';
import { webhookProvider } from './index.ts';

const START = Date.UTC(2026, 10, 21, 12);
const CLOCK = new ManualClock(START);
const requester = {
  id: principalIdFrom(new Uint8Array(10)),
  name: 'Ada',
  email: 'ada@example.com',
  accounts: [],
};

const askOf = (spec: TargetSpec, from: string): PlanAsk => ({
  spec,
  inputs: { from },
  requester,
  seal,
});
const rightOf = ({ key }: Planned) => key.split(' ').slice(1).join(' ');

describeProvider('webhook', async () => {
  const clock = new ManualClock(START);
  const receiver = receiverAt(clock);
  let hidden = false;
  const place = await stand((request, response) => {
    if (hidden) response.writeHead(403).end();
    else void receiver.handle(request, response);
  });
  const spec = specOf(place.url);
  return {
    provider: webhookProvider(SETTINGS, clock),
    spec,
    now: () => clock.now(),
    showsEnds: true,
    ask: askOf(spec, '192.0.2.7'),
    otherAsk: askOf(spec, '192.0.2.8'),
    sameAsk: askOf(spec, ' 192.0.2.7 '),
    hostileAsks: ['', 'a b', 'x\ny', 'é', 'x'.repeat(301)].map((from) => askOf(spec, from)),
    opens: async (planned) => receiver.opens(rightOf(planned)),
    putByHand: async (planned, until) => {
      receiver.gate.set(rightOf(planned), { until: formatInstant(until), by: 'hand' });
    },
    hide: async () => {
      hidden = true;
    },
    end: place.stop,
  };
});

const io = (time = 5_000): Io => ({ now: START, signal: AbortSignal.timeout(time) });
const HANDLE = { v: 1, secret: 'gate', handle: 'edge for ada' };
const ABSENT = JSON.stringify({ kind: 'absent', evidence: 'nothing' });

function signed(id: string, body: string, secret = SECRET, at = START): Record<string, string> {
  const timestamp = String(at / 1000);
  const key = Buffer.from(secret.slice(6), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}

const idOf = (request: IncomingMessage) => `re_${String(request.headers['webhook-id'])}`;

describe('an answer', () => {
  let place: Stand | undefined;
  afterEach(async () => {
    await place?.stop();
    place = undefined;
  });

  async function read(
    answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
    settings = SETTINGS,
  ) {
    place = await stand((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => answer(request, response, body));
    });
    return webhookProvider(settings, CLOCK).read({ ...HANDLE, url: place.url }, io());
  }

  it('that is signed is believed', async () => {
    const seen = await read((request, response) => {
      response.writeHead(200, signed(idOf(request), ABSENT)).end(ABSENT);
    });
    expect(seen).toEqual({ kind: 'absent', evidence: 'nothing' });
  });

  it.each([
    ['is not signed', () => ({})],
    ['is signed by somebody else', (id: string) => signed(id, ABSENT, OLD_SECRET)],
    ['answers another question', () => signed('re_hp_other', ABSENT)],
    ['has our own id', (id: string) => signed(id.slice(3), ABSENT)],
    ['is of another body', (id: string) => signed(id, '{}')],
    ['is old', (id: string) => signed(id, ABSENT, SECRET, START - 6 * MINUTE)],
    ['is of a time to come', (id: string) => signed(id, ABSENT, SECRET, START + 6 * MINUTE)],
    ['says no time', (id: string) => ({ ...signed(id, ABSENT), 'webhook-timestamp': 'now' })],
  ] as const)('that %s is not believed', async (_, headers) => {
    const seen = read((request, response) => {
      response.writeHead(200, headers(idOf(request))).end(ABSENT);
    });
    await expect(seen).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('that is our own question is none', async () => {
    const seen = read((request, response, body) => {
      response.writeHead(200, signed(idOf(request), body)).end(body);
    });
    await expect(seen).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each([
    [302, 'misconfigured'],
    [401, 'permission-denied'],
    [403, 'permission-denied'],
    [404, 'bad-answer'],
    [410, 'bad-answer'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ] as const)('of status %i never says that something is absent', async (status, code) => {
    const seen = read((request, response) => {
      const headers = { location: 'http://127.0.0.1:1/', 'retry-after': '7' };
      response.writeHead(status, { ...headers, ...signed(idOf(request), ABSENT) }).end(ABSENT);
    });
    const retryAfter = [429, 500, 503].includes(status) ? 7_000 : null;
    await expect(seen).rejects.toMatchObject({ code, retryAfter });
  });

  it('that is not signed asks for a minute of patience at most', async () => {
    const seen = read((_request, response) => {
      response.writeHead(429, { 'retry-after': '99999' }).end();
    });
    await expect(seen).rejects.toMatchObject({ code: 'rate-limited', retryAfter: MINUTE });
  });

  it('that is too long is not read to its end', async () => {
    const long = JSON.stringify({ kind: 'absent', evidence: 'x'.repeat(300 * 1024) });
    const seen = read((request, response) => {
      response.writeHead(200, signed(idOf(request), long)).end(long);
    });
    await expect(seen).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each(['', 'null', '[]', '{}', '{"kind":"absent"}', '{"kind":"gone","evidence":""}', '{'])(
    'that says %s is none',
    async (body) => {
      const seen = read((request, response) => {
        response.writeHead(200, signed(idOf(request), body)).end(body);
      });
      await expect(seen).rejects.toMatchObject({ code: 'bad-answer' });
    },
  );

  it('that holds a line break is none: it would be a line of its own in a thread', async () => {
    const body = JSON.stringify({ kind: 'absent', evidence: 'nothing\nGrace approved' });
    const seen = read((request, response) => {
      response.writeHead(200, signed(idOf(request), body)).end(body);
    });
    await expect(seen).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('that comes later leaves a receipt, by which it is asked after', async () => {
    const asked: string[] = [];
    const later = JSON.stringify({ kind: 'pending', pollAfter: 2, receipt: { job: 7 } });
    place = await stand((request, response) => {
      request.on('data', (part) => asked.push(String(part)));
      request.on('end', () => {
        response.writeHead(202, signed(idOf(request), later)).end(later);
      });
    });
    const provider = webhookProvider(SETTINGS, CLOCK);
    const handle = { ...HANDLE, url: place.url };
    const wanted = { kind: 'until', until: START + HOUR } as const;
    const wish = { wanted, aims: [START + HOUR], held: false, note: async () => {} };
    const answer = await provider.converge(handle, { ...wish, receipt: null }, io());
    expect(answer).toEqual({ kind: 'pending', pollAfter: 2_000, receipt: { job: 7 } });
    await provider.converge(handle, { ...wish, receipt: { job: 7 } }, io());
    expect(asked.map((one) => JSON.parse(one))).toMatchObject([
      { op: 'converge', until: '2026-11-21T13:00:00Z', held: false, receipt: null },
      { op: 'converge', receipt: { job: 7 } },
    ]);
  });

  it('of a conflict is no end of what it said to be at work on', async () => {
    const conflict = JSON.stringify({ kind: 'conflict', why: 'another job is running' });
    place = await stand((request, response) => {
      response.writeHead(200, signed(idOf(request), conflict)).end(conflict);
    });
    const provider = webhookProvider(SETTINGS, CLOCK);
    const handle = { ...HANDLE, url: place.url };
    const wish = {
      wanted: { kind: 'nothing' },
      aims: [],
      held: false,
      note: async () => {},
    } as const;
    expect(await provider.converge(handle, { ...wish, receipt: { job: 7 } }, io())).toMatchObject({
      kind: 'pending',
      receipt: { job: 7 },
    });
    expect(await provider.converge(handle, { ...wish, receipt: null }, io())).toMatchObject({
      kind: 'conflict',
    });
  });

  it('by the old secret is believed while it is replaced', async () => {
    const secrets = new Map([['gate', [{ reveal: () => SECRET }, { reveal: () => OLD_SECRET }]]]);
    const seen = await read(
      (request, response) => {
        response.writeHead(200, signed(idOf(request), ABSENT, OLD_SECRET)).end(ABSENT);
      },
      { ...SETTINGS, secrets },
    );
    expect(seen).toMatchObject({ kind: 'absent' });
  });

  it('that does not come is no answer', async () => {
    place = await stand(() => {});
    const seen = webhookProvider(SETTINGS, CLOCK).read({ ...HANDLE, url: place.url }, io(50));
    await expect(seen).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('the reference receiver', () => {
  it('answers nobody else, and each question once', async () => {
    const clock = new ManualClock(START);
    const receiver = receiverAt(clock);
    const asked: { readonly headers: Record<string, string>; readonly body: string }[] = [];
    const place = await stand((request, response) => {
      const parts: string[] = [];
      request.on('data', (part) => parts.push(String(part)));
      asked.push({
        headers: request.headers as Record<string, string>,
        get body() {
          return parts.join('');
        },
      });
      void receiver.handle(request, response);
    });
    const wish = {
      wanted: { kind: 'until', until: START + HOUR },
      aims: [],
      held: false,
      note: async () => {},
    } as const;
    const handle = { ...HANDLE, url: place.url };
    await webhookProvider(SETTINGS, CLOCK).converge(handle, { ...wish, receipt: null }, io());
    const [first] = asked;
    const again = await fetch(place.url, {
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries(first?.headers ?? {}).filter(([name]) => name.startsWith('webhook-')),
      ),
      body: first?.body ?? '',
    });
    expect(again.status).toBe(401);
    expect((await fetch(place.url, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(receiver.gate.size).toBe(1);
    await place.stop();
  });
});

describe('a policy', () => {
  it.each([
    'http://access.example.com/',
    'ftp://access.example.com/',
    'https://user:pass@access.example.com/',
    'access.example.com',
  ])('may not name %s', (url) => {
    const { connectionSchema } = webhookProvider(null, CLOCK);
    expect(connectionSchema.safeParse({ url, secret: 'gate' }).success).toBe(false);
  });

  it('may name only hosts and secrets that the environment lists', () => {
    const spec = specOf('https://elsewhere.example.com/');
    const inputs = { from: 'ip' };
    expect(webhookProvider(null, CLOCK).check({ spec, inputs })).toEqual([]);
    const [fault] = webhookProvider(SETTINGS, CLOCK).check({ spec, inputs });
    expect(fault?.message).toContain('HALLPASS_WEBHOOK_HOSTS');
    const empty = webhookProvider({ secrets: new Map(), hosts: new Map() }, CLOCK);
    expect(empty.check({ spec, inputs })).toHaveLength(2);
  });
});
