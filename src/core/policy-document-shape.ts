/**
 * The top level of the policy file as a zod schema. What stands below groups, providers, people
 * and roles is checked entry by entry.
 */
import { z } from 'zod';
import { reconcileShapeOf } from './policy-reconcile.ts';
import {
  channelShape,
  durationShape,
  emailShape,
  groupList,
  nameShape,
  type PolicyNames,
  roleNameShape,
  zoneShape,
} from './policy-values.ts';

/** NB. Compared as text: `until` without a time of day is the end of that day. */
const freezeShape = z
  .strictObject({
    from: dateShape('00:00').meta({
      description: 'When it begins; without a time of day, with that day',
      examples: ['2026-12-24'],
    }),
    until: dateShape('24:00').meta({
      description: 'When it is over; without a time of day, with that day',
      examples: ['2027-01-02'],
    }),
  })
  .refine(({ from, until }) => from < until, 'It ends before it begins.');

function dateShape(clock: string) {
  return z
    .string({ error: 'Write a date in quotes, such as `"2026-12-24"` or `"2026-12-24 18:00"`.' })
    .regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])( ([01]\d|2[0-3]):[0-5]\d)?$/,
      'Write a date such as `2026-12-24` or `2026-12-24 18:00`.',
    )
    .transform((text) => (text.length === 10 ? `${text} ${clock}` : text))
    .meta({ title: 'date, or date and time', examples: ['2026-12-24', '2026-12-24 18:00'] });
}

const reconcileShape = (names: PolicyNames) =>
  reconcileShapeOf({ duration: durationShape, channel: channelShape(names) });

const WHOLE_ROLE = {
  'lb-admin': {
    description: 'the whole load balancer',
    targets: [{ provider: 'edge', map: '/etc/haproxy/jit.map', key: 'email' }],
    who: ['operators'],
    duration: { max: '4h' },
    approve: { of: 'leads' },
    channel: 'slack:#lb-access',
  },
};

export function documentShape(names: PolicyNames) {
  return z.strictObject({
    version: z.literal(1).meta({ description: 'The version of this format', examples: [1] }),
    groups: z.record(nameShape, z.unknown()).meta({
      description: 'Groups of people',
      examples: [{ leads: { members: ['grace@example.com'] } }],
    }),
    providers: z.record(nameShape, z.unknown()).meta({
      description: 'Where access is given',
      examples: [{ edge: { type: 'haproxy', nodes: ['unix:/run/haproxy/admin.sock'] } }],
    }),
    people: z
      .record(emailShape, z.unknown())
      .meta({
        description:
          'Who is who: by somebody’s e-mail address, their name at each provider that knows them by another. Nobody is guessed',
        examples: [{ 'ada@example.com': { prod: 'ada', center: 'ada.l' } }],
      })
      .optional(),
    roles: z.record(roleNameShape, z.unknown()).meta({
      description: 'What people may ask for',
      examples: [WHOLE_ROLE],
    }),
    defaults: z
      .unknown()
      .meta({
        description: 'Keys for every role that does not have them',
        examples: [{ channel: 'slack:#lb-access' }],
      })
      .optional(),
    zone: zoneShape
      .meta({
        description: 'The time zone of hours, weekdays and freezes',
        examples: ['Europe/Berlin'],
        default: 'UTC',
      })
      .optional(),
    freezes: z
      .record(nameShape, freezeShape)
      .meta({
        description: 'Times that conditions may speak of, such as holidays',
        examples: [{ holidays: { from: '2026-12-24', until: '2027-01-02' } }],
      })
      .optional(),
    alarms: channelShape(names)
      .meta({
        description: 'Where alarms go that belong to no request',
        examples: ['slack:#lb-alarms'],
      })
      .optional(),
    reconcile: reconcileShape(names)
      .meta({
        description: 'How what stands at targets is held against what is granted',
        examples: [{ every: '30m', orphans: 'remove' }],
      })
      .optional(),
    restore: groupList(names)
      .meta({
        description: 'Groups that may restore an account whose e-mail changed',
        examples: [['security']],
      })
      .optional(),
    killSwitch: groupList(names)
      .meta({
        description: 'Groups that may freeze everything, and thaw it: nobody if left out',
        examples: [['security']],
      })
      .optional(),
  });
}
