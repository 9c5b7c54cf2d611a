/** Whatever a gate answers: what could not be read is never "absent", and nothing is waited for in vain. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { haproxyProvider } from '../../src/access/haproxy/index.ts';
import { type Io, ProviderError, type Reading } from '../../src/access/provider.ts';
import { HANG, nasty, runs } from './nasty.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');
const UNTIL = NOW / 1_000 + 3_600;
const KEY = '192.0.2.7';

let server: Server;
const sockets = new Set<Socket>();
let behave: (asked: string, socket: Socket) => void;
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.once('data', (asked) => behave(String(asked), socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  behave = (_asked, socket) => socket.end('\n');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const provider = haproxyProvider();
const io = (time = 5_000): Io => ({ now: NOW, signal: AbortSignal.timeout(time) }) as Io;

function handle(cut: readonly string[] = []) {
  const node = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { v: 1, nodes: [node], map: '/etc/haproxy/jit.map', key: KEY, mode: 'ip', cut };
}

const read = (cut: readonly string[] = [], time?: number): Promise<Reading> =>
  provider.read({ ...handle(cut) }, io(time));

/** Says one thing to `show map` and another to `show sess`. */
function says(map: Buffer | string, sessions: Buffer | string = '\n\n'): void {
  behave = (asked, socket) => socket.end(asked.startsWith('show map') ? map : sessions);
}

/** A map that was told whole, read by hand: each line an entry, and an empty one at the end. */
function isWhole(answer: string): boolean {
  if (answer === '\n') return true;
  const lines = answer.split('\n');
  const [last, end] = [lines.pop(), lines.pop()];
  return last === '' && end === '' && lines.every((line) => /^0x[0-9a-f]+ \S+( .*)?$/.test(line));
}

const ENTRIES = [`0x1a ${KEY} ${UNTIL}`, `0x2b 192.0.2.8 ${UNTIL}`, '0x3c 2001:db8::/32 1'];
const MAP = `${ENTRIES.join('\n')}\n\n`;
const SESSIONS =
  '0x55d2: proto=tcpv4 src=192.0.2.9:53771 fe=tcpfe be=tcpbe srv=s1 ts=00\n' +
  '0x55d3: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00\n' +
  '0x55d4: proto=? ts=00 age=1s\n\n';

describe('a map', () => {
  test('that is made of anything is not read as empty', { timeout: HANG }, async () => {
    const line = fc.oneof(fc.constantFrom(...ENTRIES), nasty(500));
    const lines = fc.array(line, { maxLength: 4 }).map((all) => all.join('\n'));
    const answer = fc
      .tuple(lines, fc.constantFrom('', '\n', '\n\n'))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(answer, async (said) => {
        says(said);
        const reading = await read();
        const bytes = Buffer.from(said).toString();
        if (reading.kind === 'absent') expect(isWhole(bytes)).toBe(true);
        if (!isWhole(bytes)) expect(reading.kind).toBe('unreadable');
        if (reading.kind === 'unreadable') expect(reading.why.length).toBeLessThan(1_000);
      }),
      { ...runs(200), examples: [[''], ['\n\n'], ['Unknown command.\n\n'], [`\n\n${MAP}`]] },
    );
  });

  test('that is cut anywhere holds nothing back', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(MAP.length - 1), fc.nat(40), async (at, step) => {
        behave = (_asked, socket) => dribble(socket, Buffer.from(MAP.slice(0, at)), step + 1);
        expect((await read()).kind).toBe('unreadable');
      }),
      runs(60),
    );
  });

  test('that comes in pieces is the same map', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (step) => {
        behave = (_asked, socket) => dribble(socket, Buffer.from(MAP), step);
        expect(await read()).toMatchObject({ kind: 'present', until: UNTIL * 1_000 });
      }),
      runs(20),
    );
  });

  test('with bytes changed is that map, another, or none', { timeout: HANG }, async () => {
    const change = fc.array(fc.tuple(fc.nat(MAP.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const bytes = Buffer.from(MAP);
        for (const [at, value] of changes) bytes[at] = value;
        says(bytes);
        const { kind } = await read();
        if (kind === 'absent') expect(isWhole(bytes.toString())).toBe(true);
      }),
      runs(100),
    );
  });
});

describe('the open connections', () => {
  const ABSENT = '0x2b 192.0.2.8 1\n\n';

  test('are looked through before access is gone', async () => {
    says(ABSENT, SESSIONS);
    expect((await read(['tcpfe'])).kind).toBe('absent');
    says(ABSENT, SESSIONS.replace('192.0.2.9', KEY));
    expect((await read(['tcpfe'])).kind).not.toBe('absent');
  });

  test('that cannot be read are not none', { timeout: HANG }, async () => {
    const line = fc.oneof(
      nasty(500),
      nasty(30).map((rest) => `0x1: proto=tcpv4 src=${rest}`),
    );
    await fc.assert(
      fc.asyncProperty(line, async (said) => {
        says(ABSENT, `${said}\n\n`);
        const shown = Buffer.from(said).toString().trimEnd();
        const isList = shown.split('\n').every((one) => SESSION.test(one));
        const { kind } = await read(['tcpfe']);
        if (!isList) expect(kind).toBe('unreadable');
      }),
      { ...runs(150), examples: NO_LISTS.map((said) => [said]) },
    );
  });

  const SESSION = /^0x[0-9a-f]+: proto=\S+ (?!src=)|^0x[0-9a-f]+: proto=\S+ src=\S+ fe=\S+ /;
  const NO_LISTS = ["Unknown command: 'show sess', but maybe:\n  help", '', 'Permission denied'];
});

describe('the uses', () => {
  const HOUR = 3_600_000;
  const INFO = 'Name: HAProxy\nUptime_sec: 90000\n\n';
  const HEAD = '# table: seen, type: ip, size:10240, used:2\n';
  const OWN = `0x55d2: key=${KEY} use=0 exp=${HOUR - 60_000} http_req_cnt=3`;
  const OTHER = `0x55d3: key=192.0.2.8 use=1 exp=${HOUR} http_req_cnt=9`;
  const counted = () => ({ ...handle(), uses: { table: 'seen', expire: HOUR } });

  function tells(table: string, info = INFO): void {
    behave = (asked, socket) => socket.end(asked.startsWith('show info') ? info : table);
  }

  /** What was told, or that it could not be. */
  const told = async () => {
    try {
      return await provider.used?.(counted(), { since: NOW - HOUR, until: null }, io());
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { kind: 'unknown' } as const;
    }
  };

  test('are those of this key alone', async () => {
    tells(`${HEAD}${OWN}\n${OTHER}\n\n`);
    expect(await told()).toEqual({ kind: 'used', count: 3, lastAt: NOW - 60_000 });
    tells(`${HEAD}${OTHER}\n\n`);
    expect(await told()).toEqual({ kind: 'unused' });
  });

  test('that cannot be read are not none', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(nasty(500), nasty(100), async (table, info) => {
        tells(`${table}\n\n`, INFO);
        if (!table.startsWith('# table: ')) expect(await told()).toEqual({ kind: 'unknown' });
        tells(`${HEAD}${OWN}\n\n`, info);
        if (!/^Uptime_sec: \d+$/m.test(info)) expect(await told()).toEqual({ kind: 'unknown' });
        tells(`${HEAD}${OWN}\n${OTHER}`);
        expect(await told()).toEqual({ kind: 'unknown' });
      }),
      runs(60),
    );
  });

  test('in a table that is made of anything are times that can be', { timeout: HANG }, async () => {
    const number = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 30n }));
    const key = fc.oneof(fc.constant(KEY), fc.constant(`::ffff:${KEY}`), nasty(60));
    const entry = fc
      .tuple(key, number, number, number)
      .map(([of, use, exp, count]) => `0x1: key=${of} use=${use} exp=${exp} http_req_cnt=${count}`);
    const lines = fc.array(fc.oneof(entry, nasty(200)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lines, number, async (all, uptime) => {
        tells(`${HEAD}${all.join('\n')}\n\n`, `Uptime_sec: ${uptime}\n\n`);
        const use = await told();
        if (use?.kind !== 'used') return;
        expect(use.lastAt).toBeGreaterThanOrEqual(NOW - HOUR);
        expect(use.lastAt).toBeLessThanOrEqual(NOW);
        expect(Number.isNaN(use.count)).toBe(false);
      }),
      runs(150),
    );
  });
});

describe('a gate that', () => {
  test('says nothing is given up when the time is over', async () => {
    behave = () => {};
    expect((await read([], 60)).kind).toBe('unreadable');
  });

  test('says one byte at a time, for ever, is given up when the time is over', async () => {
    behave = (_asked, socket) => {
      const again = () => socket.destroyed || socket.write('0', () => setImmediate(again));
      again();
    };
    expect((await read([], 80)).kind).toBe('unreadable');
  });

  test('answers before it is asked, or hangs up at once, is no gate', async () => {
    for (const early of ['', MAP.slice(0, 20), 'HTTP/1.1 400 Bad request\r\n\r\n']) {
      behave = (_asked, socket) => {
        socket.write(early);
        socket.resetAndDestroy();
      };
      expect((await read()).kind).toBe('unreadable');
    }
  });

  test('answers a wish with anything at all has not done it', { timeout: HANG }, async () => {
    const wish = {
      wanted: { kind: 'until', until: UNTIL * 1_000 },
      aims: [UNTIL * 1_000],
      held: false,
      receipt: null,
      note: async () => {},
    } as const;
    await fc.assert(
      fc.asyncProperty(nasty(1_000), async (said) => {
        behave = (asked, socket) => socket.end(asked.startsWith('show map') ? '\n' : said);
        const answer = await provider.converge({ ...handle() }, wish, io());
        if (Buffer.from(said).toString() !== '\n') expect(answer.kind).not.toBe('done');
      }),
      runs(60),
    );
  });
});

function dribble(socket: Socket, bytes: Buffer, step: number): void {
  const next = (from: number) => {
    if (from >= bytes.length) socket.end();
    else socket.write(bytes.subarray(from, from + step), () => next(from + step));
  };
  next(0);
}
