import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { NodeClient } from './client.ts';

/** Something on a port that is no HAProxy, or a broken one. */
async function against(
  behave: (socket: Socket) => void,
  test: (client: NodeClient) => Promise<void>,
  signal = new AbortController().signal,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    behave(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await test(new NodeClient(`127.0.0.1:${port}`, { signal }));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe('the client', () => {
  it('sends one line and reads to the end', async () => {
    const said: string[] = [];
    const behave = (socket: Socket) =>
      socket.on('data', (part) => {
        said.push(String(part));
        socket.write('0x1 192.0.2.7 ');
        setImmediate(() => socket.end('2000000000\n\n'));
      });
    await against(behave, async (client) => {
      expect(await client.entries('/jit.map')).toMatchObject([{ until: 2_000_000_000_000 }]);
    });
    expect(said).toEqual(['show map /jit.map\n']);
  });

  it('takes no half of a map for the whole', async () => {
    await against(
      (socket) => socket.end('0x1 192.0.2.7 2000000000\n'),
      (client) => expect(client.entries('/jit.map')).rejects.toMatchObject({ code: 'bad-answer' }),
    );
  });

  it('takes silence for no success', async () => {
    await against(
      (socket) => socket.end(),
      async (client) => {
        const wrong = { code: 'bad-answer' };
        await expect(client.entries('/jit.map')).rejects.toMatchObject(wrong);
        await expect(client.add('/jit.map', '192.0.2.7', 5)).rejects.toMatchObject(wrong);
      },
    );
  });

  it('takes nothing but the empty line for success', async () => {
    await against(
      (socket) => socket.end('All is well.\n\n'),
      (client) =>
        expect(client.add('/jit.map', '192.0.2.7', 5)).rejects.toMatchObject({
          code: 'bad-answer',
        }),
    );
  });

  it('gives up on a node that never answers, when its time is over', async () => {
    await against(
      () => {},
      (client) => expect(client.entries('/jit.map')).rejects.toMatchObject({ code: 'timeout' }),
      AbortSignal.timeout(50),
    );
  });

  it('gives up on an answer without an end', async () => {
    const flood = (socket: Socket) => {
      const part = Buffer.alloc(8 * 1024 * 1024, 'x');
      for (let sent = 0; sent < 10; sent++) socket.write(part);
    };
    await against(flood, (client) =>
      expect(client.entries('/jit.map')).rejects.toThrow(/too long/),
    );
  });

  it('tells a node that is not there', async () => {
    const client = new NodeClient('unix:/nowhere/admin.sock', {
      signal: AbortSignal.timeout(1_000),
    });
    await expect(client.entries('/jit.map')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('sends no reference that HAProxy did not give, and no value that is no whole second', async () => {
    await against(
      (socket) => socket.end('\n'),
      async (client) => {
        await expect(client.delete('/jit.map', '0x1;quit')).rejects.toThrow('no reference');
        await expect(client.set('/jit.map', 'nothing', 5)).rejects.toThrow('no reference');
        for (const value of [1.5, -1, Number.NaN, 1e21]) {
          await expect(client.add('/jit.map', '192.0.2.7', value)).rejects.toThrow('whole second');
        }
      },
    );
  });
});
