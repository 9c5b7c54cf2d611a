import { expect, test } from 'vitest';
import { mayRemain, remains } from './residue.ts';
import { HOUR, MINUTE } from './time.ts';

const sessions = { text: 'Sessions go on.', lasts: HOUR };
const connections = { text: 'Connections stay open.', lasts: null };
const proven = { kind: 'proven', firstReadAt: 0, secondReadAt: MINUTE } as const;

test('counts from the second read, after which nothing can begin any more', () => {
  expect(remains(sessions, proven)).toContainEqual({ kind: 'instant', at: HOUR + MINUTE });
});

test('says that no time is known where none is', () => {
  expect(mayRemain(connections).join('')).toContain('not known');
  expect(remains(connections, proven).join('')).toContain('not known');
});

test('gives no time after an end that was only attested', () => {
  const attested = { kind: 'attested', by: 'p_1' as never } as const;
  expect(remains(sessions, attested).join('')).toContain('not known');
});

test('says nothing where nothing ended, and where nothing of ours was', () => {
  expect(remains(sessions, { kind: 'shared', until: HOUR })).toEqual([]);
  expect(remains(sessions, { kind: 'not-ours' })).toEqual([]);
});
