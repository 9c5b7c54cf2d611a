import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { word } from './haproxy-runtime.ts';

describe('a word for HAProxy', () => {
  it.each(['/etc/haproxy/jit.map', '192.0.2.7', '::1', '2001:db8::/32', 'maya+lb@example.com'])(
    'is %s',
    (text) => {
      expect(word(text)).toBe(text);
    },
  );

  it.each([
    '',
    ' ',
    'a b',
    'a;b',
    'a\nb',
    'a\rb',
    'a\\',
    '<<',
    'a<<',
    '#0x1',
    '@1',
    '-x',
    '"a"',
    'é',
  ])('is not %j', (text) => {
    expect(() => word(text)).toThrow('cannot be said');
  });

  it('holds nothing that parts words or commands', () => {
    const text = fc.string({ unit: fc.constantFrom(...'az09/:.@+-_;\\ \n\r\t<#"\'\0') });
    fc.assert(
      fc.property(text, (asked) => {
        try {
          expect(word(asked)).toMatch(/^[^\s;\\<#"'\0]+$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'misconfigured' });
        }
      }),
    );
  });
});
