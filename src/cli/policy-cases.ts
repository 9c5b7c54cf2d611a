/**
 * `hallpass policy test`: cases that say who asks for what, and when, and what must come of it. A case is
 * compared in what it speaks of alone, so that it breaks only by what it is about.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { approvalTerms } from '../core/card.ts';
import type { Path } from '../core/explain.ts';
import { termsOfReview } from '../core/glass-text.ts';
import type { Policy } from '../core/policy.ts';
import type { PolicyContext } from '../core/policy-document.ts';
import { formatIssue } from '../core/policy-issue.ts';
import { formatDuration } from '../core/time.ts';
import { readPolicyFile } from '../policy-file.ts';
import type { Io } from './command.ts';
import { plain } from './plain.ts';
import { explainLine } from './policy-explain.ts';

const outcomeShape = z
  .strictObject({
    refused: z.string().optional(),
    approval: z.string().optional(),
    review: z.string().optional(),
    duration: z.string().optional(),
    start: z.string().optional(),
    conditions: z.array(z.string()).optional(),
  })
  .refine((outcome) => Object.keys(outcome).length > 0, 'say what must come of it');

const fileShape = z.strictObject({
  policy: z.string(),
  cases: z
    .array(
      z.strictObject({
        name: z.string(),
        who: z.string(),
        in: z.array(z.string()).default([]),
        asks: z.string(),
        at: z.iso.datetime({ offset: true }).default('2026-06-01T12:00:00Z'),
        outcome: outcomeShape,
      }),
    )
    .min(1),
});

type Case = z.output<typeof fileShape>['cases'][number];
type Outcome = Readonly<Record<string, unknown>>;

/** @returns the exit code: 0 when each case came out as it says */
export function testPolicies(path: string, context: PolicyContext, io: Io): number {
  const files = caseFiles(path);
  if (files.length === 0) io.err(`There is no *.test.yaml in ${path}.`);
  const codes = files.map((file) => testFile(file, context, io));
  return codes.length > 0 && codes.every((code) => code === 0) ? 0 : 1;
}

function caseFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.test.yaml'))
    .toSorted()
    .map((name) => join(path, name));
}

function testFile(file: string, context: PolicyContext, io: Io): number {
  const written = read(file);
  if (typeof written === 'string') return wrong(`${file}: ${written}`, io);
  const policyFile = resolve(dirname(file), written.policy);
  const reading = readPolicyFile(policyFile, context);
  if (reading.kind === 'faulty') {
    for (const issue of reading.issues) io.err(formatIssue(policyFile, issue));
    return wrong(`${file}: the policy cannot be used.`, io);
  }
  const failed = written.cases.filter((one) => !comesOut(one, reading.policy, io));
  const { length } = written.cases;
  io.out(`${file}: ${length - failed.length} of ${length} cases came out as they say.`);
  return failed.length === 0 ? 0 : 1;
}

function wrong(message: string, io: Io): number {
  io.err(message);
  return 1;
}

/** @returns a sentence when it is no file of cases */
function read(file: string): z.output<typeof fileShape> | string {
  try {
    const result = fileShape.safeParse(parse(readFileSync(file, 'utf8')));
    return result.success ? result.data : z.prettifyError(result.error);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function comesOut(one: Case, policy: Policy, io: Io): boolean {
  const by = { who: one.who, groups: one.in, at: Date.parse(one.at) };
  const explained = explainLine(policy, one.asks, by);
  const actual = typeof explained === 'string' ? { refused: explained } : outcomeOf(explained.path);
  const lines = differences(one.outcome, actual);
  if (lines.length > 0) for (const line of [`✗ ${one.name}`, ...lines]) io.err(line);
  return lines.length === 0;
}

function outcomeOf(path: Path): Outcome {
  if (path.kind === 'refused') return { refused: path.refusal.code };
  const { applied: conditions, duration, start } = path;
  const begins = start && { start: new Date(start.at).toISOString() };
  return { ...decidedBy(path), duration: formatDuration(duration), conditions, ...begins };
}

function decidedBy({ kind, role }: Exclude<Path, { kind: 'refused' }>): Outcome {
  if (kind === 'break-glass') return { approval: kind, review: plain(termsOfReview(role)) };
  return { approval: kind === 'automatic' ? kind : plain(approvalTerms({ role })) };
}

/** What was expected and what came, where they differ; what a case does not speak of may be anything. */
function differences(expected: Outcome, actual: Outcome): readonly string[] {
  const text = (value: unknown) => JSON.stringify(value ?? 'nothing');
  const keys = [
    ...Object.keys(expected),
    ...(expected.refused === undefined && actual.refused !== undefined ? ['refused'] : []),
  ];
  return keys
    .filter((key) => text(expected[key]) !== text(actual[key]))
    .flatMap((key) => [`  - ${key}: ${text(expected[key])}`, `  + ${key}: ${text(actual[key])}`]);
}
