/** `approve:` of a role: nobody at all, so many of one group, of several at once, or stages of these. */
import { z } from 'zod';
import type { ApprovalRule, Quorum, Stage } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import { oftenShape } from './policy-often.ts';
import { seatsIn } from './seats.ts';

/** More than any rule needs: who sits where is worked out at each click. */
const MOST_SEATS = 50;

/** @param groupRef the name of a group that the file declares */
export function approvalShape(
  groupRef: z.ZodType<string, string>,
  duration: z.ZodType<number, string>,
) {
  const quorum = {
    count: z
      .int()
      .min(1)
      .max(20)
      .meta({ description: 'How many distinct people', examples: [2], default: 1 })
      .optional(),
    of: groupRef.meta({ description: 'From which group', examples: ['leads'] }),
  };
  const one = z.strictObject(quorum);
  const all = z.strictObject({
    all: z
      .array(one)
      .min(1)
      .max(10)
      .meta({
        description: 'All of these at once; one person fills one seat',
        examples: [[{ of: 'security' }, { count: 2, of: 'ops' }]],
      }),
  });
  return z
    .union([
      z.literal('automatic'),
      z.strictObject({
        automatic: oftenShape(duration).meta({
          description: 'Without approval, but only so often',
          examples: [{ most: 3, within: '7d' }],
        }),
      }),
      one,
      all,
      z.strictObject({
        stages: z
          .array(z.union([one, all]))
          .min(1)
          .max(10)
          .meta({
            description:
              'One after another, each like `{ count: 1, of: group }` or `{ all: [...] }`',
            examples: [[{ of: 'leads' }, { of: 'security' }]],
          }),
      }),
    ])
    .meta({
      title: 'rule of approval',
      description:
        'Write `{ count: 1, of: group }`, `{ all: [...] }`, `{ stages: [...] }`, or `automatic` for no approval at all',
      examples: [{ count: 2, of: 'leads' }],
    });
}

export type Written = z.output<ReturnType<typeof approvalShape>>;
type WrittenStage = Exclude<
  Written,
  'automatic' | { readonly stages: unknown } | { readonly automatic: unknown }
>;

/** A requirement, and where it was written. */
export interface WrittenQuorum extends Quorum {
  readonly path: PolicyPath;
}

export function approvalRule(written: Written): ApprovalRule {
  if (written === 'automatic') return { kind: 'automatic' };
  if ('automatic' in written) return { kind: 'automatic', cap: written.automatic };
  const stages = writtenStages(written, []).map(
    (stage): Stage => stage.map(({ count, of }) => ({ count, of })),
  );
  return { kind: 'stages', stages };
}

/** @param path of the rule itself */
export function writtenStages(
  written: Written | undefined,
  path: PolicyPath,
): readonly (readonly WrittenQuorum[])[] {
  if (written === undefined || isAutomatic(written)) return [];
  if (!('stages' in written)) return [stageOf(written, path)];
  return written.stages.map((stage, index) => stageOf(stage, [...path, 'stages', index]));
}

export function isAutomatic(
  written: Written,
): written is Extract<Written, 'automatic' | { readonly automatic: unknown }> {
  return written === 'automatic' || 'automatic' in written;
}

function stageOf(written: WrittenStage, path: PolicyPath): readonly WrittenQuorum[] {
  if (!('all' in written)) return [{ count: written.count ?? 1, of: written.of, path }];
  return written.all.map(({ count, of }, index) => {
    return { count: count ?? 1, of, path: [...path, 'all', index] };
  });
}

export function checkSeats(
  stages: readonly (readonly WrittenQuorum[])[],
  path: PolicyPath,
  report: Report,
): void {
  const seats = seatsIn(stages.flat());
  if (seats <= MOST_SEATS) return;
  const message = `${seats} people would have to approve; at most ${MOST_SEATS} are allowed.`;
  report({ code: 'bad-value', path, message });
}
