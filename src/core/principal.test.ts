import { describe, expect, it } from 'vitest';
import type { PrincipalId } from './ids.ts';
import type { Principal } from './principal.ts';
import { membership, provedSame, sameHuman, seenWith, unvouched } from './principal.ts';

const account = (userId: string) => ({ platform: 'local', tenant: 'T', userId });

function someone(id: string, email: string, changes: Partial<Principal> = {}): Principal {
  return { id: id as PrincipalId, name: id, email, accounts: [account(id)], ...changes };
}

describe('two principals', () => {
  it.each([
    ['with one id', someone('a', ''), someone('a', 'x@example.com'), true],
    ['with one e-mail', someone('a', 'x@example.com'), someone('b', 'x@example.com'), true],
    [
      'of whom one had the e-mail of the other',
      someone('a', 'new@example.com', { otherEmails: ['x@example.com'] }),
      someone('b', 'x@example.com'),
      true,
    ],
    [
      'who both had one e-mail',
      someone('a', 'a@example.com', { otherEmails: ['x@example.com'] }),
      someone('b', 'b@example.com', { otherEmails: ['x@example.com'] }),
      true,
    ],
    ['without e-mails', someone('a', ''), someone('b', ''), false],
    ['with e-mails of their own', someone('a', 'a@example.com'), someone('b', ''), false],
  ])('%s', (_, a, b, same) => {
    expect(sameHuman(a, b)).toBe(same);
    expect(sameHuman(b, a)).toBe(same);
  });
});

it('keeps each e-mail that somebody was seen with once, and none that says nothing', () => {
  const ada = someone('a', 'a@example.com');
  expect(seenWith(ada, ['', 'a@example.com'])).toBe(ada);
  const seen = seenWith(seenWith(ada, ['b@example.com', 'b@example.com']), ['b@example.com']);
  expect(seen.otherEmails).toEqual(['b@example.com']);
});

describe('membership', () => {
  const emails = new Set(['a@example.com', 'b@example.com']);
  const group = { kind: 'known', accounts: new Set<string>(), emails } as const;

  it('is not given by an e-mail that somebody had', () => {
    const moved = someone('a', 'new@example.com', { otherEmails: ['a@example.com'] });
    expect(membership(group, moved)).toBe('stranger');
  });

  it('is not given by an e-mail that no account vouches for, which still counts heads', () => {
    const left = unvouched(someone('a', 'a@example.com'));
    expect(membership(group, left)).toBe('stranger');
    expect(sameHuman(left, someone('c', 'a@example.com'))).toBe(true);
    expect(provedSame(left, someone('c', 'a@example.com'))).toBe(false);
  });
});
