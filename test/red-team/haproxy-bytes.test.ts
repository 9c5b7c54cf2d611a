/** Values that would say more to a load balancer than they should. What counts are the bytes on its socket. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { haproxyProvider } from '../../src/access/haproxy/index.ts';
import type { Io, PlanAsk, Wish } from '../../src/access/provider.ts';
import { principalIdFrom } from '../../src/core/ids.ts';
import { readInput } from '../../src/core/inputs.ts';
import { accountKey } from '../../src/core/principal.ts';
import { seal } from '../support/seal.ts';

const MAP = '/etc/haproxy/jit.map';
const NOW = Date.UTC(2026, 10, 21, 3);
const END = NOW + 3_600_000;
const UNTIL: Wish = {
  wanted: { kind: 'until', until: END },
  aims: [END],
  held: false,
  receipt: null,
  note: async () => {},
};
/** All that may ever be written, to the byte. */
const LINE = /^(show map|add map|set map|del map) [\w./-]+( [\w.:/@+-]+| #0x[0-9a-f]+)?( \d+)?\n$/;

let server: Server;
let said: string[];
let entries: string;
beforeEach(async () => {
  said = [];
  entries = '';
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (part) => {
      said.push(part.toString('latin1'));
      socket.end(said.at(-1)?.startsWith('show map') ? `${entries}\n` : '\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.close();
});

const io = (): Io => ({ signal: AbortSignal.timeout(2_000), now: NOW });
const node = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function ask(key: 'ip' | 'email', value: string): PlanAsk {
  const connection = { nodes: [node()], config: null };
  const target = { map: MAP, key, networks: { v4: 16, v6: 48 }, style: 'http', cut: [] };
  const account = { platform: 'slack', tenant: 'T01', userId: 'U01' };
  return {
    spec: { provider: 'edge', type: 'haproxy', connection, target },
    inputs: key === 'ip' ? { ip: value } : {},
    requester: {
      id: principalIdFrom(new Uint8Array(10)),
      name: accountKey(account),
      email: key === 'email' ? value : 'ada@example.com',
      accounts: [account],
    },
    seal,
  };
}

const handle = (key: string, more: object = {}) => ({
  ...{ v: 1, nodes: [node()], map: MAP, key, mode: 'email', cut: [] },
  ...more,
});

function nothingWasWritten(): void {
  expect(said.filter((line) => !line.startsWith('show map'))).toEqual([]);
  for (const line of said) expect(line).toMatch(LINE);
}

async function theRightfulOneIs(key: 'ip' | 'email', value: string): Promise<void> {
  const provider = haproxyProvider();
  const planned = await provider.plan(ask(key, value), io());
  if (planned.kind !== 'planned') throw new Error(planned.why);
  await provider.converge(planned.handle, UNTIL, io());
  expect(said.at(-1)).toBe(`add map ${MAP} ${value} ${END / 1_000}\n`);
}

const PARTING = [
  ['a semicolon', (text: string) => `${text};show stat`],
  ['a line break', (text: string) => `${text}\nshow stat`],
  ['a carriage return', (text: string) => `${text}\rshow stat`],
  ['a space', (text: string) => `${text} 9999999999`],
  ['a tab', (text: string) => `${text}\t9999999999`],
  ['a NUL', (text: string) => `${text}\0`],
  ['a backslash', (text: string) => `${text}\\`],
  ['a payload', (text: string) => `${text}<<`],
  ['a quote', (text: string) => `"${text}"`],
  ['a reference', (text: string) => `#0x1${text}`],
  ['a process', (text: string) => `@1 ${text}`],
  ['a line separator', (text: string) => `${text}\u2028show stat`],
  ['a wide semicolon', (text: string) => `${text}\uff1bshow stat`],
  // Cut to its lowest byte it would be a line break.
  ['a letter that ends in a line break', (text: string) => `${text}\u010ashow stat`],
] as const;

test.each(PARTING)('an address with %s in it is refused and never said', async (_what, alter) => {
  expect(await haproxyProvider().plan(ask('ip', alter('192.0.2.7')), io())).toMatchObject({
    kind: 'refused',
  });
  nothingWasWritten();
  await theRightfulOneIs('ip', '192.0.2.7');
});

test.each(PARTING)('an e-mail with %s in it is refused and never said', async (_what, alter) => {
  expect(await haproxyProvider().plan(ask('email', alter('ada@example.com')), io())).toMatchObject({
    kind: 'refused',
  });
  nothingWasWritten();
  await theRightfulOneIs('email', 'ada@example.com');
});

test.each(PARTING)(
  'a stored handle whose key was altered to hold %s is never said',
  async (_what, alter) => {
    const altered = handle(alter('ada@example.com'));
    const answer = await haproxyProvider().converge(altered, UNTIL, io());
    expect(answer).toMatchObject({ kind: 'failed' });
    nothingWasWritten();
    await theRightfulOneIs('email', 'ada@example.com');
  },
);

test.each([
  ['another command', { map: `${MAP};show stat` }],
  ['another line', { map: `${MAP}\nshow stat` }],
  ['another machine', { nodes: ['10.0.0.1:9999'] }],
  ['a name that is looked up', { nodes: ['localhost:9999'] }],
  ['no version', { v: 2 }],
  ['an address that is none', { mode: 'ip', key: '0300.0250.1.1' }],
])('a stored handle that was altered to hold %s reaches nothing', async (_what, more) => {
  const tried = haproxyProvider().converge(handle('ada@example.com', more), UNTIL, io());
  const answer = await tried.catch((error: unknown) => ({ kind: 'failed', why: String(error) }));
  expect(answer).toMatchObject({ kind: 'failed' });
  nothingWasWritten();
  await theRightfulOneIs('email', 'ada@example.com');
});

test.each([
  ['everything', '0.0.0.0/0'],
  ['everything in IPv6', '::/0'],
  ['half of everything', '128.0.0.0/1'],
  ['more than policy lets in', '10.0.0.0/8'],
  ['more than policy lets in, in IPv6', '2001:db8::/32'],
  ['everything, mapped into IPv6', '::ffff:0.0.0.0/96'],
  ['a network inside a mapped one', '::ffff:10.0.0.0/104'],
  ['a network by its mask', '10.0.0.0/255.0.0.0'],
  ['a network by a prefix with a zero before it', '10.0.0.0/08'],
  ['a network by a negative prefix', '10.0.0.0/-1'],
  ['a network with a prefix too many', '10.0.0.0/33'],
  ['two networks', '10.1.0.0/16/0'],
  ['a host inside a network', '10.1.2.3/16'],
  ['octal', '0300.0.02.07'],
  ['a leading zero', '192.0.2.010'],
  ['hexadecimal', '0xc0.0.2.7'],
  ['one number', '3221225991'],
  ['half an address', '192.0.2'],
  ['digits of another script', '١٩٢.0.2.7'],
  ['wide digits', '１９２.0.2.7'],
  ['wide dots', '192。0。2。7'],
  ['a zone', 'fe80::1%eth0'],
  ['6to4', '2002:c000:207::1'],
  ['an IPv4 address in the old way', '::192.0.2.7'],
  ['nobody', '0.0.0.0'],
  ['nobody in IPv6', '::'],
  ['a name', 'localhost'],
  ['a very long one', '1'.repeat(10_000)],
])('an address that means %s is refused', async (_what, text) => {
  expect(await haproxyProvider().plan(ask('ip', text), io())).toMatchObject({ kind: 'refused' });
  const spec = { kind: 'ip', label: '', required: true, widest: { v4: 16, v6: 48 } } as const;
  const read = readInput(spec, text);
  if (read.kind === 'fit')
    expect(await haproxyProvider().plan(ask('ip', read.value), io())).toMatchObject({
      kind: 'refused',
    });
  nothingWasWritten();
  await theRightfulOneIs('ip', '192.0.2.7');
});

test('an address in another spelling is said in one spelling alone', async () => {
  const provider = haproxyProvider();
  for (const text of ['::ffff:192.0.2.7', '::FFFF:C000:207', '192.0.2.7/32', ' 192.0.2.7 ']) {
    const planned = await provider.plan(ask('ip', text), io());
    expect(planned).toMatchObject({ handle: { key: '192.0.2.7' } });
  }
  await theRightfulOneIs('ip', '192.0.2.7');
});

test('an entry that somebody put there, whose key would say more, is never said back', async () => {
  entries = '0x1 192.0.2.7;quit 5\n0x2;quit 192.0.2.7 5\n';
  const handleOf = handle('192.0.2.7', { mode: 'ip' });
  await haproxyProvider()
    .converge(
      handleOf,
      {
        wanted: { kind: 'nothing' },
        aims: [5_000],
        held: true,
        receipt: null,
        note: async () => {},
      },
      io(),
    )
    .catch(() => {});
  nothingWasWritten();
  entries = '';
  await theRightfulOneIs('ip', '192.0.2.7');
});

test('a wider entry that somebody put there is not opened beside, nor removed', async () => {
  entries = `0x1 192.0.0.0/16 ${END / 1_000 + 86_400}\n`;
  expect(await haproxyProvider().plan(ask('ip', '192.0.2.7'), io())).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('overlaps'),
  });
  const answer = await haproxyProvider().converge(handle('192.0.2.7', { mode: 'ip' }), UNTIL, io());
  expect(answer).toMatchObject({ kind: 'conflict' });
  nothingWasWritten();
  entries = '';
  await theRightfulOneIs('ip', '192.0.2.7');
});
