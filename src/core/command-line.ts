/**
 * Everything after `/jit`, read. `/jit <role> [duration] [name=value …] <reason>`, or a command word.
 *
 * This only finds out what was meant. Whether it may be had is for `decide`: a duration that is too
 * long or a reason that is missing is not a mistake here. Every mistake carries an example that can be
 * copied, and that this reader reads as a command.
 */
import { readAway, readBack, readDelegate } from './command-absence.ts';
import { readAsk, takeTerms } from './command-ask.ts';
import { extensionExample, readExtension } from './command-extend.ts';
import { askExample, formatCommand, SAMPLE_ID } from './command-format.ts';
import { readBreakGlass, readReview } from './command-glass.ts';
import { cut, idMistake } from './command-pieces.ts';
import { looksLikeStart, startMistake } from './command-start.ts';
import { tokenise } from './command-tokens.ts';
import {
  COMMAND,
  COMMAND_WORDS,
  CONFIRM,
  type CommandWord,
  isCommandWord,
} from './command-words.ts';
import { parseRequestId } from './ids.ts';
import { didYouMean, nearestName, nearestNames } from './nearest.ts';
import { plainText, REASON_LIMIT, reasonTooLong, shown } from './typed.ts';
import type { Mistake, ParsedLine, Vocabulary } from './typed-command.ts';

/** More than any command needs; a longer line is answered without being read. */
const LINE_LIMIT = 20_000;

export function parseCommandLine(text: string, vocabulary: Vocabulary): ParsedLine {
  if (text.length > LINE_LIMIT) return tooLong(text.length, vocabulary);
  const line = withoutCommand(plainText(text));
  if (line === '') return { kind: 'form', role: null };
  const [first = '', rest] = cut(line);
  const word = first.toLowerCase();
  if (isCommandWord(word)) return readWord(word, rest, vocabulary);
  const role = vocabulary.roles.find((known) => known.name === word);
  return role === undefined ? unknownWord(word, rest, vocabulary) : readAsk(role, rest);
}

/** Examples begin with `/jit`, and are copied whole. */
function withoutCommand(line: string): string {
  const [first, rest] = cut(line);
  return first.toLowerCase() === COMMAND ? rest : line;
}

function readWord(word: CommandWord, rest: string, vocabulary: Vocabulary): ParsedLine {
  switch (word) {
    case 'help':
    case 'roles':
    case 'mine':
      return { kind: word };
    case 'status':
    case 'why':
    case 'withdraw':
    case 'return':
      return readIdAlone(word, rest);
    case 'approve':
      return readApproval(rest);
    case 'deny':
    case 'revoke':
    case 'attest':
      return readIdAndReason(word, rest);
    case 'break-glass':
      return readBreakGlass(rest, vocabulary);
    case 'review':
      return readReview(rest);
    case 'extend':
      return readExtend(rest);
    case 'history':
      return readHistory(rest, vocabulary);
    case 'restore':
      return readRestore(rest);
    case 'away':
      return readAway(rest);
    case 'delegate':
      return readDelegate(rest);
    case 'back':
      return readBack(rest);
    case 'freeze':
    case 'thaw':
      return readSwitch(word, rest);
  }
}

type IdWord = 'status' | 'why' | 'withdraw' | 'return';
type IdReasonWord = 'deny' | 'revoke' | 'attest';

function readIdAlone(word: IdWord, rest: string): ParsedLine {
  const [typed, more] = cut(rest);
  const request = parseRequestId(typed);
  if (request === undefined)
    return idMistake(word, typed, formatCommand({ kind: word, request: SAMPLE_ID }));
  if (more === '') return { kind: word, request };
  return {
    kind: 'mistake',
    message: `\`${word}\` takes one request id and nothing after it.`,
    example: formatCommand({ kind: word, request }),
  };
}

const SAMPLE_REASONS: Readonly<Record<IdReasonWord, string>> = {
  deny: 'not during the change freeze',
  revoke: 'the work is finished',
  attest: 'seen gone on the load balancer itself',
};

function readIdAndReason(word: IdReasonWord, rest: string): ParsedLine {
  const [typed, reason] = cut(rest);
  const request = parseRequestId(typed);
  const example = formatCommand({
    kind: word,
    request: request ?? SAMPLE_ID,
    reason: SAMPLE_REASONS[word],
  });
  if (request === undefined) return idMistake(word, typed, example);
  if (reason === '')
    return { kind: 'mistake', message: `\`${word}\` needs a reason after the id.`, example };
  if (reason.length > REASON_LIMIT)
    return { kind: 'mistake', message: reasonTooLong(reason.length), example };
  return { kind: word, request, reason };
}

function readApproval(rest: string): ParsedLine {
  const [typed, more] = cut(rest);
  const request = parseRequestId(typed);
  const example = formatCommand({ kind: 'approve', request: request ?? SAMPLE_ID });
  if (request === undefined) return idMistake('approve', typed, example);
  const { words, pairs, duration, start } = takeTerms(tokenise(more));
  if (words.length === 0 && pairs.length === 0)
    return { kind: 'approve', request, ...(duration && { duration }), ...(start && { start }) };
  const message = looksLikeStart(words)
    ? startMistake(words[1]?.text ?? '')
    : '`approve` takes one request id, and at most for how long and `from` when after it.';
  return { kind: 'mistake', message, example };
}

function readExtend(rest: string): ParsedLine {
  const [typed, more] = cut(rest);
  const request = parseRequestId(typed);
  return request === undefined
    ? idMistake('extend', typed, extensionExample({ request: SAMPLE_ID }))
    : readExtension(request, more);
}

function readHistory(rest: string, vocabulary: Vocabulary): ParsedLine {
  if (rest === '') return { kind: 'history', of: { kind: 'everything' } };
  if (rest.includes('@')) return { kind: 'history', of: { kind: 'person', who: rest } };
  const names = vocabulary.roles.map((role) => role.name);
  const typed = rest.toLowerCase();
  const role = names.find((name) => name === typed);
  if (role !== undefined) return { kind: 'history', of: { kind: 'role', role } };
  const near = nearestName(typed, names);
  return {
    kind: 'mistake',
    message: `${shown(rest)} is neither a role nor a person (\`@name\`).${didYouMean(typed, names)}`,
    example: formatCommand({
      kind: 'history',
      of: near === undefined ? { kind: 'everything' } : { kind: 'role', role: near },
    }),
  };
}

function readRestore(rest: string): ParsedLine {
  if (rest.includes('@')) return { kind: 'restore', who: rest };
  const name = /^[\w.-]{1,60}$/.test(rest) ? rest : 'ada';
  return {
    kind: 'mistake',
    message: 'Say whose account is to be restored, with an `@` before the name.',
    example: formatCommand({ kind: 'restore', who: `@${name}` }),
  };
}

const SWITCH_REASONS = {
  freeze: 'a stolen laptop, we look into it',
  thaw: 'the laptop is found',
} as const;

function readSwitch(kind: 'freeze' | 'thaw', rest: string): ParsedLine {
  const [first, more] = cut(rest);
  const confirmed = first.toLowerCase() === CONFIRM;
  const reason = confirmed ? more : rest;
  const example = formatCommand({ kind, confirmed, reason: SWITCH_REASONS[kind] });
  if (reason === '') return { kind: 'mistake', message: `\`${kind}\` needs a reason.`, example };
  return reason.length > REASON_LIMIT
    ? { kind: 'mistake', message: reasonTooLong(reason.length), example }
    : { kind, confirmed, reason };
}

function unknownWord(word: string, rest: string, vocabulary: Vocabulary): Mistake {
  const names = [...vocabulary.roles.map((role) => role.name), ...COMMAND_WORDS];
  const near = nearestNames(word, names);
  const message = `${shown(word)} is neither a role nor a command.`;
  const [best] = near;
  if (best === undefined)
    return {
      kind: 'mistake',
      message: `${message} \`${COMMAND} roles\` lists what you may ask for.`,
      example: formatCommand({ kind: 'roles' }),
    };
  return {
    kind: 'mistake',
    message: `${message}${didYouMean(word, names)}`,
    example: corrected(best, rest, vocabulary),
  };
}

/** The same line with its first word put right; where that is not all, what would be right instead. */
function corrected(word: string, rest: string, vocabulary: Vocabulary): string {
  const again = parseCommandLine(`${word} ${rest}`, vocabulary);
  if (again.kind === 'mistake') return again.example;
  const role = vocabulary.roles.find((known) => known.name === word);
  return again.kind === 'form' && role !== undefined ? askExample(role) : formatCommand(again);
}

function tooLong(length: number, vocabulary: Vocabulary): Mistake {
  const [role] = vocabulary.roles;
  return {
    kind: 'mistake',
    message: reasonTooLong(length),
    example: role === undefined ? formatCommand({ kind: 'help' }) : askExample(role),
  };
}
