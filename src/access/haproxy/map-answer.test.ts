import { describe, expect, it } from 'vitest';
import { parseEntries } from './map-answer.ts';
import { parseSessions } from './sessions.ts';

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
});
