/** Reads `show map <file>`: `0x55d217e010e0 127.0.0.2/32 2000000000`, one entry a line. */
import type { Instant } from '../../core/time.ts';
import { ProviderError } from '../provider.ts';

export interface MapEntry {
  /** HAProxy's name for this one entry. */
  readonly reference: string;
  /** As somebody wrote it. */
  readonly key: string;
  /** null: the value is no time. */
  readonly until: Instant | null;
}

export type EntriesAnswer =
  | { readonly kind: 'entries'; readonly entries: readonly MapEntry[] }
  | { readonly kind: 'refused'; readonly said: string };

const ENTRY = /^(0x[0-9a-f]+) (\S+)(?: (.*))?$/;

/**
 * An answer is complete only with the empty line at its end. A connection that breaks half-way must
 * not look like a map in which the rest is absent.
 */
export function parseEntries(answer: string): EntriesAnswer {
  if (answer === '\n') return { kind: 'entries', entries: [] };
  if (!answer.startsWith('0x')) return { kind: 'refused', said: answer || 'no answer' };
  if (!answer.endsWith('\n\n')) throw new ProviderError('bad-answer', 'the map was cut short');
  return { kind: 'entries', entries: answer.slice(0, -2).split('\n').map(parseEntry) };
}

/** Rounded down, as HAProxy compares whole seconds. */
export function epochSeconds(at: Instant): number {
  return Math.floor(at / 1000);
}

function parseEntry(line: string): MapEntry {
  const [, reference, key, value = ''] = ENTRY.exec(line) ?? [];
  if (reference === undefined || key === undefined) {
    throw new ProviderError('bad-answer', `not a map entry: ${JSON.stringify(line.slice(0, 100))}`);
  }
  return { reference, key, until: /^-?\d{1,12}$/.test(value) ? Number(value) * 1000 : null };
}
