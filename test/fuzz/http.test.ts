/** Whatever else reaches the port: answered or cut off, never with what it brought, never with a fault. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../src/http.ts';
import { LocalOffice } from '../support/local-office.ts';
import { HANG, nasty, runs } from './nasty.ts';

let office: LocalOffice;
beforeAll(async () => {
  office = await LocalOffice.open();
});
afterAll(() => office.stop());

/** Bytes as they are, over a connection of their own. @returns all that came back */
function raw(bytes: string, port = office.port): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      answer += String(part);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);
const get = (target: string, host = 'localhost') =>
  raw(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

/** What may stand in a request line. */
const printable = nasty(6_000).map((text) => text.replaceAll(/[^\x21-\xff]/g, ''));
const target = fc.oneof(
  printable.map((rest) => `/${rest}`),
  printable,
  nasty(1_000).map((text) => `/as/ada/${encodeURIComponent(Buffer.from(text).toString())}`),
  nasty(1_000).map(
    (text) => `/as/ada/home?request=${encodeURIComponent(Buffer.from(text).toString())}`,
  ),
  fc.constantFrom('//', 'http://[', '*', '/as/', '/assets/', '/as/%', '/as/__proto__/home', '/?'),
);

describe('any request', () => {
  test('is answered, and nothing of it comes back as markup', { timeout: HANG }, async () => {
    const method = fc.constantFrom(
      'GET',
      'POST',
      'HEAD',
      'PUT',
      'OPTIONS',
      'TRACE',
      'DELETE',
      'QUERY',
    );
    await fc.assert(
      fc.asyncProperty(method, target, async (verb, path) => {
        const answer = await raw(
          `${verb} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
        expect(statusOf(answer)).toBeLessThan(500);
        expect(bodyOf(answer)).not.toMatch(/<script>|<img src=x|" (?:autofocus|onfocus)/);
        expect(answer.split('\r\n\r\n')[0]).not.toContain('evil.example');
      }),
      {
        ...runs(120),
        examples: [
          ['GET', '//'],
          ['GET', 'http://['],
          ['POST', '//'],
          ['TRACE', '/'],
        ],
      },
    );
  });

  test('of any bytes is answered or cut off', { timeout: HANG }, async () => {
    const lines = fc.array(fc.oneof(nasty(2_000), fc.constant('Host: localhost')), {
      maxLength: 6,
    });
    const first = fc.constantFrom(
      'GET / HTTP/1.1',
      'POST /as/ada/say HTTP/1.1',
      '',
      'PRI * HTTP/2.0',
    );
    await fc.assert(
      fc.asyncProperty(first, lines, async (start, rest) => {
        const answer = await raw(`${[start, ...rest].join('\r\n')}\r\n\r\n`);
        expect(statusOf(answer)).toBeLessThan(500);
      }),
      runs(60),
    );
  });

  test('does not bring its head of any size', async () => {
    const large = `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: '.padEnd(64_000, 'x')}\r\n\r\n`;
    expect([431, 0]).toContain(statusOf(await raw(large)));
    const many = `GET / HTTP/1.1\r\nHost: localhost\r\n${'A: b\r\n'.repeat(20_000)}\r\n`;
    expect([431, 0]).toContain(statusOf(await raw(many)));
  });

  test('says its length in one way, or is refused', async () => {
    const head = 'POST /as/ada/say HTTP/1.1\r\nHost: localhost\r\n';
    const two = 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(statusOf(await raw(`${head}${two}`))).toBe(400);
    expect(statusOf(await raw(`${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`))).toBe(
      400,
    );
  });

  test('is answered in its turn when many come at once', async () => {
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const paths = Array.from({ length: 50 }, (_, nth) => (nth % 2 === 0 ? '/healthz' : '/nothing'));
    const answer = await raw(paths.map(one).join(''));
    const found = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    expect(found).toEqual(paths.map((path) => (path === '/healthz' ? '200' : '404')));
  });
});

describe('a name that is not this machine’s', () => {
  test('finds nobody', { timeout: HANG }, async () => {
    const host = nasty(500).map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
    const ours = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
    await fc.assert(
      fc.asyncProperty(host, async (name) => {
        const status = statusOf(await get('/as/ada/home', name));
        if (!ours.test(name)) expect([400, 421, 431]).toContain(status);
      }),
      { ...runs(60), examples: REBOUND.map((name) => [name]) },
    );
  });

  test('posts nothing', { timeout: HANG }, async () => {
    const origin = nasty(300).map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
    const body = 'text=%2Fjit+help&back=%2Fas%2Fada%2Fhome&token=x';
    await fc.assert(
      fc.asyncProperty(fc.oneof(origin, fc.constantFrom(...ORIGINS)), async (from) => {
        const head = ['POST /as/ada/say HTTP/1.1', 'Host: localhost', `Origin: ${from}`];
        const type = ['Content-Type: application/x-www-form-urlencoded', 'Connection: close'];
        const lines = [...head, ...type, `Content-Length: ${body.length}`, '', body];
        expect(statusOf(await raw(lines.join('\r\n')))).toBe(403);
      }),
      runs(50),
    );
  });

  const REBOUND = [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '[::]',
  ];
  const ORIGINS = [
    'null',
    'http://evil.example',
    'http://localhost.evil.example',
    'https://localhost',
  ];
});

describe('health', () => {
  test('says nothing but whether, also when it cannot tell', async () => {
    const server = createHttpServer([], () => Promise.reject(new Error('secret')));
    const port = await server.listen(0, '127.0.0.1');
    const answer = await raw('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', port);
    await server.close();
    expect(statusOf(answer)).toBe(503);
    expect(bodyOf(answer)).toContain('{"healthy":false}');
    expect(answer).not.toContain('secret');
  });
});
