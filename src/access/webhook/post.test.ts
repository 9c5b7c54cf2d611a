/** What is answered by whatever listens there, be it a server of HTTP or not. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { post } from './post.ts';

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\n\r\n`;

const UPGRADE = ['Connection: Upgrade', 'Upgrade: h2c'];
const SWITCHED = lines('HTTP/1.1 101 Switching Protocols', ...UPGRADE);
const HINT = lines('HTTP/1.1 103 Early Hints');
const HALF = `${lines('HTTP/1.1 200 OK', 'Content-Length: 10')}half`;

describe('a post', () => {
  let server: Server;
  afterEach(() => server.close());

  async function answered(answer: (socket: Socket, calls: AbortController) => void) {
    const calls = new AbortController();
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket, calls));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}/`);
    return post({ url, address: '127.0.0.1', headers: {}, body: '{}' }, calls.signal);
  }

  it.each([
    ['another protocol', SWITCHED, 'bad-answer'],
    ['no HTTP', lines('good day'), 'unavailable'],
    ['a header without an end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(300_000)}`, 'unavailable'],
    [
      'a part that is none',
      `${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}ZZ\r\n`,
      'unavailable',
    ],
  ])('that is answered by %s fails without waiting for more', async (_, text, code) => {
    await expect(answered((socket) => socket.write(text))).rejects.toMatchObject({ code });
  });

  it.each([
    ['nothing', ''],
    ['a hint', HINT],
    ['half of an answer', HALF],
  ])('that is hung up on after %s fails', async (_, text) => {
    const hungUp = answered((socket) => socket.end(text));
    await expect(hungUp).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['nothing', ''],
    ['hints', HINT.repeat(1_000)],
    ['half of an answer', HALF],
  ])('that is given up after %s was answered is over', async (_, text) => {
    const givenUp = answered((socket, calls) => socket.write(text, () => calls.abort()));
    await expect(givenUp).rejects.toMatchObject({ code: 'timeout' });
  });

  it('that is offered another protocol besides an answer takes the answer', async () => {
    const text = `${lines('HTTP/1.1 200 OK', ...UPGRADE, 'Content-Length: 2')}ok`;
    const reply = await answered((socket) => socket.write(text));
    expect(reply).toMatchObject({ status: 200, body: 'ok' });
  });
});
