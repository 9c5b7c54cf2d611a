/** `breakGlass:` of a role: who may have it at once and without approval, how often, and who reviews it. */
import { z } from 'zod';
import { oftenShape } from './policy-often.ts';

/** @param parts a list of groups that the file declares, and a duration */
export function breakGlassShape({
  groups,
  duration,
}: {
  readonly groups: z.ZodType<string[], string[]>;
  readonly duration: z.ZodType<number, string>;
}) {
  return z.strictObject({
    who: groups.meta({ description: 'Groups that may break the glass', examples: [['oncall']] }),
    max: duration.meta({ description: 'The longest for which it is broken', examples: ['30m'] }),
    often: oftenShape(duration).meta({
      description: 'How often one person may',
      examples: [{ most: 2, within: '7d' }],
    }),
    review: z
      .strictObject({
        by: groups.meta({
          description: 'Groups of which somebody else reviews it',
          examples: [['security']],
        }),
        within: duration.meta({ description: 'Within this time after its end', examples: ['1d'] }),
      })
      .meta({
        description: 'What somebody else says of it afterwards',
        examples: [{ by: ['security'], within: '1d' }],
      }),
  });
}
