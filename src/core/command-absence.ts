/** `away until <when>`, `delegate @person until <when>` and `back`, after the word. */
import { formatCommand } from './command-format.ts';
import { shown } from './typed.ts';
import type { Mistake, ParsedLine } from './typed-command.ts';
import { parseUntil } from './until.ts';

const SAMPLE = { day: 'monday', clock: '00:00' } as const;
const NAMED = /^[\w.-]{1,60}$/;

/** @param rest as `plainText` leaves it */
export function readAway(rest: string): ParsedLine {
  const typed = rest.replace(/^until(?: |$)/i, '');
  const until = parseUntil(typed);
  if (until !== undefined) return { kind: 'away', until };
  return {
    ...untilMistake('away', typed),
    example: formatCommand({ kind: 'away', until: SAMPLE }),
  };
}

export function readDelegate(rest: string): ParsedLine {
  // NB. The last one: a name may have the word in it.
  const cut = ` ${rest} `.toLowerCase().lastIndexOf(' until ');
  const who = (cut < 0 ? rest : rest.slice(0, cut)).trim();
  const typed = cut < 0 ? '' : rest.slice(cut + 'until'.length).trim();
  const until = parseUntil(typed);
  const isNamed = who.includes('@');
  if (isNamed && until !== undefined) return { kind: 'delegate', who, until };
  const name = isNamed ? who : `@${NAMED.test(who) ? who : 'grace'}`;
  const example = formatCommand({ kind: 'delegate', who: name, until: until ?? SAMPLE });
  if (isNamed) return { ...untilMistake('delegate', typed), example };
  const message = 'Say who is told instead of you, with an `@` before the name.';
  return { kind: 'mistake', message, example };
}

export function readBack(rest: string): ParsedLine {
  if (rest === '') return { kind: 'back' };
  const message = '`back` says that you are there again, and takes nothing after it.';
  return { kind: 'mistake', message, example: formatCommand({ kind: 'back' }) };
}

function untilMistake(word: 'away' | 'delegate', typed: string): Omit<Mistake, 'example'> {
  const what = typed === '' ? `\`${word}\` needs until when.` : `${shown(typed)} is no end of it.`;
  return {
    kind: 'mistake',
    message: `${what} Write a weekday, a day or a time, such as \`monday\`, \`2026-12-01 09:00\` or \`18:00\`.`,
  };
}
