/** `break-glass <role> [duration] [name=value …] <reason>` and `review <id> <judgement> <reason>`, after the word. */
import { readAsk } from './command-ask.ts';
import { askExample, formatCommand, SAMPLE_ID } from './command-format.ts';
import { cut, idMistake } from './command-pieces.ts';
import { COMMAND } from './command-words.ts';
import { parseRequestId } from './ids.ts';
import { didYouMean, nearestName } from './nearest.ts';
import { JUDGEMENTS } from './request.ts';
import { REASON_LIMIT, reasonTooLong, shown } from './typed.ts';
import type { KnownRole, Mistake, ParsedLine, TypedAsk, Vocabulary } from './typed-command.ts';

/** @param rest as `plainText` leaves it */
export function readBreakGlass(rest: string, { roles }: Vocabulary): ParsedLine {
  const [typed, more] = cut(rest);
  const name = typed.toLowerCase();
  const role = roles.find((known) => known.name === name);
  if (role === undefined) return roleMistake(typed, more, roles);
  const read = readAsk(asGlass(role), more);
  if (read.kind === 'ask') return atOnce(role, read);
  if (read.kind === 'mistake') {
    const right = read.example.slice(`${COMMAND} ${role.name}`.length).trim();
    return { ...read, example: corrected(role, right) };
  }
  return {
    kind: 'mistake',
    message: '`break-glass` needs a reason after the role and the duration.',
    example: glassExample(role),
  };
}

function atOnce(role: KnownRole, { start, ...wish }: TypedAsk): ParsedLine {
  if (start === undefined) return { ...wish, kind: 'break-glass' };
  return {
    kind: 'mistake',
    message: 'A glass is broken at once: leave out when it starts.',
    example: askExample(asGlass(role), wish, 'break-glass'),
  };
}

export function glassExample(role: KnownRole): string {
  return askExample(asGlass(role), {}, 'break-glass');
}

/** Whatever a role asks for otherwise, here it takes a reason, and may have a shorter end. */
function asGlass(role: KnownRole): KnownRole {
  const longest = Math.min(role.maxDuration, role.breakGlass?.max ?? Infinity);
  return {
    ...role,
    reason: { ...role.reason, required: true },
    maxDuration: longest,
    defaultDuration: Math.min(role.defaultDuration, longest),
  };
}

function roleMistake(typed: string, more: string, roles: readonly KnownRole[]): Mistake {
  const names = roles.map(({ name }) => name);
  const near = nearestName(typed.toLowerCase(), names);
  const role = roles.find(({ name }) => name === near) ?? roles[0];
  const message =
    typed === ''
      ? '`break-glass` needs a role, for how long, and a reason.'
      : `${shown(typed)} is no role.${didYouMean(typed.toLowerCase(), names)}`;
  const example = role === undefined ? formatCommand({ kind: 'roles' }) : corrected(role, more);
  return { kind: 'mistake', message, example };
}

/** The same line with its role put right; where that is not all, what would be right instead. */
function corrected(role: KnownRole, more: string): string {
  const again = readBreakGlass(`${role.name} ${more}`.trim(), { roles: [role] });
  return again.kind === 'mistake' ? again.example : formatCommand(again);
}

const SAMPLE_REASON = 'the edge was down, and this brought it back';

export function readReview(rest: string): ParsedLine {
  const [typed, more] = cut(rest);
  const request = parseRequestId(typed);
  const [word, reason] = cut(more);
  const judgement = JUDGEMENTS.find((known) => known === word.toLowerCase());
  const example = formatCommand({
    ...{ kind: 'review', request: request ?? SAMPLE_ID },
    ...{ judgement: judgement ?? 'justified', reason: SAMPLE_REASON },
  });
  if (request === undefined) return idMistake('review', typed, example);
  if (judgement === undefined)
    return mistake(
      `\`review\` needs a judgement after the id: ${JUDGEMENTS.join(' or ')}.`,
      example,
    );
  if (reason === '') return mistake('`review` needs a reason after the judgement.', example);
  if (reason.length > REASON_LIMIT) return mistake(reasonTooLong(reason.length), example);
  return { kind: 'review', request, judgement, reason };
}

function mistake(message: string, example: string): Mistake {
  return { kind: 'mistake', message, example };
}
