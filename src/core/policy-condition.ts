/** `conditions:` of a role: when what else holds than the role itself says. Checked as far as can be. */
import { z } from 'zod';
import { readExpression } from './condition-reading.ts';
import { didYouMean, orList } from './nearest.ts';
import type { Condition } from './policy.ts';
import { approvalRule, type approvalShape } from './policy-approval.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import { plainText } from './typed.ts';

const MOST_CONDITIONS = 20;

export function conditionsShape(parts: {
  readonly name: z.ZodType<string, string>;
  readonly approval: ReturnType<typeof approvalShape>;
  readonly duration: z.ZodType<number, string>;
}) {
  const refuse = z.string().transform(plainText).pipe(z.string().min(1).max(200));
  const condition = z
    .strictObject({
      when: z
        .string()
        .min(1)
        .max(1_000)
        .meta({
          description: 'A CEL expression that is true or false, such as `time.weekday == "sun"`',
          examples: ['request.duration > duration("1h")'],
        }),
      approve: parts.approval.optional(),
      max: parts.duration
        .meta({ description: 'The longest that may then be asked for', examples: ['30m'] })
        .optional(),
      refuse: refuse
        .meta({
          description: 'Nothing is given then, and this is said',
          examples: ['nothing is changed over the holidays'],
        })
        .optional(),
    })
    .refine(
      ({ approve, max, refuse: why }) => [approve, max, why].some((one) => one !== undefined),
      'Say what then holds: `approve:`, `max:` or `refuse:`.',
    );
  return z
    .record(parts.name, condition)
    .refine(
      (all) => Object.keys(all).length <= MOST_CONDITIONS,
      `At most ${MOST_CONDITIONS} conditions.`,
    );
}

export type WrittenConditions = z.output<ReturnType<typeof conditionsShape>>;

/** What a condition may speak of. */
export interface Speakable {
  readonly groups: readonly string[] | null;
  readonly inputs: readonly string[];
  readonly freezes: readonly string[];
}

export function readConditions(
  written: WrittenConditions | undefined,
  path: PolicyPath,
  speakable: Speakable,
  report: Report,
): readonly Condition[] {
  return Object.entries(written ?? {}).flatMap(([name, { when, approve, max, refuse }]) => {
    const reading = readExpression(when);
    const at = [...path, name, 'when'];
    if (reading.kind === 'fault') {
      const message = `This condition cannot be used: ${reading.message}.`;
      report({ code: 'bad-condition', path: at, message });
      return [];
    }
    reportUnknown(reading, at, speakable, report);
    const { groups, looksBack } = reading;
    return [
      {
        ...{ name, when, groups: [...new Set(groups)], looksBack },
        approval: approve === undefined ? null : approvalRule(approve),
        max: max ?? null,
        refuse: refuse ?? null,
      },
    ];
  });
}

type Sound = Extract<ReturnType<typeof readExpression>, { kind: 'sound' }>;

function reportUnknown(
  { groups, inputs, freezes }: Sound,
  path: PolicyPath,
  known: Speakable,
  report: Report,
): void {
  const check = (
    code: 'unknown-group' | 'bad-condition',
    what: string,
    names: readonly string[],
    declared: readonly string[] | null,
  ) => {
    for (const name of names) {
      if (declared === null || declared.includes(name)) continue;
      const meant =
        didYouMean(name, declared) || ` Declared: ${orList(declared.slice(0, 20)) || 'none'}.`;
      report({ code, path, message: `There is no ${what} \`${name.slice(0, 80)}\`.${meant}` });
    }
  };
  check('unknown-group', 'group', groups, known.groups);
  check('bad-condition', 'input', inputs, known.inputs);
  check('bad-condition', 'freeze', freezes, known.freezes);
}
