/** `from 22:00`, `from 2026-12-01 09:00`: when access shall begin, where it is typed. */
import type { Word } from './command-tokens.ts';
import type { TypedStart } from './start.ts';
import { parseStart } from './start.ts';
import { shown } from './typed.ts';

/** At the front of the words. */
export function leadingStart(
  words: readonly Word[],
): { readonly start: TypedStart; readonly used: number } | undefined {
  const [from, first, second] = words;
  if (!isFrom(from) || first === undefined || first.quoted) return undefined;
  const both = second?.quoted === false ? parseStart(`${first.text} ${second.text}`) : undefined;
  if (both !== undefined) return { start: both, used: 3 };
  const alone = parseStart(first.text);
  return alone && { start: alone, used: 2 };
}

/** `from 9am`, `from 24:30`: somebody meant a start, and it is none. */
export function looksLikeStart([from, first]: readonly Word[]): boolean {
  return isFrom(from) && first?.quoted === false && /^\d/.test(first.text);
}

function isFrom(word: Word | undefined): boolean {
  return word?.raw.toLowerCase() === 'from';
}

export function startMistake(text: string): string {
  return `${shown(text)} is no start. Write the time of day, such as \`22:00\`, or a date before it, such as \`2026-12-01 09:00\`.`;
}
