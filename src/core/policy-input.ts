/** `inputs:` of a role: what the requester must add as `name=value`. */
import { z } from 'zod';
import type { InputSpec } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import { PATTERN_LIMIT, patternFault, patternFits } from './policy-pattern.ts';
import { plainText } from './typed.ts';

export const patternShape = z
  .string()
  .min(1)
  .max(PATTERN_LIMIT)
  .superRefine((pattern, context) => {
    const fault = patternFault(pattern);
    if (fault === undefined) return;
    const message = `This is no pattern that can be used: ${fault}. Patterns are RE2's: no look-around, no back-references.`;
    context.addIssue({ code: 'custom', params: { code: 'bad-pattern' }, message });
  });

/** Typed values cannot hold what `plainText` takes away, nor can a quoted value hold its quotes. */
const valueShape = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine(
      (text) => plainText(text) === text && !text.includes('"') && !text.startsWith("'"),
      'Nobody can type this: no quotes, line breaks, double spaces or invisible characters.',
    );

const common = {
  label: z
    .string()
    .transform(plainText)
    .pipe(z.string().min(1).max(100))
    .meta({
      description: 'What people read',
      examples: ['your address'],
      default: 'the name of the input',
    })
    .optional(),
  required: z
    .boolean()
    .meta({ description: 'Whether it must be there', examples: [false], default: true })
    .optional(),
};
const port = z.int().min(1).max(65_535);

export const inputShape = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('ip'),
      ...common,
      widest: z
        .strictObject({
          v4: z
            .int()
            .min(8)
            .max(32)
            .meta({ description: 'Of IPv4', examples: [28], default: 32 })
            .optional(),
          v6: z
            .int()
            .min(32)
            .max(128)
            .meta({ description: 'Of IPv6', examples: [64], default: 128 })
            .optional(),
        })
        .meta({
          description: 'The shortest prefix of a network; a single address if left out',
          examples: [{ v4: 28, v6: 64 }],
        })
        .optional(),
    })
    .describe('An address, or a network if `widest` lets it'),
  z
    .strictObject({
      type: z.literal('port'),
      ...common,
      min: port.meta({ description: 'The least', examples: [8_000], default: 1 }).optional(),
      max: port.meta({ description: 'The most', examples: [8_999], default: 65_535 }).optional(),
    })
    .describe('A port number'),
  z
    .strictObject({
      type: z.literal('choice'),
      ...common,
      options: z
        .array(valueShape(75))
        .min(1)
        .max(100)
        .meta({ description: 'What is on offer', examples: [['checkout', 'order history']] }),
    })
    .describe('One of a list'),
  z
    .strictObject({
      type: z.literal('text'),
      ...common,
      maxLength: z
        .int()
        .min(1)
        .max(500)
        .meta({ description: 'The most characters', examples: [40], default: 100 })
        .optional(),
      pattern: patternShape
        .meta({
          description: 'Must describe the whole value (RE2 syntax)',
          examples: ['web-[0-9]+'],
        })
        .optional(),
      example: valueShape(100)
        .meta({ description: 'Needed where there is a pattern', examples: ['web-3'] })
        .optional(),
    })
    .describe('A line of text'),
]);

type InputDraft = z.output<typeof inputShape>;
type DraftOf<Type extends InputDraft['type']> = Extract<InputDraft, { type: Type }>;

export function inputSpec(name: string, draft: InputDraft): InputSpec {
  const shared = { label: draft.label ?? name, required: draft.required ?? true };
  switch (draft.type) {
    case 'ip':
      return {
        kind: 'ip',
        ...shared,
        widest: { v4: draft.widest?.v4 ?? 32, v6: draft.widest?.v6 ?? 128 },
      };
    case 'port':
      return { kind: 'port', ...shared, min: draft.min ?? 1, max: draft.max ?? 65_535 };
    case 'choice':
      return { kind: 'choice', ...shared, options: draft.options };
    case 'text':
      return {
        kind: 'text',
        ...shared,
        maxLength: draft.maxLength ?? 100,
        pattern: draft.pattern ?? null,
        ...(draft.example === undefined ? {} : { example: draft.example }),
      };
  }
}

/** What no key of an input shows alone. */
export function checkInput(draft: InputDraft, path: PolicyPath, report: Report): void {
  if (draft.type === 'port') checkPort(draft, path, report);
  if (draft.type === 'choice') checkChoice(draft, path, report);
  if (draft.type === 'text') checkText(draft, path, report);
}

function checkPort(draft: DraftOf<'port'>, path: PolicyPath, report: Report): void {
  const { min = 1, max = 65_535 } = draft;
  if (min <= max) return;
  const message = `No port is from ${min} to ${max}: \`min\` is more than \`max\`.`;
  report({ code: 'bad-input', path: [...path, 'min'], message });
}

function checkChoice(draft: DraftOf<'choice'>, path: PolicyPath, report: Report): void {
  const seen = new Set<string>();
  for (const [index, option] of draft.options.entries()) {
    if (seen.has(option.toLowerCase())) {
      const message = `\`${option}\` is on offer twice (upper and lower case are the same).`;
      report({ code: 'bad-input', path: [...path, 'options', index], message });
    }
    seen.add(option.toLowerCase());
  }
}

function checkText(draft: DraftOf<'text'>, path: PolicyPath, report: Report): void {
  const { pattern, example, maxLength = 100 } = draft;
  if (pattern !== undefined && example === undefined)
    report({
      code: 'example-unfit',
      path: [...path, 'example'],
      message: 'A pattern needs an `example:` that fits it, to show to people.',
    });
  if (example === undefined) return;
  const isFit = pattern === undefined || patternFits(pattern, example);
  if (isFit && example.length <= maxLength) return;
  const message = isFit
    ? `The example is longer than ${maxLength} characters.`
    : `The example does not fit the pattern: the pattern must describe the whole value.`;
  report({ code: 'example-unfit', path: [...path, 'example'], message });
}
