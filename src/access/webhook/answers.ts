/** What a receiver may answer. Whatever is anything else is no answer. */
import { z } from 'zod';
import type { Json } from '../../core/policy.ts';
import type { Residue } from '../../core/residue.ts';
import { DAY, SECOND } from '../../core/time.ts';
import type { Answer, Finding, Reading } from '../provider.ts';

const line = z
  .string()
  .max(500)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'one line');
const seconds = z
  .number()
  .min(0)
  .max(3_600)
  .transform((value) => Math.ceil(value * SECOND));
/** For what remains: days at most. */
const longTime = z
  .number()
  .min(0)
  .max((31 * DAY) / SECOND)
  .transform((value) => Math.ceil(value * SECOND));
/** RFC 3339, in UTC and whole seconds. */
const instant = z.iso.datetime().transform((text) => Date.parse(text));
const json: z.ZodType<Json> = z.json();
const DEEPEST = 100;
/** NB. It is looked at whether it is small before anything goes down into it that could lose its way back. */
const smallJson = z
  .unknown()
  .refine((value) => isShallow(value), `deeper than ${DEEPEST}`)
  .pipe(json)
  .refine((value) => JSON.stringify(value).length <= 4_000, 'too long');

function isShallow(value: unknown): boolean {
  let level = nests([value]);
  for (let depth = 0; depth < DEEPEST; depth += 1)
    level = nests(level.flatMap((one) => Object.values(one)));
  return level.length === 0;
}

function nests(values: readonly unknown[]): readonly object[] {
  return values.filter((one) => typeof one === 'object' && one !== null);
}

/** A sentence alone says nothing of how long. */
const residue: z.ZodType<Residue> = z.union([
  line.transform((text) => ({ text, lasts: null })),
  z.strictObject({ text: line.min(1), lasts: longTime.nullable() }),
]);

export const planAnswer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('planned'),
    key: line.min(1),
    handle: smallJson,
    summary: line.min(1),
    residue: residue.nullable(),
  }),
  z.strictObject({ kind: z.literal('refused'), why: line }),
]);

export const convergeAnswer: z.ZodType<Answer> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done') }),
  z.strictObject({ kind: z.literal('already'), owner: z.enum(['ours', 'foreign', 'absent']) }),
  z.strictObject({
    kind: z.literal('pending'),
    pollAfter: seconds,
    receipt: smallJson.default(null),
  }),
  z.strictObject({ kind: z.literal('conflict'), why: line }),
  z.strictObject({ kind: z.literal('throttled'), retryAfter: seconds.nullable() }),
  z.strictObject({ kind: z.literal('unknown'), why: line }),
  z.strictObject({
    kind: z.literal('failed'),
    class: z.enum(['auth', 'quota', 'config', 'unsupported']),
    why: line,
  }),
]);

export const readAnswer: z.ZodType<Reading> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('present'), until: instant.nullable(), evidence: line }),
  z.strictObject({ kind: z.literal('partial'), evidence: line }),
  z.strictObject({ kind: z.literal('absent'), evidence: line }),
  z.strictObject({ kind: z.literal('unreadable'), why: line }),
]);

/** `mark`: what came with the wish that gave it, null where it came by another hand; left out: not kept. */
const listed = z.strictObject({
  key: line,
  until: instant.nullable(),
  evidence: line,
  mark: line.nullable().optional(),
  handle: smallJson.optional(),
});
export type Listed = z.infer<typeof listed>;

export const listAnswer = z.strictObject({ held: z.array(listed).max(10_000) });

export const doctorAnswer: z.ZodType<{ readonly findings: readonly Finding[] }> = z.strictObject({
  findings: z
    .array(z.strictObject({ level: z.enum(['ok', 'warning', 'fault']), message: line }))
    .max(100),
});
