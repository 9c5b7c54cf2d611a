/** `breakGlass:` of a role: who may have it at once and without approval, how often, and who reviews it. */
import { z } from 'zod';
import { LOOKS_BACK } from './condition-language.ts';

/** @param parts a list of groups that the file declares, and a duration */
export function breakGlassShape({
  groups,
  duration,
}: {
  readonly groups: z.ZodType<string[], string[]>;
  readonly duration: z.ZodType<number, string>;
}) {
  return z.strictObject({
    who: groups.describe('Groups that may break the glass'),
    max: duration.describe('The longest for which it is broken'),
    often: z
      .strictObject({
        most: z.int().min(1).max(100).describe('So often for one person'),
        within: duration
          .refine((time) => time <= LOOKS_BACK, 'Nothing is counted from longer ago than 90d.')
          .describe('Within this time'),
      })
      .describe('How often one person may'),
    review: z
      .strictObject({
        by: groups.describe('Groups of which somebody else reviews it'),
        within: duration.describe('Within this time after its end'),
      })
      .describe('What somebody else says of it afterwards'),
  });
}
