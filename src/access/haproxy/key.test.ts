import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { word } from '../haproxy-runtime.ts';
import { askedEmail, askedNetwork, readKey, sameKey, shadows } from './key.ts';

const WIDEST = { v4: 16, v6: 48 };

function written(text: string): string | undefined {
  const asked = askedNetwork(text, WIDEST);
  return asked.kind === 'key' ? asked.key.text : undefined;
}

function key(text: string) {
  const read = readKey('ip', text);
  if (read === undefined) throw new Error(text);
  return read;
}

describe('an asked address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7/32 ', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['10.1.0.0/16', '10.1.0.0/16'],
    ['2001:DB8::7', '2001:db8::7'],
    ['2001:db8:1::/48', '2001:db8:1::/48'],
    ['127.0.0.2', '127.0.0.2'],
    ['::1', '::1'],
  ])('%j becomes %s', (text, canonical) => {
    expect(written(text)).toBe(canonical);
  });

  it.each([
    '0.0.0.0/0',
    '::/0',
    '0.0.0.0',
    '::',
    '10.0.0.0/8',
    '2001:db8::/32',
    '10.0.0.9/16',
    '::ffff:0:0/96',
    '::fffe:0:0/95',
    '2002:c000:207::1',
    '2002::/16',
    '::192.0.2.7',
    '1.2.3.4;show stat',
    '1.2.3.4\nshow stat',
    '1.2.3.4 5',
    '<<',
    '#0x55d217e010e0',
    '@1',
    'localhost',
  ])('%j is refused', (text) => {
    expect(askedNetwork(text, WIDEST)).toMatchObject({ kind: 'refused' });
  });

  it('with host bits is answered with the network that it may have meant', () => {
    expect(askedNetwork('10.1.2.3/24', WIDEST)).toMatchObject({
      why: expect.stringContaining('10.1.2.0/24'),
    });
  });
});

describe('an asked e-mail', () => {
  it('is lower case', () => {
    expect(askedEmail('Maya.Lind+lb@Example.com')).toMatchObject({
      key: { text: 'maya.lind+lb@example.com' },
    });
  });

  it.each([
    '',
    'maya',
    '@example.com',
    '#0x1@example.com',
    '-maya@example.com',
    'ma ya@example.com',
    'maya@example.com;show stat',
    'maya@example.com\nshow stat',
    'maya\\@example.com',
    'maya@example.com<<',
    '\u{212a}ai@example.com',
    'möya@example.com',
    `maya@${'x'.repeat(200)}.com`,
  ])('%j is refused', (text) => {
    expect(askedEmail(text)).toMatchObject({ kind: 'refused' });
  });
});

describe('a key that was let through', () => {
  it('is one plain word at the runtime API, and reads back as itself', () => {
    const text = fc.oneof(
      fc.string(),
      fc.emailAddress(),
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:/;# \n\\@<') }),
    );
    fc.assert(
      fc.property(text, (asked) => {
        for (const answer of [askedEmail(asked), askedNetwork(asked, WIDEST)]) {
          if (answer.kind === 'refused') continue;
          expect(word(answer.key.text)).toBe(answer.key.text);
          expect(readKey(answer.key.mode, answer.key.text)).toEqual(answer.key);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('keys', () => {
  it('are the same in any spelling', () => {
    expect(sameKey(key('::ffff:10.0.0.1'), key('10.0.0.1/32'))).toBe(true);
    expect(sameKey(key('10.0.0.9/8'), key('10.0.0.0/8'))).toBe(true);
    expect(sameKey(key('10.0.0.0/8'), key('10.0.0.0/9'))).toBe(false);
  });

  it('shadow one another when they differ and overlap', () => {
    expect(shadows(key('10.0.0.0/8'), key('10.1.2.3'))).toBe(true);
    expect(shadows(key('10.1.2.3'), key('10.0.0.0/8'))).toBe(true);
    expect(shadows(key('10.1.2.3'), key('10.1.2.3/32'))).toBe(false);
    expect(shadows(key('10.0.0.0/8'), key('11.0.0.0'))).toBe(false);
  });
});
