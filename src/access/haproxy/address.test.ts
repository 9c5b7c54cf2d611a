import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, formatNetwork, overlaps, parseNetwork } from './address.ts';

function canonical(text: string): string | undefined {
  const parsed = parseNetwork(text);
  return parsed && formatNetwork(parsed.network);
}

const anyNetwork = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
);

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['10.0.0.9/8', '10.0.0.0/8'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['2001:DB8:0::0001', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8:ffff::/32', '2001:db8::/32'],
    ['::', '::'],
    ['::1', '::1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is written %s', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/08',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    '1.2.3.4/-1',
    '1.2.3.4/1e1',
    ' 1.2.3.4',
    '1.2.3.4;show stat',
    '1.2.3.4\n',
    '0x7f.1',
    'fe80::1%eth0',
    '::1/129',
    '1::2::3',
    '١.٢.٣.٤',
  ])('is not %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  it('tells whether host bits are set', () => {
    expect(parseNetwork('10.0.0.9/8')?.exact).toBe(false);
    expect(parseNetwork('10.0.0.0/8')?.exact).toBe(true);
  });

  it('has one spelling, which reads back as the same', () => {
    fc.assert(
      fc.property(anyNetwork, ([address, length]) => {
        const once = canonical(`${address}/${length}`) ?? 'unread';
        expect(canonical(once)).toBe(once);
        expect(isIP(once.split('/')[0] ?? '')).not.toBe(0);
      }),
    );
  });

  it('lies in a network exactly when node:net says so', () => {
    fc.assert(
      fc.property(anyNetwork, fc.oneof(fc.ipV4(), fc.ipV6()), ([base, length], address) => {
        const [outer, inner] = [parseNetwork(`${base}/${length}`), parseNetwork(address)];
        if (!outer || !inner || outer.network.family !== inner.network.family) return;
        const list = new BlockList();
        const family = outer.network.family === 4 ? 'ipv4' : 'ipv6';
        const [start = ''] = formatNetwork(outer.network).split('/');
        list.addSubnet(start, outer.network.length, family);
        const says = list.check(formatNetwork(inner.network), family);
        expect(contains(outer.network, inner.network)).toBe(says);
        expect(overlaps(outer.network, inner.network)).toBe(says);
        expect(overlaps(inner.network, outer.network)).toBe(says);
      }),
    );
  });
});
