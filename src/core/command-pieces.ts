/** What the readers of several commands have in common. */
import { COMMAND, type CommandWord } from './command-words.ts';
import { shown } from './typed.ts';
import type { Mistake } from './typed-command.ts';

/** The first word, and what follows it. */
export function cut(line: string): readonly [string, string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}

export function idMistake(word: CommandWord, typed: string, example: string): Mistake {
  const what =
    typed === ''
      ? `\`${word}\` needs the id of a request.`
      : `${shown(typed)} is no request id: an id has ten letters and digits.`;
  return {
    kind: 'mistake',
    message: `${what} It stands at the foot of each card and in \`${COMMAND} mine\`.`,
    example,
  };
}
