import { describe, expect, it } from 'vitest';
import { askedNetwork } from './key.ts';
import { parseEntries } from './map-answer.ts';
import { openSessions, parseSessions } from './sessions.ts';

describe('the answer to `show map`', () => {
  it('is empty when it is one empty line', () => {
    expect(parseEntries('\n')).toEqual({ kind: 'entries', entries: [] });
  });

  it('has reference, key and end in each line', () => {
    const answer =
      '0x55d217e010e0 127.0.0.2/32 2000000000\n0x7f 10.0.0.9/8 -1\n0x8 a b c\n0x9 k\n\n';
    expect(parseEntries(answer)).toEqual({
      kind: 'entries',
      entries: [
        { reference: '0x55d217e010e0', key: '127.0.0.2/32', until: 2_000_000_000_000 },
        { reference: '0x7f', key: '10.0.0.9/8', until: -1_000 },
        { reference: '0x8', key: 'a', until: null },
        { reference: '0x9', key: 'k', until: null },
      ],
    });
  });

  it('is no list when HAProxy says something else', () => {
    const said = 'Unknown map identifier. Please use #<id> or <file>.\n\n';
    expect(parseEntries(said)).toEqual({ kind: 'refused', said });
    expect(parseEntries('')).toEqual({ kind: 'refused', said: 'no answer' });
  });

  it.each([
    '0x55d2',
    '0x55d2 127.0.0.2',
    '0x55d2 127.0.0.2 20',
    '0x55d2 127.0.0.2 2000000000\n',
    '0x55d2 127.0.0.2 2000000000\n0x55',
  ])('is refused when it is cut short: %j', (answer) => {
    expect(() => parseEntries(answer)).toThrow('cut short');
  });

  it('is refused when a line is no entry', () => {
    expect(() => parseEntries('0x55d2 127.0.0.2 5\nhello\n\n')).toThrow('not a map entry');
  });
});

describe('the answer to `show sess`', () => {
  it('has pointer, source and frontend in each line', () => {
    const answer =
      '0x55bf: proto=tcpv4 src=127.0.0.5:53771 fe=db be=tcpbe srv=s1 ts=00 age=0s\n' +
      '0x55c0: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00\n\n';
    expect(parseSessions(answer, 'node')).toEqual([
      { pointer: '0x55bf', source: '127.0.0.5:53771', frontend: 'db' },
      { pointer: '0x55c0', source: 'unix:1', frontend: 'GLOBAL' },
    ]);
  });

  it('is refused when it is cut short or not allowed', () => {
    expect(() => parseSessions('0x55bf: proto=tcpv4 src=1', 'node')).toThrow('cut short');
    expect(() => parseSessions('Permission denied\n\n', 'node')).toThrow('level admin');
  });

  async function cutFor(asked: string, ...sources: string[]): Promise<readonly string[]> {
    const lines = sources.map((from) => `0x1: proto=tcpv6 src=${from}:5555 fe=db be=x srv=y\n`);
    const node = { name: 'node', ask: async () => `${lines.join('')}\n` };
    const wanted = askedNetwork(asked, { v4: 16, v6: 48 });
    if (wanted.kind === 'refused') throw new Error(wanted.why);
    const sessions = await openSessions(node, ['db'], wanted.key);
    return sessions.map(({ pointer }) => pointer);
  }

  it.each(['192.0.2.7', '::ffff:192.0.2.7', '::192.0.2.7', '2002:c000:207::1'])(
    'shows a connection from %s as one that an entry for its IPv4 address let in',
    async (source) => {
      expect(await cutFor('192.0.2.7', source)).toEqual(['0x1']);
      expect(await cutFor('192.0.2.0/24', source)).toEqual(['0x1']);
      expect(await cutFor('192.0.3.0/24', source)).toEqual([]);
    },
  );

  it('shows a connection by NAT64, or without an address, as nobody’s', async () => {
    expect(await cutFor('192.0.2.7', '64:ff9b::c000:207', 'unix')).toEqual([]);
  });
});
