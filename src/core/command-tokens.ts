/** The pieces of a typed ask: words, `name=value` pairs, and the duration. */
import { type Millis, parseDuration } from './time.ts';

/** A piece of the line. `quoted` stood in double quotes and is one word whatever it holds. */
export interface Word {
  readonly text: string;
  readonly raw: string;
  readonly quoted: boolean;
}

/** `key="a b"` · `key='a b'` · `"a b"` · `a` */
const TOKEN = / ?(?:([a-z][a-z0-9_-]*=)(?:"([^"]*)"|'([^']*)')(?= |$)|"([^"]*)"(?= |$)|([^ ]+))/giy;

/** @param line as `plainText` leaves it */
export function tokenise(line: string): readonly Word[] {
  return [...line.matchAll(TOKEN)].map(([all, key, double, single, quoted, bare = '']) => {
    const raw = all.trimStart();
    if (key !== undefined) return { text: `${key}${double ?? single ?? ''}`, raw, quoted: false };
    return { text: quoted ?? bare, raw, quoted: quoted !== undefined };
  });
}

/** `ip = 192.0.2.7` and `ip= 192.0.2.7` are pairs too, where `ip` is a name that is declared. */
export function joinPairs(words: readonly Word[], names: readonly string[]): readonly Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before !== undefined && belongTogether(before, word, names))
      joined[joined.length - 1] = {
        text: `${before.text}${word.text}`,
        raw: `${before.raw} ${word.raw}`,
        quoted: false,
      };
    else joined.push(word);
  }
  return joined;
}

function belongTogether(before: Word, word: Word, names: readonly string[]): boolean {
  if (before.quoted) return false;
  const name = before.text.toLowerCase();
  if (names.includes(name)) return !word.quoted && word.text.startsWith('=');
  return name.endsWith('=') && names.includes(name.slice(0, -1));
}

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** `IP=192.0.2.7` → `{ name: 'ip', value: '192.0.2.7' }` */
export function pairOf(word: Word | undefined): Pair | undefined {
  const found = word?.quoted === false ? /^([a-z][a-z0-9_-]*)=(.*)$/isu.exec(word.text) : null;
  if (found === null) return undefined;
  return { name: (found[1] ?? '').toLowerCase(), value: found[2] ?? '' };
}

/** Four units, each with its number apart: `1 day 2 hours 3 min 4 s`. */
const MOST_WORDS = 8;

/** The longest run of words at the front that reads as a duration; `for` may stand before it. */
export function leadingDuration(
  words: readonly Word[],
): { readonly duration: Millis; readonly used: number } | undefined {
  const skipped = words[0]?.raw.toLowerCase() === 'for' ? 1 : 0;
  const from = words.slice(skipped, skipped + MOST_WORDS);
  const end = from.findIndex((word) => word.quoted);
  for (let count = end < 0 ? from.length : end; count > 0; count -= 1) {
    const text = from.slice(0, count).map((word) => word.text);
    const duration = parseDuration(text.join(' '));
    if (duration !== undefined) return { duration, used: skipped + count };
  }
  return undefined;
}

/** `30`, `1.5h`, `-1h`, `2x`: somebody meant a duration, and it is none. */
export function looksLikeDuration(word: Word | undefined): boolean {
  return word?.quoted === false && /^[-+.~]?\d/.test(word.text);
}
