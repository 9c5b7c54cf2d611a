/**
 * Patterns that policy sets and strangers feed. They run on an engine that reads each character once
 * (RE2's, in JavaScript), never on the built-in one: no pattern can make the program hang.
 */
import { RE2JS } from 're2js';

export const PATTERN_LIMIT = 200;
/** A pattern's time is its steps times the text's length: `(x{0,1000}){…}` would make that seconds. */
const MOST_STEPS = 1_200;

/** One compiled pattern is asked about again and again; a policy holds few of them. */
const compiled = new Map<string, RE2JS>();
const MOST_COMPILED = 200;

/** @returns why this is no pattern, or undefined when it is one */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > PATTERN_LIMIT) return `a pattern has at most ${PATTERN_LIMIT} characters`;
  try {
    const steps = compile(pattern).programSize();
    return steps > MOST_STEPS ? 'it repeats too much: use smaller counts in `{…}`' : undefined;
  } catch (fault) {
    const said = fault instanceof Error ? fault.message : String(fault);
    return said.replace(/^error parsing regexp: /, '');
  }
}

/** True when the pattern is found somewhere in the text. A pattern that is none is never found. */
export function patternFound(pattern: string, text: string): boolean {
  return patternFault(pattern) === undefined && compile(pattern).matcher(text).find();
}

/** True when the pattern describes the whole text. */
export function patternFits(pattern: string, text: string): boolean {
  return patternFault(pattern) === undefined && compile(pattern).matches(text);
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const fresh = RE2JS.compile(pattern);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, fresh);
  return fresh;
}
