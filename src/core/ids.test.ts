import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessIdOf,
  copyIdOf,
  parseRequestId,
  policyHashOf,
  principalIdFrom,
  requestIdFrom,
} from './ids.ts';

const bytes = fc.uint8Array({ minLength: 10, maxLength: 16 });

describe('a request id', () => {
  it('has ten characters that people can type and tell apart', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(requestIdFrom(random)).toMatch(/^[0-9a-hjkmnp-tv-z]{10}$/);
      }),
    );
  });

  it('is read back however it was typed', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const id = requestIdFrom(random);
        expect(parseRequestId(id)).toBe(id);
        expect(parseRequestId(` #${id.toUpperCase()} `)).toBe(id);
        expect(parseRequestId(id.replaceAll('0', 'O').replaceAll('1', 'l'))).toBe(id);
      }),
    );
  });

  it.each(['', '#', 'k3v9w2x7m', 'k3v9w2x7m44', 'k3v9w2x7mu', 'k3v9-w2x7m', '__proto__x', 'mine'])(
    'is not %j',
    (text) => {
      expect(parseRequestId(text)).toBeUndefined();
    },
  );

  it('uses every bit of chance it takes', () => {
    const ids = Array.from({ length: 32 }, (_, value) =>
      requestIdFrom(new Uint8Array(10).fill(value)),
    );
    expect(new Set(ids).size).toBe(32);
  });
});

describe('derived ids', () => {
  it('are equal for equal things and different for different ones', () => {
    expect(accessIdOf('haproxy', 'a')).toBe(accessIdOf('haproxy', 'a'));
    expect(accessIdOf('haproxy', 'a')).not.toBe(accessIdOf('memory', 'a'));
    const id = requestIdFrom(new Uint8Array(10));
    expect(copyIdOf(id, 'slack', 'C1')).not.toBe(copyIdOf(id, 'slack', 'C2'));
    expect(copyIdOf(id, 'slack', 'C1')).not.toBe(copyIdOf(id, 'local', 'C1'));
  });

  it('can be told apart by how they begin', () => {
    expect(accessIdOf('haproxy', 'a')).toMatch(/^acc_[0-9a-f]{24}$/);
    expect(principalIdFrom(new Uint8Array(10))).toMatch(/^p_[0-9a-z]{10}$/);
  });

  it('of a policy are the digest of its bytes', () => {
    expect(policyHashOf('')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
