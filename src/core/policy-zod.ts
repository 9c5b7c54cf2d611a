/** Runs a zod schema over a part of the policy and turns its issues into sentences for the author. */
import { z } from 'zod';
import { didYouMean, orList } from './nearest.ts';
import type { PolicyIssueCode, PolicyPath, Report } from './policy-issue.ts';

/** @returns undefined when it reported something */
export function checkValue<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  path: PolicyPath,
  report: Report,
): Output | undefined {
  const result = schema.safeParse(value, { error: sentence, reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue(issue, path, report);
  return undefined;
}

/**
 * As `checkValue`, but what is wrong with one key does not hide the others: the result holds the keys
 * that are right.
 */
export function checkFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  value: unknown,
  path: PolicyPath,
  report: Report,
): Partial<z.output<z.ZodObject<Shape>>> {
  const wrong = new Set<string | number | undefined>();
  checkValue<unknown>(schema, value, path, (issue) => {
    wrong.add(issue.path[path.length]);
    report(issue);
  });
  const right = Object.entries(asObject(value)).filter(([key]) => !wrong.has(key));
  const rest = schema.partial().safeParse(Object.fromEntries(right));
  return (rest.data ?? {}) as Partial<z.output<z.ZodObject<Shape>>>;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}

type Issue = z.core.$ZodIssue;

function reportIssue(issue: Issue, base: PolicyPath, report: Report): void {
  const path = [...base, ...issue.path.map(segment)];
  const branch = issue.code === 'invalid_union' ? likelyBranch(issue.errors) : undefined;
  if (issue.code === 'unrecognized_keys') {
    reportUnknownKeys(issue, path, report);
  } else if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? issue.message;
    report({ code: 'bad-name', path, message, at: 'key' });
  } else if (branch !== undefined) {
    for (const inner of branch) reportIssue(inner, path, report);
  } else {
    report({ code: codeOf(issue), path, message: issue.message });
  }
}

function segment(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key;
}

/** Of those that are not known: whoever has more has another file. */
const MOST_KEYS = 100;

function reportUnknownKeys(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  path: PolicyPath,
  report: Report,
): void {
  const known = issue.message.split(' ').filter((key) => key !== '');
  for (const key of issue.keys.slice(0, MOST_KEYS)) {
    const meant = didYouMean(key, known) || ` Known here: ${orList(known)}.`;
    const message = `There is no key \`${key.slice(0, 80)}\` here.${meant}`;
    report({ code: 'unknown-key', path: [...path, key], message, at: 'key' });
  }
}

/**
 * The way of writing it that the author seems to have chosen: one whose outer form is right, and of those
 * the one that has the fewest keys too many or too few.
 */
function likelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => !issues.some((issue) => isOtherForm(issue)))
    .toSorted((a, b) => oddKeys(a) - oddKeys(b))[0];
}

function oddKeys(issues: readonly Issue[]): number {
  const odd = issues.filter(
    ({ code, path, input }) =>
      (code === 'unrecognized_keys' && path.length === 0) ||
      (input === undefined && path.length === 1),
  );
  return odd.length;
}

function isOtherForm(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys' && issue.code !== 'custom';
}

function codeOf(issue: Issue): PolicyIssueCode {
  if (issue.code === 'custom' && issue.params !== undefined && 'code' in issue.params)
    return issue.params.code as PolicyIssueCode;
  return issue.input === undefined ? 'missing' : 'bad-value';
}

/** zod's error map. Schemas that bring a sentence of their own never come here. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      // No sentence yet: the list of known keys, for `reportUnknownKeys`, which zod keeps to itself.
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(' ') : '';
    case 'invalid_type':
      return wrongType(issue, TYPES[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return choose(issue.values.map(String), issue.input);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? choose(issue.options.map(String), asObject(issue.input)[String(issue.discriminator)])
        : wrongType(issue, 'another way of writing it');
    case 'too_small':
      return `At least ${issue.minimum}${unitOf(issue.origin)} needed.`;
    case 'too_big':
      return `At most ${issue.maximum}${unitOf(issue.origin)} allowed.`;
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return undefined;
  }
}

function wrongType({ path, input, inst }: z.core.$ZodRawIssue, expected: string): string {
  const description = inst instanceof z.ZodType ? inst.description : undefined;
  const hint = description === undefined ? '' : ` ${description}.`;
  return input === undefined
    ? `\`${String(path?.at(-1) ?? 'policy')}\` is missing.${hint}`
    : `Expected ${expected}, found ${foundText(input)}.${hint}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list, such as `[a, b]`',
  object: 'a block of keys',
  record: 'a block of keys',
};

function foundText(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a block of keys';
  return `\`${String(input).slice(0, 40)}\``;
}

function choose(options: readonly string[], input: unknown): string {
  const typed = typeof input === 'string' ? input : '';
  return `Choose ${orList(options)}.${didYouMean(typed, options)}`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters are';
  return origin === 'array' ? ' entries are' : ' is';
}
