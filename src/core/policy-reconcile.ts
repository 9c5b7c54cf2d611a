/** `reconcile:` of a policy: how often targets are looked through, and what becomes of what is found. */
import { z } from 'zod';
import type { ChannelRef, Reconciliation } from './policy.ts';
import type { Millis } from './time.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

const DEFAULTS: Reconciliation = { every: HOUR, channel: null, orphans: 'report' };
const OFTENEST: Millis = 5 * MINUTE;
const SELDOMEST: Millis = 7 * DAY;

export function reconcileShapeOf({
  duration,
  channel,
}: {
  readonly duration: z.ZodType<Millis>;
  readonly channel: z.ZodType<ChannelRef>;
}) {
  return z.strictObject({
    every: duration
      .refine((every) => every >= OFTENEST && every <= SELDOMEST, 'From `5m` to `7d`.')
      .meta({
        description: 'How often each target is looked through',
        examples: ['30m'],
        default: '1h',
      })
      .optional(),
    channel: channel
      .meta({
        description: 'Where it is reported; where alarms go if left out',
        examples: ['slack:#lb-audit'],
      })
      .optional(),
    orphans: z
      .enum(['report', 'remove'])
      .meta({
        description: 'What becomes of what Hallpass gave by its own seal, and no request holds',
        examples: ['remove'],
        default: 'report',
      })
      .optional(),
  });
}

export function reconciliationFrom(
  written: z.infer<ReturnType<typeof reconcileShapeOf>> | undefined,
): Reconciliation {
  const { every, channel, orphans } = written ?? {};
  return {
    every: every ?? DEFAULTS.every,
    channel: channel ?? DEFAULTS.channel,
    orphans: orphans ?? DEFAULTS.orphans,
  };
}
