/**
 * One-time schedules of EventBridge Scheduler, which do one call and nothing else: what takes access away where AWS
 * keeps no end itself, should Hallpass be dead by then. One for each right: it is moved, never doubled.
 */
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { z } from 'zod';
import type { Json } from '../core/policy.ts';
import type { Claim } from '../core/policy-target.ts';
import { formatInstant, type Instant, SECOND } from '../core/time.ts';
import * as aws from './aws.ts';
import type { Answer, Io } from './provider.ts';

type Sdk = typeof import('@aws-sdk/client-scheduler');

export const timerShape = z
  .strictObject({
    role: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,256}$/, 'the ARN of a role')
      .meta({
        description: 'The role by which a schedule takes access away: it may do nothing else',
        examples: ['arn:aws:iam::123456789012:role/hallpass-timer'],
      }),
    group: z
      .string()
      .regex(/^[0-9A-Za-z_.-]{1,64}$/, 'the name of a schedule group')
      .default('default')
      .meta({ description: 'The schedule group', examples: ['hallpass'] }),
  })
  .optional()
  .meta({
    description: 'Takes access away at its end although Hallpass is dead; not set if left out',
    examples: [{ role: 'arn:aws:iam::123456789012:role/hallpass-timer', group: 'hallpass' }],
  });

export type Timer = NonNullable<z.infer<typeof timerShape>>;

/**
 * A right has one timer, or none: whoever is given it second moves the first one's timer, and takes it away by what
 * their own provider says of it. Where two providers give it and say different things, one timer would stay.
 *
 * @param what that is given, fit to begin a sentence
 */
export function timerClaim(
  what: string,
  { profile, timer }: { readonly profile: string | null; readonly timer?: Timer | undefined },
): Claim {
  const by = timer === undefined ? 'no timer' : `the timer ${timer.group} by ${timer.role}`;
  const asked = timer === undefined || profile === null ? '' : ` of ${profile}`;
  return { path: ['provider'], what, by: `a provider with ${by}${asked}` };
}

/** What the schedule calls: `ssoadmin:deleteAccountAssignment`, in the spelling of Scheduler. */
export interface Call {
  readonly api: string;
  readonly input: Json;
}

const SCHEDULER: aws.Errors = {
  service: 'Scheduler',
  meanings: [
    [/^ConflictException$/, 'conflict'],
    [/^ValidationException$/, 'misconfigured'],
    [/^InternalServerException$/, 'unavailable'],
  ],
  gone: /^ResourceNotFoundException$/,
  full: /^ServiceQuotaExceededException$/,
  noRoom: 'There is no room for another schedule.',
};

/** It is late rather than early: access has a read-back of its own at its end. */
const MARGIN = 30 * SECOND;

export class Timers {
  readonly #scheduler = new aws.Service<Sdk, SchedulerClient>(
    '@aws-sdk/client-scheduler',
    () => import('@aws-sdk/client-scheduler'),
    (sdk, settings) => new sdk.SchedulerClient(settings),
  );

  /**
   * @param mark of the right, 32 hex digits: another installation's for the same right is another one
   * @param at null takes the timer away
   * @throws ProviderError
   */
  async set(
    where: { readonly region: string; readonly profile: string | null; readonly timer: Timer },
    mark: string,
    at: Instant | null,
    call: Call,
    io: Io,
  ): Promise<Answer> {
    const { sdk, client } = await this.#scheduler.client(where.region, where.profile);
    const { group: GroupName, role } = where.timer;
    const name = { Name: `hallpass-${mark}`, GroupName };
    const options = { abortSignal: io.signal };
    try {
      if (at === null) await client.send(new sdk.DeleteScheduleCommand(name), options);
      else {
        const schedule = { ...name, ...scheduleAt(at, role, call) };
        await client
          .send(new sdk.UpdateScheduleCommand(schedule), options)
          .catch((error: unknown) => {
            if (!aws.isNamed(error, SCHEDULER.gone)) throw error;
            return client.send(new sdk.CreateScheduleCommand(schedule), options);
          });
      }
      return { kind: 'done' };
    } catch (error) {
      if (at === null && aws.isNamed(error, SCHEDULER.gone))
        return { kind: 'already', owner: 'absent' };
      return aws.answerOf(SCHEDULER, aws.faultOf(SCHEDULER, error, io.signal));
    }
  }
}

function scheduleAt(at: Instant, role: string, { api, input }: Call) {
  return {
    ScheduleExpression: `at(${formatInstant(at + MARGIN).slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    ActionAfterCompletion: 'DELETE' as const,
    Target: {
      Arn: `arn:aws:scheduler:::aws-sdk:${api}`,
      RoleArn: role,
      Input: JSON.stringify(input),
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
    },
  };
}
