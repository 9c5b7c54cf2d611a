/** Who holds a connection and says little is cut off, while everybody else is served. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpServer } from '../../src/http.ts';

/** @returns how long the server bore it, in seconds */
function trickle(port: number, head: string): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head));
    const more = setInterval(() => socket.write('X: y\r\n'), 200);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(more);
      resolve((performance.now() - begun) / 1_000);
    });
  });
}

test('a head or a body that never ends is cut off within seconds', {
  timeout: 40_000,
}, async () => {
  const server = createHttpServer(
    [(request, _response, next) => (request.method === 'POST' ? void request.resume() : next())],
    () => Promise.resolve(true),
  );
  const port = await server.listen(0, '127.0.0.1');
  const head = trickle(port, 'GET / HTTP/1.1\r\nHost: x\r\n');
  const body = trickle(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect(await head).toBeLessThan(8);
  expect(await body).toBeLessThan(14);
  await server.close();
});
