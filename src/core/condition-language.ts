/**
 * The language of conditions: CEL (https://cel.dev), with the variables and functions that policy may
 * speak of. An expression is checked when the policy is loaded: names, types, and what could take long.
 *
 * NB. CEL's own `matches` runs on a backtracking engine here, which a reason could make hang: it is
 * refused (condition-reading.ts), and `fits` does the same in linear time.
 */
import { Environment } from '@marcbachmann/cel-js';
import { patternFound } from './policy-pattern.ts';
import type { Millis } from './time.ts';
import { DAY } from './time.ts';

/** What an expression is evaluated over. */
export interface Circumstances {
  readonly role: string;
  readonly duration: Millis;
  readonly inputs: Readonly<Record<string, string>>;
  /** undefined: it was erased, and whatever reads it fails. */
  readonly reason: string | undefined;
  readonly isBreakGlass: boolean;
  readonly time: LocalTime;
  /** @throws Error when it cannot be told */
  memberOf(group: string): boolean;
  /** How often the requester was given this role within that time. */
  usedWithin(time: Millis): number;
}

/** A moment in the policy's own time zone. */
export interface LocalTime {
  /** `2026-12-24` */
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  /** `mon` … `sun` */
  readonly weekday: string;
  /** The names of the freezes that it lies in. */
  readonly freezes: readonly string[];
}

/** Further back nothing is counted. */
export const LOOKS_BACK: Millis = 90 * DAY;

const LIMITS = { maxAstNodes: 300, maxDepth: 30, maxListElements: 100, maxCallArguments: 5 };

/** Those of the expression that is being evaluated: evaluation is synchronous. */
let present: Circumstances | undefined;

function circumstances(): Circumstances {
  if (present === undefined) throw new Error('nothing is being evaluated');
  return present;
}

/** The library has no other way to make one. */
const toDuration = new Environment().registerVariable('text', 'string').parse('duration(text)');

interface CelDuration {
  readonly seconds: bigint;
}

const language = new Environment({ limits: LIMITS })
  .registerVariable('request', {
    schema: {
      role: 'string',
      duration: 'google.protobuf.Duration',
      reason: 'string',
      inputs: 'map<string, string>',
      breakGlass: 'bool',
    },
  })
  .registerVariable('time', {
    schema: {
      date: 'string',
      hour: 'int',
      minute: 'int',
      weekday: 'string',
      freezes: 'list<string>',
    },
  })
  .registerFunction('memberOf(string): bool', (group: string) => circumstances().memberOf(group))
  .registerFunction('usedWithin(google.protobuf.Duration): int', (time: CelDuration) =>
    BigInt(circumstances().usedWithin(Number(time.seconds) * 1_000)),
  )
  .registerFunction('string.fits(string): bool', (text: string, pattern: string) =>
    patternFound(pattern, text),
  );

export type Answer = 'yes' | 'no' | 'unknown';

/** `unknown`: it failed, for example because a group could not be read. */
export function evaluate(expression: string, around: Circumstances): Answer {
  present = around;
  try {
    const value: unknown = parsed(expression)(variables(around));
    // NB. Anything but true and false is no answer.
    if (value === true) return 'yes';
    return value === false ? 'no' : 'unknown';
  } catch {
    return 'unknown';
  } finally {
    present = undefined;
  }
}

function variables({ role, duration, inputs, reason, isBreakGlass, time }: Circumstances) {
  const known = reason === undefined ? {} : { reason };
  return {
    request: {
      ...{ role, duration: toDuration({ text: `${duration}ms` }), inputs },
      ...{ breakGlass: isBreakGlass, ...known },
    },
    time: {
      ...time,
      hour: BigInt(time.hour),
      minute: BigInt(time.minute),
      freezes: [...time.freezes],
    },
  };
}

type Parsed = ReturnType<typeof language.parse>;
const MOST_PARSED = 1_000;
const known = new Map<string, Parsed>();

/** @throws Error when it is no expression */
export function parsed(expression: string): Parsed {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const fresh = language.parse(expression);
  if (known.size >= MOST_PARSED) known.clear();
  known.set(expression, fresh);
  return fresh;
}
