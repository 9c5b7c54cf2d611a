/** One entry below `roles:` of the policy file, and what `defaults:` may say for all of them, as zod schemas. */
import { z } from 'zod';
import { SEPARATIONS } from './policy.ts';
import { approvalShape } from './policy-approval.ts';
import { breakGlassShape } from './policy-break-glass.ts';
import { conditionsShape } from './policy-condition.ts';
import { inputShape, patternShape } from './policy-input.ts';
import { ladderShape } from './policy-ladder.ts';
import {
  channelShape,
  durationShape,
  groupList,
  groupRef,
  lineShape,
  nameShape,
  once,
  providerRef,
  zoneShape,
} from './policy-values.ts';
import { MINUTE } from './time.ts';

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
