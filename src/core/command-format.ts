/** Commands as text to copy: what `parseCommandLine` reads back as the same command. */
import { looksLikeStart } from './command-start.ts';
import { looksLikeDuration, tokenise } from './command-tokens.ts';
import { COMMAND, CONFIRM } from './command-words.ts';
import type { RequestId } from './ids.ts';
import { exampleInput, readInputs } from './inputs.ts';
import { patternFound } from './policy-pattern.ts';
import { formatStart, type TypedStart } from './start.ts';
import { formatDuration, type Millis } from './time.ts';
import { plainText, REASON_LIMIT } from './typed.ts';
import type {
  HistoryOf,
  KnownRole,
  TypedAsk,
  TypedBreakGlass,
  TypedCommand,
} from './typed-command.ts';
import { formatUntil } from './until.ts';

/** Stands for an id where none was typed. */
export const SAMPLE_ID = 'k3v9w2x7m4' as RequestId;

/** Longer reasons are not repeated in an example. */
const LONGEST_EXAMPLE = 300;

export function formatCommand(command: TypedCommand): string {
  switch (command.kind) {
    case 'ask':
    case 'break-glass':
      return formatAsk(command);
    case 'form':
      return words(command.role ?? '');
    case 'help':
    case 'roles':
    case 'mine':
    case 'back':
      return words(command.kind);
    case 'status':
    case 'why':
    case 'withdraw':
    case 'return':
      return words(command.kind, command.request);
    case 'approve':
      return words(
        ...[command.kind, command.request],
        command.duration === undefined ? '' : formatDuration(command.duration),
        fromText(command.start),
      );
    case 'deny':
    case 'revoke':
    case 'attest':
      return words(command.kind, command.request, command.reason);
    case 'review':
      return words(command.kind, command.request, command.judgement, command.reason);
    case 'extend':
      return words(
        ...[command.kind, command.request, formatDuration(command.duration)],
        quotedReason(command.reason),
      );
    case 'history':
      return words(command.kind, formatHistory(command.of));
    case 'restore':
      return words(command.kind, command.who);
    case 'away':
      return words(command.kind, 'until', formatUntil(command.until));
    case 'delegate':
      return words(command.kind, command.who, 'until', formatUntil(command.until));
    case 'freeze':
    case 'thaw':
      return words(command.kind, command.confirmed ? CONFIRM : '', command.reason);
  }
}

function words(...parts: readonly string[]): string {
  return [COMMAND, ...parts].filter((part) => part !== '').join(' ');
}

function formatHistory(of: HistoryOf): string {
  switch (of.kind) {
    case 'everything':
      return '';
    case 'role':
      return of.role;
    case 'person':
      return of.who;
  }
}

function formatAsk(ask: TypedAsk | TypedBreakGlass): string {
  return words(
    ask.kind === 'ask' ? '' : ask.kind,
    ask.role,
    ask.duration === undefined ? '' : formatDuration(ask.duration),
    fromText(ask.kind === 'ask' ? ask.start : undefined),
    ...Object.entries(ask.inputs).map(([name, value]) => `${name}=${quotedValue(value)}`),
    quotedReason(ask.reason),
  );
}

function fromText(start: TypedStart | undefined): string {
  return start === undefined ? '' : `from ${formatStart(start)}`;
}

function quotedValue(value: string): string {
  if (!/[\s"']/.test(value)) return value;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

/** In quotes where its own words would be read as something else. */
function quotedReason(reason: string): string {
  const tokens = tokenise(reason);
  const [first, second] = tokens;
  const isTaken =
    reason.includes('=') ||
    looksLikeDuration(first) ||
    first?.quoted === true ||
    (first?.text.toLowerCase() === 'for' && looksLikeDuration(second)) ||
    looksLikeStart(tokens);
  return isTaken ? `"${reason.replaceAll('"', "'")}"` : reason;
}

/** What is known of an ask that went wrong. */
export interface GivenAsk {
  readonly duration?: Millis | undefined;
  readonly start?: TypedStart | undefined;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

/** A line that asks for this role and is right: what was given where that will do, else an example. */
export function askExample(
  role: KnownRole,
  given: GivenAsk = {},
  kind: 'ask' | 'break-glass' = 'ask',
): string {
  const wish = {
    role: role.name,
    duration: Math.min(given.duration ?? role.defaultDuration, role.maxDuration),
    inputs: exampleInputs(role, given.inputs ?? {}),
    reason: exampleReason(role, given.reason ?? ''),
  };
  if (kind === 'break-glass') return formatAsk({ kind, ...wish });
  return formatAsk({ kind, ...wish, ...(given.start && { start: given.start }) });
}

function exampleInputs(
  role: KnownRole,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const usable = Object.entries(given)
    .map(([name, value]) => [name, value.replace(/^["'\s]+/, '')] as const)
    .filter(([, value]) => !(value.includes('"') && value.includes("'")));
  const { values } = readInputs(role.inputs, Object.fromEntries(usable));
  const missing = Object.entries(role.inputs)
    .filter(([name, spec]) => spec.required && !Object.hasOwn(values, name))
    .map(([name, spec]) => [name, exampleInput(spec)] as const);
  return { ...values, ...Object.fromEntries(missing) };
}

function exampleReason(role: KnownRole, given: string): string {
  const reason = plainText(given);
  const { required, pattern, example } = role.reason;
  const isUsable = reason.length <= Math.min(LONGEST_EXAMPLE, REASON_LIMIT);
  const isFit = pattern === null || patternFound(pattern, reason);
  return isUsable && isFit && (reason !== '' || !required) ? reason : example;
}
