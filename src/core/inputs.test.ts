import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleInput, inputFaultText, readInput, readInputs } from './inputs.ts';
import type { InputSpec } from './policy.ts';

const shared = { label: 'a value', required: true };
const single: InputSpec = { kind: 'ip', ...shared, widest: { v4: 32, v6: 128 } };
const network: InputSpec = { kind: 'ip', ...shared, widest: { v4: 16, v6: 48 } };
const port: InputSpec = { kind: 'port', ...shared, min: 1024, max: 2048 };
const choice: InputSpec = { kind: 'choice', ...shared, options: ['blue', 'Green'] };
const text: InputSpec = {
  kind: 'text',
  ...shared,
  maxLength: 8,
  pattern: '[A-Z]+-\\d+',
  example: 'OPS-1',
};

const value = (spec: InputSpec, typed: string) => {
  const reading = readInput(spec, typed);
  return reading.kind === 'fit' ? reading.value : undefined;
};
const why = (spec: InputSpec, typed: string) => {
  const reading = readInput(spec, typed);
  return reading.kind === 'unfit' ? reading.why : undefined;
};

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['2001:db8::0007/128', '2001:db8::7'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::1', '::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['::ffff:192.0.2.7/128', '192.0.2.7'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s is %s', (typed, canonical) => {
    expect(value(single, typed)).toBe(canonical);
  });

  it.each([
    ...['', '192.0.2', '192.0.2.256', '192.0.02.7', '0x7f.0.0.1', '3221225991', '192.0.2.7/', '::'],
    ...['192.0.2.7/33', '192.0.2.7/032', '1:2:3:4:5:6:7', '1::2::3', ':1:2:3:4:5:6:7', '12345::'],
    ...[
      'fe80::1%eth0',
      '[::1]',
      '::1/129',
      '192.0.2.7:80',
      '1.2.3.4::',
      'a',
      '0.0.0.0',
      '224.0.0.1',
    ],
    ...['255.255.255.255', 'ff02::1', '192.0.2.7 192.0.2.8', '::ffff:192.0.2.7/0'],
  ])('is not %j', (typed) => {
    expect(value(single, typed)).toBeUndefined();
  });

  it('may be a network where that is let in, down to its widest', () => {
    expect(value(network, '192.0.2.0/24')).toBe('192.0.2.0/24');
    expect(value(network, '10.1.0.0/16')).toBe('10.1.0.0/16');
    expect(value(network, '2001:db8::/48')).toBe('2001:db8::/48');
    expect(value(network, '::ffff:192.0.2.0/120')).toBe('192.0.2.0/24');
    expect(why(network, '10.0.0.0/15')).toContain('/16');
    expect(why(network, '2001:db8::/32')).toContain('/48');
    expect(why(single, '192.0.2.0/24')).toContain('single address');
  });

  it.each(['0.0.0.0/0', '::/0', '0.0.0.0/8', '::ffff:0:0/96', '224.0.0.0/4'])(
    'is never %s, whatever is let in',
    (typed) => {
      expect(value({ ...network, widest: { v4: 0, v6: 0 } }, typed)).toBeUndefined();
    },
  );

  it('with bits beyond its prefix is answered with the network that was meant', () => {
    expect(why(network, '192.0.2.7/24')).toContain('`192.0.2.0/24`');
    expect(why(network, '2001:db8::7/64')).toContain('`2001:db8::/64`');
  });

  it('is canonical: what is accepted is an address, and is accepted again as itself', () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(addresses, (typed) => {
        const canonical = value(single, typed);
        if (canonical === undefined) return;
        expect(isIP(canonical)).toBeGreaterThan(0);
        expect(value(single, canonical)).toBe(canonical);
      }),
    );
  });

  it('agrees with the platform on what an address is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (typed) => {
        const reserved = /^(0\.|22[4-9]\.|23\d\.|255\.255\.255\.255|ff)/i;
        const canonical = value(single, typed);
        if (canonical === undefined)
          expect(reserved.test(typed) || /^[0:.]+$/.test(typed) || typed.includes('ffff')).toBe(
            true,
          );
        else if (isIP(canonical) === 6)
          expect(new URL(`http://[${typed}]/`).hostname).toBe(`[${canonical}]`);
      }),
    );
  });
});

describe('a port', () => {
  it('is a number within its range', () => {
    expect(value(port, '1024')).toBe('1024');
    expect(value(port, '02048')).toBe('2048');
    for (const typed of ['1023', '2049', '', '-1', '1e3', '0x500', '1500.0', 'http'])
      expect(value(port, typed)).toBeUndefined();
    expect(why(port, '80')).toContain('1024 to 2048');
  });
});

describe('a choice', () => {
  it('is one of its options, in their own spelling', () => {
    expect(value(choice, 'BLUE')).toBe('blue');
    expect(value(choice, 'green')).toBe('Green');
    expect(why(choice, 'gren')).toContain('Did you mean `Green`?');
    expect(value(choice, 'constructor')).toBeUndefined();
  });
});

describe('a text', () => {
  it('fits its pattern as a whole and its length', () => {
    expect(value(text, 'OPS-12')).toBe('OPS-12');
    expect(why(text, 'see OPS-12')).toContain('at most 8');
    expect(why(text, 'OPS-12 x')).toContain('`OPS-1`');
  });

  it('cannot make a pattern hang', () => {
    const hungry: InputSpec = {
      kind: 'text',
      ...shared,
      maxLength: 10_000,
      pattern: '(a+)+(a|aa)*$',
    };
    expect(value(hungry, `${'a'.repeat(9_999)}!`)).toBeUndefined();
  });
});

describe('all inputs of a role', () => {
  it('are told about at once', () => {
    const reading = readInputs(
      { ip: single, port, colour: choice },
      { ip: 'x', adress: '1', port: ' ' },
    );
    expect(reading.faults.map((fault) => `${fault.code} ${fault.name}`)).toEqual([
      'unknown adress',
      'unfit ip',
      'missing port',
      'missing colour',
    ]);
    for (const fault of reading.faults) expect(inputFaultText(fault)).toMatch(/\.$/);
  });

  it('are canonical, and may be left out when they are not required', () => {
    expect(
      readInputs({ ip: single, port: { ...port, required: false } }, { ip: ' ::FFFF:192.0.2.7 ' }),
    ).toEqual({ values: { ip: '192.0.2.7' }, faults: [] });
  });

  it('are not found where every object has something', () => {
    expect(readInputs({}, { constructor: 'x' }).faults).toHaveLength(1);
    expect(readInputs({ constructor: single }, {}).faults).toMatchObject([{ code: 'missing' }]);
  });

  it('have an example that fits', () => {
    for (const spec of [single, network, port, choice, text])
      expect(readInput(spec, exampleInput(spec))).toMatchObject({ kind: 'fit' });
  });
});
