import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../core/time.ts';
import { planAnswer } from './answers.ts';

const planned = { kind: 'planned', key: 'a', handle: 'a', summary: 'a' };

function residueOf(residue: unknown): unknown {
  const read = planAnswer.safeParse({ ...planned, residue });
  return read.success && read.data.kind === 'planned' ? read.data.residue : 'refused';
}

test('what may remain is told with the seconds that it lasts, with none, or as a sentence alone', () => {
  expect(residueOf({ text: 'Sessions.', lasts: 3600 })).toEqual({ text: 'Sessions.', lasts: HOUR });
  expect(residueOf({ text: 'Sessions.', lasts: null })).toEqual({ text: 'Sessions.', lasts: null });
  expect(residueOf('Sessions.')).toEqual({ text: 'Sessions.', lasts: null });
  expect(residueOf(null)).toBeNull();
});

test('a time that is none, or longer than a month, is no answer', () => {
  for (const lasts of [-1, (32 * DAY) / 1000, 'an hour'])
    expect(residueOf({ text: 'Sessions.', lasts })).toBe('refused');
});
