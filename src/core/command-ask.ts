/**
 * `<role> [duration] [from start] [name=value …] <reason>`, after the role.
 *
 * Which words are the duration: the longest run directly after the role (`for`, the start and `name=value`
 * pairs may stand before it) that reads as one. Where there is none the role's default counts and all the
 * words are the reason. But a first word that begins with a digit is always meant as a duration: if it
 * cannot be read as one, that is a mistake and not the beginning of a reason. The same goes for `from` and
 * a word that begins with a digit. A reason in double quotes is never taken apart.
 *
 * A declared input is found wherever it stands, any other `a=b` only before the reason begins.
 */
import { askExample } from './command-format.ts';
import { leadingStart, looksLikeStart, startMistake } from './command-start.ts';
import {
  joinPairs,
  leadingDuration,
  looksLikeDuration,
  type Pair,
  pairOf,
  tokenise,
  type Word,
} from './command-tokens.ts';
import { inputFaultText, readInputs } from './inputs.ts';
import { didYouMean, nearestName } from './nearest.ts';
import { parseStart, type TypedStart } from './start.ts';
import { type Millis, parseDuration } from './time.ts';
import { REASON_LIMIT, reasonTooLong, shown } from './typed.ts';
import type { KnownRole, Mistake, ParsedLine } from './typed-command.ts';

interface Pieces {
  readonly duration: Millis | undefined;
  readonly start: TypedStart | undefined;
  readonly pairs: readonly Pair[];
  readonly reason: readonly Word[];
}

/** @param rest as `plainText` leaves it */
export function readAsk(role: KnownRole, rest: string): ParsedLine {
  const pieces = takeApart(role, rest);
  if (saysNothing(pieces) && needsMore(role)) return { kind: 'form', role: role.name };
  return (
    misreadDuration(role, pieces) ??
    misreadStart(role, pieces) ??
    misreadPairs(role, pieces) ??
    overlongReason(role, pieces) ?? {
      kind: 'ask',
      role: role.name,
      duration: pieces.duration,
      inputs: readInputs(role.inputs, asRecord(pieces.pairs)).values,
      reason: asText(pieces.reason),
      ...(pieces.start && { start: pieces.start }),
    }
  );
}

/** An empty pair of quotes says no more than an empty line does. */
function saysNothing({ duration, start, pairs, reason }: Pieces): boolean {
  const isPlain = duration === undefined && start === undefined && pairs.length === 0;
  return isPlain && asText(reason) === '';
}

function needsMore(role: KnownRole): boolean {
  return role.reason.required || Object.values(role.inputs).some((spec) => spec.required);
}

function takeApart(role: KnownRole, rest: string): Pieces {
  const names = Object.keys(role.inputs);
  const { words, ...before } = takeTerms(joinPairs(tokenise(rest), names));
  const within = words
    .map(pairOf)
    .filter((pair) => pair !== undefined && names.includes(pair.name));
  return {
    ...before,
    pairs: [...before.pairs, ...within].filter((pair) => pair !== undefined),
    reason: words.filter((word) => !names.includes(pairOf(word)?.name ?? '')),
  };
}

/** Pairs, one duration and one start, in any order, as far as they stand in front. */
export function takeTerms(typed: readonly Word[]) {
  const pairs: Pair[] = [];
  let words = typed;
  let duration: Millis | undefined;
  let start: TypedStart | undefined;
  for (;;) {
    const pair = pairOf(words[0]);
    const length = duration === undefined ? leadingDuration(words) : undefined;
    const begins = start === undefined ? leadingStart(words) : undefined;
    if (pair !== undefined) pairs.push(pair);
    duration ??= length?.duration;
    start ??= begins?.start;
    const used = pair === undefined ? (length ?? begins)?.used : 1;
    if (used === undefined) return { words, pairs, duration, start };
    words = words.slice(used);
  }
}

function misreadDuration(role: KnownRole, pieces: Pieces): Mistake | undefined {
  const [first, second] = pieces.reason;
  if (pieces.duration !== undefined || first === undefined || !looksLikeDuration(first))
    return undefined;
  const isUnit = second !== undefined && parseDuration(`1${second.text}`) !== undefined;
  return {
    kind: 'mistake',
    message: `${shown(first.text)} is no duration. Write whole numbers with a unit, such as \`45m\`, \`1h30m\` or \`2 hours\`, and at most a year.`,
    example: askExample(role, {
      duration: parseDuration(`${first.text}m`),
      start: pieces.start,
      inputs: asRecord(pieces.pairs),
      reason: asText(pieces.reason.slice(isUnit ? 2 : 1)),
    }),
  };
}

function misreadStart(role: KnownRole, pieces: Pieces): Mistake | undefined {
  const [, first, second] = pieces.reason;
  if (pieces.start !== undefined || first === undefined || !looksLikeStart(pieces.reason))
    return undefined;
  return {
    kind: 'mistake',
    message: startMistake(first.text),
    example: askExample(role, {
      duration: pieces.duration,
      start: { date: null, clock: '22:00' },
      inputs: asRecord(pieces.pairs),
      reason: asText(pieces.reason.slice(parseStart(second?.text ?? '') === undefined ? 2 : 3)),
    }),
  };
}

function misreadPairs(role: KnownRole, pieces: Pieces): Mistake | undefined {
  const names = Object.keys(role.inputs);
  const typed = asRecord(pieces.pairs);
  const faults = [
    ...twice(pieces.pairs),
    ...pieces.pairs
      .filter(isOpen)
      .map((pair) => `The quote after \`${pair.name}=\` is never closed.`),
    ...readInputs(role.inputs, typed).faults.map((fault) =>
      fault.code === 'unknown'
        ? `${inputFaultText(fault)}${didYouMean(fault.name, names)}`
        : inputFaultText(fault),
    ),
  ];
  if (faults.length === 0) return undefined;
  return {
    kind: 'mistake',
    message: faults.slice(0, 5).join(' '),
    example: askExample(role, {
      duration: pieces.duration,
      start: pieces.start,
      inputs: renamed(typed, names),
      reason: asText(pieces.reason),
    }),
  };
}

function isOpen(pair: Pair): boolean {
  return /^["']/.test(pair.value);
}

function twice(pairs: readonly Pair[]): readonly string[] {
  const names = pairs.map((pair) => pair.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `\`${name}=\` is given twice.`);
}

/** Misspelt names put right, for the example: what was meant by `adress=` is known well enough. */
function renamed(
  typed: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const right = Object.entries(typed).filter(([name]) => names.includes(name));
  const misspelt = Object.entries(typed)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]) => [nearestName(name, names) ?? name, value] as const);
  return Object.fromEntries([...misspelt, ...right]);
}

function overlongReason(role: KnownRole, pieces: Pieces): Mistake | undefined {
  const { length } = asText(pieces.reason);
  if (length <= REASON_LIMIT) return undefined;
  return {
    kind: 'mistake',
    message: reasonTooLong(length),
    example: askExample(role, {
      duration: pieces.duration,
      start: pieces.start,
      inputs: asRecord(pieces.pairs),
    }),
  };
}

/** The first of two counts; the second is a mistake anyway. */
function asRecord(pairs: readonly Pair[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.toReversed().map((pair) => [pair.name, pair.value]));
}

/** A reason that is one quoted piece is what stands between the quotes. */
export function asText(words: readonly Word[]): string {
  const [only] = words;
  if (words.length === 1 && only?.quoted === true) return only.text.trim();
  return words.map((word) => word.raw).join(' ');
}
