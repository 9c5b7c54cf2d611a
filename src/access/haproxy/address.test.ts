import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNetwork } from '../../core/ip.ts';
import { contains, overlaps, parseMapKey } from './address.ts';

const anyNetwork = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
);

describe('the key of a map entry', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['10.0.0.9/8', '10.0.0.0/8'],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['10.0.0.0/255.0.0.0', '10.0.0.0/8'],
    ['192.0.2.7/255.255.255.255', '192.0.2.7'],
    ['1.2.3.4/0.0.0.0', '0.0.0.0/0'],
    ['2001:DB8:0::1/32', '2001:db8::/32'],
  ])('%s means %s', (text, written) => {
    const network = parseMapKey(text);
    expect(network && formatNetwork(network)).toBe(written);
  });

  it.each(['10.0.0.0/255.0.255.0', 'gate.example.com', '10.0.0.0/8/8', '10.0.0.0/', '1.2.3.4/33'])(
    '%s means nothing that can be told',
    (text) => {
      expect(parseMapKey(text)).toBeUndefined();
    },
  );

  it('with a dotted mask means what the mask covers', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const bits = 2 ** 32 - 2 ** (32 - length);
        const mask = [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
        expect(parseMapKey(`${address}/${mask}`)).toEqual(parseMapKey(`${address}/${length}`));
      }),
    );
  });
});

describe('an address', () => {
  it('lies in a network exactly when node:net says so', () => {
    fc.assert(
      fc.property(anyNetwork, fc.oneof(fc.ipV4(), fc.ipV6()), ([base, length], address) => {
        const [outer, inner] = [parseMapKey(`${base}/${length}`), parseMapKey(address)];
        if (!outer || !inner || outer.family !== inner.family) return;
        const list = new BlockList();
        const family = outer.family === 4 ? 'ipv4' : 'ipv6';
        const [start = ''] = formatNetwork(outer).split('/');
        list.addSubnet(start, outer.prefix, family);
        const says = list.check(formatNetwork(inner), family);
        expect(contains(outer, inner)).toBe(says);
        expect(overlaps(outer, inner)).toBe(says);
        expect(overlaps(inner, outer)).toBe(says);
      }),
    );
  });
});
