/** What a role says of the time in which nobody answers: steps, reminders, quiet hours. */
import { z } from 'zod';
import type { QuietHours } from './policy.ts';
import type { Report } from './policy-issue.ts';
import { BUILT_IN, type RoleDraft, type RoleReading } from './policy-role-draft.ts';
import { formatDuration, type Millis } from './time.ts';

const MOST_STEPS = 20;

const clockShape = z
  .string({ error: 'Write a time of day in quotes, such as `"22:00"`.' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day such as `"22:00"`.')
  .meta({ title: 'time of day', examples: ['22:00'] });

function quietShape(zone: z.ZodType<string, string>) {
  return z
    .strictObject({
      from: clockShape.meta({ description: 'When they begin', examples: ['22:00'] }),
      until: clockShape.meta({
        description: 'When they are over, on the next day where that is earlier',
        examples: ['07:00'],
      }),
      zone: zone
        .meta({
          description: 'In which zone',
          examples: ['Europe/Berlin'],
          default: 'the zone of the policy',
        })
        .optional(),
      does: z
        .enum(['delay', 'skip'])
        .meta({
          description: 'What becomes of a step or a reminder that falls due in them',
          examples: ['skip'],
          default: 'delay',
        })
        .optional(),
    })
    .refine(({ from, until }) => from !== until, 'They end when they begin.');
}

export function ladderShape(of: {
  readonly group: z.ZodType<string, string>;
  readonly duration: z.ZodType<Millis, string>;
  readonly zone: z.ZodType<string, string>;
}) {
  const step = z.strictObject({
    after: of.duration.meta({ description: 'After the asking', examples: ['5m'] }),
    to: z.union([of.group, z.strictObject({ managerOf: z.literal('requester') })]).meta({
      description: 'Who is told by direct message: a group, or { managerOf: requester }',
      examples: ['security'],
    }),
  });
  return {
    escalate: z
      .array(step)
      .max(MOST_STEPS, `At most ${MOST_STEPS} steps.`)
      .meta({
        description: 'Who else is told while nobody answers',
        examples: [[{ after: '5m', to: 'security' }]],
      })
      .optional(),
    remind: of.duration
      .meta({
        description:
          'After the asking, those whose approval is missing are reminded; each pause after that is twice as long',
        examples: ['15m'],
      })
      .optional(),
    quiet: quietShape(of.zone)
      .meta({
        description: 'Hours in which nobody is told that something waits',
        examples: [{ from: '22:00', until: '07:00' }],
      })
      .optional(),
  };
}

/** @param zone the policy's own */
export function ladderParts({ escalate, remind, quiet }: RoleDraft, zone: string) {
  return {
    escalation: escalate ?? [],
    ...(remind === undefined ? {} : { remindAfter: remind }),
    ...(quiet === undefined ? {} : { quiet: quietHours(quiet, zone) }),
  };
}

function quietHours(written: NonNullable<RoleDraft['quiet']>, zone: string): QuietHours {
  return {
    zone: written.zone ?? zone,
    from: minutesIn(written.from),
    until: minutesIn(written.until),
    does: written.does ?? 'delay',
  };
}

/** `22:30` → 1350 */
function minutesIn(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

export function checkLadder({ draft, pathOf }: RoleReading, report: Report): void {
  const expiry = draft.expireAfter ?? BUILT_IN.expireAfter;
  const expiresFirst = `The request expires first, after ${formatDuration(expiry)} (\`expireAfter\`).`;
  if (draft.remind !== undefined && draft.remind >= expiry)
    report({ code: 'reminder-too-late', path: pathOf('remind'), message: expiresFirst });
  let earlier = 0;
  for (const [index, { after }] of (draft.escalate ?? []).entries()) {
    const path = [...pathOf('escalate'), index, 'after'];
    if (after >= expiry) report({ code: 'escalation-too-late', path, message: expiresFirst });
    if (after <= earlier)
      report({
        code: 'escalation-order',
        path,
        message: 'Each step comes later than the one before.',
      });
    earlier = after;
  }
}
