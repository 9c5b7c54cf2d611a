import { describe, expect, it } from 'vitest';
import { patternFault, patternFits, patternFound } from './policy-pattern.ts';
import { REASON_LIMIT } from './typed.ts';

describe('a pattern', () => {
  it('is found within a text, or describes the whole of it', () => {
    expect(patternFound('[A-Z]+-\\d+', 'for OPS-42 today')).toBe(true);
    expect(patternFits('[A-Z]+-\\d+', 'for OPS-42 today')).toBe(false);
    expect(patternFits('[A-Z]+-\\d+|none', 'OPS-42')).toBe(true);
    expect(patternFits('[A-Z]+-\\d+|none', 'OPS-42 none')).toBe(false);
  });

  it.each(['(a', '(?=a)', '(a)\\1', 'a{1001}', '(?:a?){999}'.repeat(9), 'a'.repeat(201)])(
    'that cannot be used is said to be none, and is never found: %s',
    (pattern) => {
      expect(patternFault(pattern)).toBeTypeOf('string');
      expect(patternFound(pattern, pattern)).toBe(false);
      expect(patternFits(pattern, pattern)).toBe(false);
    },
  );

  it.each(['(a+)+$', '(a|a)*$', '(a|aa)+!', '(.*)*(.*)*(.*)*!', '(?:a?){400}a{99}b'])(
    'that other engines hang on is answered: %s',
    (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
      expect(patternFits(pattern, `${'a'.repeat(REASON_LIMIT)}?`)).toBe(false);
    },
  );
});
