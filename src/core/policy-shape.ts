/**
 * The policy file's shape as zod schemas. One definition checks the file, with the names that it
 * declares (`PolicyNames`), and makes the published JSON Schema, without them.
 */
import { z } from 'zod';
import { isZone } from './calendar.ts';
import { COMMAND_WORDS, isCommandWord } from './command-words.ts';
import { didYouMean, orList } from './nearest.ts';
import { type ChannelRef, SEPARATIONS } from './policy.ts';
import { approvalShape } from './policy-approval.ts';
import { breakGlassShape } from './policy-break-glass.ts';
import { conditionsShape } from './policy-condition.ts';
import { inputShape, patternShape } from './policy-input.ts';
import type { PolicyIssueCode } from './policy-issue.ts';
import { ladderShape } from './policy-ladder.ts';
import { reconcileShapeOf } from './policy-reconcile.ts';
import { emailFrom } from './principal.ts';
import { MINUTE, parseDuration } from './time.ts';
import { plainText } from './typed.ts';

/** What a file may refer to. `null`: anything, for the JSON Schema. */
export interface PolicyNames {
  readonly groups: readonly string[] | null;
  readonly providers: readonly string[] | null;
  readonly platforms: readonly string[];
  readonly rosters?: readonly string[] | undefined;
}

const NAME = /^[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*$/;

/** Inherited by every object: as a name it would be found where it was never declared. */
const RESERVED = ['constructor'];

const nameShape = z
  .string()
  .max(40, 'A name has at most 40 characters.')
  .regex(NAME, 'A name is made of a-z, 0-9 and single `-`, `_` or `.`, and begins with a letter.')
  .refine((name) => !RESERVED.includes(name), 'This name is reserved. Choose another.');

const roleNameShape = nameShape.refine(
  (name) => !isCommandWord(name),
  `A role cannot have the name of a command: ${COMMAND_WORDS.join(', ')}.`,
);

const durationShape = z
  .string({
    error: 'Write a duration with its unit, such as `45m`, `1h30m` or `1d`.',
  })
  .transform((text, context) => {
    const duration = parseDuration(text);
    if (duration !== undefined) return duration;
    context.addIssue('This is no duration. Write one such as `45m`, `1h30m` or `1d`.');
    return z.NEVER;
  })
  .meta({ title: 'duration', examples: ['45m', '1h30m', '1d'] });

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

const zoneShape = z
  .string()
  .max(60)
  .refine(isZone, 'There is no such time zone. Write one such as `Europe/Berlin`.');

/** One line, as it will be shown. */
const lineShape = (most: number) =>
  z.string().transform(plainText).pipe(z.string().min(1).max(most));

function reference(known: readonly string[] | null, code: PolicyIssueCode, what: string) {
  return z.string().superRefine((name, context) => {
    if (known === null || known.includes(name)) return;
    const meant = didYouMean(name, known) || ` Declared: ${orList(known.slice(0, 20))}.`;
    const message = `There is no ${what} \`${name.slice(0, 80)}\`.${meant}`;
    context.addIssue({ code: 'custom', params: { code }, message });
  });
}

export const providerRef = once((names) =>
  reference(names.providers, 'unknown-provider', 'provider').meta({ title: 'provider' }),
);

const groupRef = (names: PolicyNames) =>
  reference(names.groups, 'unknown-group', 'group').meta({ title: 'group' });

const groupList = (names: PolicyNames) => z.array(groupRef(names)).max(20);

/** Names of teams and their channels have spaces in them: `teams:Platform/Load balancer access`. */
const CHANNEL = /^([a-z][a-z0-9-]*):#?([^\s#]\S*|[^\s#/][^\n/]*\/[^\n]*\S)$/;

function channelShape(names: PolicyNames) {
  return z
    .string()
    .transform((text, context): ChannelRef => {
      const [, platform = '', channel = ''] = CHANNEL.exec(text) ?? [];
      if (platform === '')
        context.addIssue('Write a channel with its platform, such as `slack:#lb-access`.');
      else if (!names.platforms.includes(platform))
        context.addIssue({
          code: 'custom',
          params: { code: 'unknown-platform' },
          message: `There is no platform \`${platform}\`.${didYouMean(platform, names.platforms) || ` Known: ${orList(names.platforms)}.`}`,
        });
      return { platform, channel };
    })
    .meta({ title: 'channel', examples: ['slack:#lb-access'] });
}

export const emailShape = z
  .string()
  .refine(
    (text) => text.length <= 254 && /^[^\s@<>,;]{1,64}@[^\s@<>,;]+\.[^\s@<>,;.]+$/.test(text),
    'This is no e-mail address.',
  )
  .transform(emailFrom)
  .meta({ title: 'e-mail address', format: 'email' });

const scheduleShape = z
  .string()
  .regex(/^\S.{0,199}$/u, 'Name the schedule by its id; at Opsgenie, by its name or its id.');

/** One entry below `people:`, as far as it can be told without the providers of the file. */
export const personShape = z.record(
  z.string(),
  z.string().min(1).meta({ title: 'the name at that provider' }),
);

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

/** A shape takes longer to make than to use, and each role of a file is of the same. */
function once<Shape>(make: (names: PolicyNames) => Shape): (names: PolicyNames) => Shape {
  const made = new WeakMap<PolicyNames, Shape>();
  return (names) => {
    const known = made.get(names);
    if (known !== undefined) return known;
    const fresh = make(names);
    made.set(names, fresh);
    return fresh;
  };
}

const approvalIn = once((names) => approvalShape(groupRef(names), durationShape));

export const roleShape = once((names) => {
  return z.strictObject({
    description: lineShape(300).meta({
      description: 'What the role gives, in one line',
      examples: ['the whole load balancer'],
    }),
    targets: z
      .array(
        z.looseObject({
          provider: providerRef(names),
        }),
      )
      .min(1)
      .max(10)
      .meta({
        description: 'What is opened: a provider and that provider’s own keys',
        examples: [[{ provider: 'edge', map: '/etc/haproxy/jit.map', key: 'ip' }]],
      }),
    who: groupList(names)
      .min(1)
      .meta({ description: 'Groups that may ask', examples: [['operators']] }),
    duration: z
      .strictObject({
        max: durationShape.meta({
          description: 'The longest that may be asked for',
          examples: ['4h'],
        }),
        default: durationShape
          .meta({
            description: 'When none is typed',
            examples: ['1h'],
            default: 'the shorter of 1h and max',
          })
          .optional(),
      })
      .meta({ description: 'How long', examples: [{ max: '4h', default: '1h' }] }),
    inputs: z
      .record(nameShape, inputShape)
      .refine((inputs) => Object.keys(inputs).length <= 10, 'At most 10 inputs.')
      .meta({
        description: 'What the requester adds as name=value',
        examples: [{ ip: { type: 'ip', label: 'your address' } }],
      })
      .optional(),
    approve: approvalIn(names),
    breakGlass: breakGlassShape({
      groups: groupList(names).min(1),
      duration: durationShape,
    })
      .meta({
        description: 'Access at once, without approval, reviewed afterwards; nobody if left out',
        examples: [
          {
            who: ['oncall'],
            max: '30m',
            often: { most: 2, within: '7d' },
            review: { by: ['security'], within: '1d' },
          },
        ],
      })
      .optional(),
    ...sharedShape(names),
  });
});

/** Keys that stand in a role, or in `defaults:` for all roles that do not have them. */
export const sharedShape = once((names) => {
  return {
    channel: channelShape(names)
      .meta({ description: 'Where the card is posted', examples: ['slack:#lb-access'] })
      .optional(),
    fallbackChannel: channelShape(names)
      .meta({
        description: 'Where the card goes when `channel` cannot be posted to',
        examples: ['slack:#lb-alarms'],
      })
      .optional(),
    reason: z
      .strictObject({
        required: z
          .boolean()
          .meta({ description: 'Whether it must be there', examples: [false], default: true })
          .optional(),
        pattern: patternShape
          .meta({
            description: 'Must be found in the reason (RE2 syntax)',
            examples: ['INC-[0-9]+'],
          })
          .optional(),
        example: lineShape(200)
          .meta({
            description: 'A good reason, shown to people',
            examples: ['INC-118 the edge drops every tenth request'],
          })
          .optional(),
      })
      .meta({
        description: 'What the requester must say',
        examples: [{ required: true, example: 'rotate the edge certificate' }],
      })
      .optional(),
    expireAfter: durationShape
      .meta({ description: 'When an unanswered request expires', examples: ['30m'], default: '1h' })
      .optional(),
    startWithin: durationShape
      .meta({
        description: 'How far ahead a start may be asked for',
        examples: ['2d'],
        default: '7d',
      })
      .optional(),
    ...ladderShape({ group: groupRef(names), duration: durationShape, zone: zoneShape }),
    revoke: groupList(names)
      .meta({ description: 'Groups that may end somebody else’s access', examples: [['security']] })
      .optional(),
    attest: groupList(names)
      .meta({
        description: 'Groups that may attest that access is gone when its provider cannot be asked',
        examples: [['security']],
      })
      .optional(),
    separation: z
      .array(z.enum(SEPARATIONS))
      .max(SEPARATIONS.length)
      .meta({
        description:
          'Who may not decide on a request: the requester’s own team, or who reports to them',
        examples: [['own-team']],
      })
      .optional(),
    conditions: conditionsShape({
      name: nameShape,
      approval: approvalIn(names),
      duration: durationShape,
    })
      .meta({
        description: 'What else holds, and when',
        examples: [{ night: { when: 'time.hour < 6', max: '30m' } }],
      })
      .optional(),
    limits: z
      .strictObject({
        perDay: durationShape
          .meta({
            description: 'The longest that one person may be given this within 24 hours, in all',
            examples: ['8h'],
          })
          .optional(),
        live: z
          .int()
          .min(1)
          .max(20)
          .meta({
            description: 'How many grants, of all roles, one person may hold at once',
            examples: [3],
          })
          .optional(),
        cooldown: durationShape
          .meta({
            description: 'How long after its end one person may not have it again',
            examples: ['1h'],
          })
          .optional(),
      })
      .meta({ description: 'How much one person may have', examples: [{ perDay: '8h', live: 3 }] })
      .optional(),
    returnIfUnusedFor: durationShape
      .refine((length) => length >= MINUTE, 'From `1m` on.')
      .meta({
        description: 'After so long without use access is taken back; until its end if left out',
        examples: ['15m'],
      })
      .optional(),
    warnBefore: durationShape
      .meta({
        description: 'How long before the end the requester is told',
        examples: ['5m'],
        default: '10m',
      })
      .optional(),
  };
});

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

/** The top level. What stands below groups, providers, people and roles is checked entry by entry. */
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
