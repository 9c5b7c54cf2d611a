/**
 * What one node's map needs, so that it holds what is wanted. Pure.
 *
 * An entry is ours when its value is an end that we may have written. `held` vouches for one whose value
 * somebody has changed since. Everything else is foreign: it stays as it is, in both directions.
 */
import { formatInstant, type Instant } from '../../core/time.ts';
import type { Wish } from '../provider.ts';
import { type GateKey, readKey, sameKey, shadows } from './key.ts';
import { epochSeconds, type MapEntry } from './map-answer.ts';

export type Step =
  | { readonly kind: 'none'; readonly owner: 'ours' | 'foreign' | 'absent' }
  | { readonly kind: 'add'; readonly seconds: number }
  /** HAProxy keeps duplicates; `extras` are ours too. */
  | {
      readonly kind: 'set';
      readonly reference: string;
      readonly seconds: number;
      readonly extras: readonly string[];
    }
  | { readonly kind: 'remove'; readonly references: readonly string[] }
  | { readonly kind: 'conflict'; readonly why: string };

export function nextStep(
  entries: readonly MapEntry[],
  key: GateKey,
  wish: Wish,
  now: Instant,
): Step {
  const standing = entriesOf(entries, key);
  const { ours, foreign } = byOwner(standing, wish);
  if (wish.wanted.kind === 'nothing') return removal(ours, foreign);
  const seconds = epochSeconds(wish.wanted.until);
  const [first, ...extras] = ours;
  if (first !== undefined)
    return foreign.length > 0 ? twofold(key) : change(first, extras, seconds);
  if (foreign.length > 0) return besideForeign(key, foreign, now);
  const [other] = shadowing(entries, key);
  return other === undefined ? { kind: 'add', seconds } : overlap(key, other);
}

/** Entries for exactly this key, however they are spelled. */
export function entriesOf(entries: readonly MapEntry[], key: GateKey): readonly MapEntry[] {
  return entries.filter((entry) => {
    const other = readKey(key.mode, entry.key);
    return other !== undefined && sameKey(other, key);
  });
}

/** Entries for other networks that overlap this one, or that may: their key cannot be read as a prefix. */
export function shadowing(entries: readonly MapEntry[], key: GateKey): readonly MapEntry[] {
  if (key.mode === 'email') return [];
  return entries.filter((entry) => {
    const other = readKey(key.mode, entry.key);
    return other === undefined || shadows(other, key);
  });
}

export function overlapSentence(key: GateKey, other: MapEntry): string {
  const stands = `${other.key} stands in this map ${untilWords(other.until)}`;
  return readKey(key.mode, other.key) === undefined
    ? `${stands}, and it cannot be told whether it overlaps ${key.text}.`
    : `${stands} and overlaps ${key.text}. HAProxy would follow only the narrower of the two.`;
}

export function untilWords(until: Instant | null): string {
  return until === null ? 'without an end' : `until ${formatInstant(until)}`;
}

interface Owned {
  readonly ours: readonly MapEntry[];
  readonly foreign: readonly MapEntry[];
}

function byOwner(standing: readonly MapEntry[], wish: Wish): Owned {
  const ends = new Set(wish.aims.map(epochSeconds));
  const isOurs = (entry: MapEntry) => entry.until !== null && ends.has(epochSeconds(entry.until));
  const ours = standing.filter(isOurs);
  if (ours.length === 0 && wish.held) return { ours: standing, foreign: [] };
  return { ours, foreign: standing.filter((entry) => !isOurs(entry)) };
}

function removal(ours: readonly MapEntry[], foreign: readonly MapEntry[]): Step {
  if (ours.length > 0) return { kind: 'remove', references: ours.map((entry) => entry.reference) };
  return { kind: 'none', owner: foreign.length > 0 ? 'foreign' : 'absent' };
}

function change(first: MapEntry, extras: readonly MapEntry[], seconds: number): Step {
  const right = first.until !== null && epochSeconds(first.until) === seconds;
  if (right && extras.length === 0) return { kind: 'none', owner: 'ours' };
  const { reference } = first;
  return { kind: 'set', reference, seconds, extras: extras.map((entry) => entry.reference) };
}

/** A foreign entry that has run out still hides ours: HAProxy looks at the first of two. */
function besideForeign(key: GateKey, foreign: readonly MapEntry[], now: Instant): Step {
  const [first] = foreign;
  const over = first !== undefined && first.until !== null && first.until <= now;
  if (!over) return { kind: 'none', owner: 'foreign' };
  const why = `An entry for ${key.text} that ended ${formatInstant(first.until ?? 0)} is not ours and stands in the way.`;
  return { kind: 'conflict', why };
}

function twofold(key: GateKey): Step {
  return { kind: 'conflict', why: `Somebody else has added a second entry for ${key.text}.` };
}

function overlap(key: GateKey, other: MapEntry): Step {
  return { kind: 'conflict', why: overlapSentence(key, other) };
}
