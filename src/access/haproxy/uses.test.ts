import { describe, expect, it } from 'vitest';
import { joinUses, parseTable } from './uses.ts';

const HEAD = '# table: seen, type: ip, size:10240, used:1\n';
const line = (key: string, more = 'use=0 exp=1799731 http_req_cnt=3') =>
  `0x55fbfe457388: key=${key} ${more}\n`;

describe('a stick table', () => {
  it('is read entry by entry, with what it counts', () => {
    const answer = `${HEAD}${line('192.0.2.7')}${line('2001:db8::7', 'use=1 exp=9 shard=0 conn_cnt=5')}${line('a', 'use=0 exp=1 gpc0=7')}\n`;
    expect(parseTable(answer, 'n')).toEqual({
      type: 'ip',
      entries: [
        { key: '192.0.2.7', count: 3, expiresIn: 1_799_731, isHeld: false },
        { key: '2001:db8::7', count: 5, expiresIn: 9, isHeld: true },
        { key: 'a', count: null, expiresIn: 1, isHeld: false },
      ],
    });
  });

  it('holds nothing by a key that is made to look like several fields', () => {
    const lines = [
      line('ada@example.com use=9 exp=1 http_req_cnt=99'),
      line('ada@example.com exp=1'),
      line('ada@example.com\t'),
      line(''),
      'key=ada@example.com use=0 exp=1\n',
    ];
    expect(parseTable(`${HEAD}${lines.join('')}\n`, 'n').entries).toEqual([]);
  });

  it.each([
    ['No such table\n\n', 'misconfigured'],
    ['Permission denied\n\n', 'permission-denied'],
    ['', 'bad-answer'],
    [`${HEAD}${line('192.0.2.7')}`, 'bad-answer'],
  ])('that answers %j is an error', (answer, code) => {
    expect(() => parseTable(answer, 'n')).toThrow(expect.objectContaining({ code }));
  });
});

describe('uses at several nodes', () => {
  const used = { kind: 'used', count: 2, lastAt: 50 } as const;

  it('are one use by whichever was used last', () => {
    const other = { ...used, count: 3, lastAt: 70 };
    expect(joinUses([used, { kind: 'unused' }, other])).toEqual({ ...used, count: 5, lastAt: 70 });
  });

  it('are not counted where one does not count', () => {
    expect(joinUses([used, { ...used, count: null }])).toMatchObject({ count: null, lastAt: 50 });
  });

  it('are known from where all of them know', () => {
    expect(joinUses([{ kind: 'unused', from: 10 }, { kind: 'unused' }])).toEqual({
      kind: 'unused',
      from: 10,
    });
    expect(joinUses([{ kind: 'unused' }, { ...used, from: 20 }])).toEqual({ ...used, from: 20 });
  });
});
