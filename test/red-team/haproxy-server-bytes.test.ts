/** Names that would say more to a load balancer than they should. What counts are the bytes on its socket. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { haproxyServerProvider } from '../../src/access/haproxy-server/index.ts';
import type { Io, PlanAsk, Wish } from '../../src/access/provider.ts';
import { principalIdFrom } from '../../src/core/ids.ts';
import { seal } from '../support/seal.ts';

const NOW = Date.UTC(2026, 10, 21, 3);
const END = NOW + 3_600_000;
const HELD: Wish = {
  wanted: { kind: 'until', until: END },
  aims: [END],
  held: true,
  receipt: null,
  note: async () => {},
};
const BACK: Wish = { ...HELD, wanted: { kind: 'nothing' } };
/** All that may ever be written, to the byte. */
const LINE = /^(show servers state be_app|set server be_app\/web1 state (drain|ready))\n$/;
const HEAD = '# be_name srv_name srv_op_state srv_admin_state srv_uweight srv_iweight';

let server: Server;
let said: string[];
/** `srv_admin_state` of web1. */
let admin: string;
beforeEach(async () => {
  said = [];
  admin = '0';
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (part) => {
      said.push(part.toString('latin1'));
      const rows = `be_app web1 2 ${admin} 1 1\nbe_app web2 2 0 1 1\n`;
      socket.end(said.at(-1)?.startsWith('show servers') ? `1\n${HEAD}\n${rows}\n` : '\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.close();
});

const provider = haproxyServerProvider();
const io = (): Io => ({ signal: AbortSignal.timeout(2_000), now: NOW });
const node = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function ask(name: string, target: object = {}): PlanAsk {
  const rule = { backend: 'be_app', key: 'server', set: 'drain', lastServer: false };
  return {
    spec: {
      provider: 'farm',
      type: 'haproxy-server',
      connection: { nodes: [node()] },
      target: { ...rule, ...target },
    },
    inputs: { server: name },
    requester: {
      id: principalIdFrom(new Uint8Array(10)),
      name: 'Ada',
      email: 'ada@example.com',
      accounts: [],
    },
    seal,
  };
}

const handle = (more: object = {}) => ({
  ...{ v: 1, nodes: [node()], backend: 'be_app', server: 'web1' },
  ...{ set: 'drain', otherwise: 'ready', lastServer: false },
  ...more,
});

function nothingWasWritten(): void {
  expect(said.filter((line) => !line.startsWith('show servers'))).toEqual([]);
  for (const line of said) expect(line).toMatch(LINE);
}

async function theRightfulOneIs(): Promise<void> {
  const planned = await provider.plan(ask('web1'), io());
  if (planned.kind !== 'planned') throw new Error(planned.why);
  await provider.converge(planned.handle, HELD, io());
  expect(said.at(-1)).toBe('set server be_app/web1 state drain\n');
}

const PARTING = [
  ['a semicolon', (text: string) => `${text};show stat`],
  ['a line break', (text: string) => `${text}\nshow stat`],
  ['a carriage return', (text: string) => `${text}\rshow stat`],
  ['another state', (text: string) => `${text} state maint`],
  ['a tab', (text: string) => `${text}\tstate`],
  ['a NUL', (text: string) => `${text}\0`],
  ['a backslash', (text: string) => `${text}\\`],
  ['a payload', (text: string) => `${text}<<`],
  ['a quote', (text: string) => `"${text}"`],
  ['a number for a name', (text: string) => `#1${text}`],
  ['a process', (text: string) => `@1 ${text}`],
  ['another backend', (text: string) => `be_db/${text}`],
  ['a way up', (text: string) => `../${text}`],
  ['a line separator', (text: string) => `${text}\u2028show stat`],
  ['a wide letter', (text: string) => `${text}\uff11`],
  // Cut to its lowest byte it would be a line break.
  ['a letter that ends in a line break', (text: string) => `${text}\u010ashow stat`],
] as const;

test.each(PARTING)(
  'a server with %s in its name is refused and never said',
  async (_what, alter) => {
    expect(await provider.plan(ask(alter('web1')), io())).toMatchObject({ kind: 'refused' });
    nothingWasWritten();
    await theRightfulOneIs();
  },
);

test.each(PARTING)('a stored handle whose name holds %s is never said', async (_what, alter) => {
  for (const more of [{ server: alter('web1') }, { backend: alter('be_app') }])
    for (const wish of [HELD, BACK])
      await expect(provider.converge(handle(more), wish, io())).rejects.toMatchObject({
        code: 'misconfigured',
      });
  expect(said).toEqual([]);
  await theRightfulOneIs();
});

test.each([
  ['a state with a command', { set: 'drain;show stat' }],
  ['a weight with a command', { otherwise: { weight: '1%;show stat' } }],
  ['a weight that is too much', { set: { weight: 1e9 } }],
  ['another machine', { nodes: ['10.0.0.1:9999'] }],
  ['a name that is looked up', { nodes: ['localhost:9999'] }],
  ['no version', { v: 2 }],
])('a stored handle that was altered to hold %s reaches nothing', async (_what, more) => {
  await expect(provider.converge(handle(more), BACK, io())).rejects.toMatchObject({
    code: 'misconfigured',
  });
  expect(said).toEqual([]);
  await theRightfulOneIs();
});

test('a server that policy does not give is neither read for anybody nor set', async () => {
  expect(await provider.plan(ask('web1', { backend: 'be_db' }), io()).catch(String)).toMatch(
    /another backend/,
  );
  const fixed = { server: 'be_app/web1', backend: undefined, key: undefined };
  const planned = await provider.plan(ask('web2', fixed), io());
  expect(planned).toMatchObject({ handle: { server: 'web1' } });
});

test('a server that answers as no HAProxy does is not written to', async () => {
  for (const odd of ['drain', '', '8 8', '-8', '0x8', '1e1', '99999999999999999999']) {
    admin = odd;
    const answer = await provider.converge(handle(), BACK, io());
    expect(answer, odd).toMatchObject({ kind: 'unknown' });
  }
  nothingWasWritten();
});
