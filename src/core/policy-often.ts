/** So often for one person within a time, as whatever is given without approval is bounded. */
import { z } from 'zod';
import { LOOKS_BACK } from './condition-language.ts';

export function oftenShape(duration: z.ZodType<number, string>) {
  return z.strictObject({
    most: z
      .int()
      .min(1)
      .max(100)
      .meta({ description: 'So often for one person', examples: [3] }),
    within: duration
      .refine((time) => time <= LOOKS_BACK, 'Nothing is counted from longer ago than 90d.')
      .meta({ description: 'Within this time', examples: ['7d'] }),
  });
}
