/** One entry below `groups:` of the policy file, as a zod schema. */
import { z } from 'zod';
import { orList } from './nearest.ts';
import { emailShape, type PolicyNames } from './policy-values.ts';

const scheduleShape = z
  .string()
  .regex(/^\S.{0,199}$/u, 'Name the schedule by its id; at Opsgenie, by its name or its id.');

/** `{ members: [e-mail …], slack: "@sre" }`: the people named here, and one key for each platform and roster. */
export function groupShape(names: PolicyNames) {
  const { rosters = [] } = names;
  const platformGroup = z
    .string()
    .regex(/^\S.{0,199}$/u, 'Name the group as its platform does, such as `"@sre"`.');
  const platforms = names.platforms.map((platform) => {
    const described = z.union([platformGroup, z.array(platformGroup).min(1)]).meta({
      description: `A user group at ${platform}, or a list of them: "@handle" or its id`,
      examples: ['@operators'],
    });
    return [platform, described.optional()] as const;
  });
  const schedules = rosters.map((roster) => {
    const described = z.union([scheduleShape, z.array(scheduleShape).min(1).max(20)]).meta({
      description: `A schedule at ${roster}, or a list of them: whoever is on call by it right now`,
      examples: ['PXY12AB'],
    });
    return [roster, described.optional()] as const;
  });
  return z
    .strictObject({
      members: z
        .array(emailShape)
        .max(2_000)
        .meta({
          description: 'E-mail addresses',
          examples: [['ada@example.com', 'grace@example.com']],
        })
        .optional(),
      kind: z
        .literal('team')
        .meta({
          description: 'Its members are colleagues: see `separation` of a role',
          examples: ['team'],
        })
        .optional(),
      managers: z
        .array(emailShape)
        .max(20)
        .meta({
          description: 'Those to whom its members report: see `separation` of a role',
          examples: [['grace@example.com']],
        })
        .optional(),
      ...Object.fromEntries([...platforms, ...schedules]),
    })
    .refine(
      ({ kind: _kind, managers: _managers, ...sources }) =>
        Object.values(sources).some((source) => source !== undefined),
      `Say who is in the group: \`members:\` (e-mail addresses) or one of ${orList([...names.platforms, ...rosters])}.`,
    );
}
