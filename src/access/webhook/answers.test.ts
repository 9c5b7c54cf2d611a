import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../core/time.ts';
import { convergeAnswer, listAnswer, planAnswer } from './answers.ts';

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

const nested = (depth: number, inmost = '') =>
  JSON.parse(`${'['.repeat(depth)}${inmost}${']'.repeat(depth)}`);

test.each([101, 10_000, 100_000])('what is nested %i deep is no answer, and no fault', (depth) => {
  const [handle, object] = [nested(depth), { a: nested(depth - 1) }];
  const held = { key: 'a', until: null, evidence: 'a', handle };
  expect(planAnswer.safeParse({ ...planned, handle, residue: null }).success).toBe(false);
  expect(planAnswer.safeParse({ ...planned, handle: object, residue: null }).success).toBe(false);
  expect(listAnswer.safeParse({ held: [held] }).success).toBe(false);
  const pending = { kind: 'pending', pollAfter: 1, receipt: handle };
  expect(convergeAnswer.safeParse(pending).success).toBe(false);
});

test('a handle is any JSON that is small enough, and comes as it was said', () => {
  const handles = [nested(100), nested(98, '{"a":[null,1,"b"]}'), 'a', null, { a: { b: [true] } }];
  for (const handle of handles)
    expect(planAnswer.parse({ ...planned, handle, residue: null })).toMatchObject({ handle });
  for (const handle of ['a'.repeat(4_000), Array.from({ length: 3_000 }, () => 1)])
    expect(planAnswer.safeParse({ ...planned, handle, residue: null }).success).toBe(false);
});

test('an answer without a receipt leaves none', () => {
  expect(convergeAnswer.parse({ kind: 'pending', pollAfter: 1 })).toMatchObject({ receipt: null });
});
