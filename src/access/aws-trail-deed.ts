/**
 * One event of CloudTrail, as far as it tells who did what when. Its text is whatever AWS wrote of what a client sent.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import { z } from 'zod';
import type { Instant } from '../core/time.ts';
import { ProviderError } from './provider.ts';

const recordShape = z.object({
  eventID: z.string().max(100),
  eventTime: z.iso.datetime(),
  eventSource: z.string(),
  eventName: z.string(),
  /** Whose copy of the event this is. */
  recipientAccountId: z.string(),
  userIdentity: z
    .object({
      type: z.string().optional(),
      principalId: z.string().optional(),
      sessionContext: z
        .object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() })
        .optional(),
    })
    .nullish(),
});

export interface Deed {
  readonly id: string;
  /** To the second, rounded down. */
  readonly at: Instant;
  readonly account: string;
  /** `ec2` of `ec2.amazonaws.com`. Untrusted text. */
  readonly service: string;
  /** `StopInstances`. Untrusted text. */
  readonly call: string;
  readonly by: Doer;
}

/** As far as the event tells: empty where it does not. Untrusted text. */
export interface Doer {
  /** `IAMUser`, `AssumedRole` … */
  readonly type: string;
  /** IAM's own id of a user; of a session that of its role, a colon and its name. */
  readonly principal: string;
  /** The ARN of the role that a session is of. */
  readonly role: string;
}

/** @throws ProviderError: what cannot be read may be anybody's */
export function deedIn(text: string | undefined): Deed {
  const record = recordShape.safeParse(jsonIn(text ?? ''));
  if (!record.success)
    throw new ProviderError('bad-answer', 'CloudTrail shows an event that cannot be read', {
      cause: record.error,
    });
  const { eventID, eventTime, eventSource, eventName, recipientAccountId, userIdentity } =
    record.data;
  return {
    id: eventID,
    at: Date.parse(eventTime),
    account: recipientAccountId,
    service: eventSource.replace(/\.amazonaws\.com$/, ''),
    call: eventName,
    by: {
      type: userIdentity?.type ?? '',
      principal: userIdentity?.principalId ?? '',
      role: userIdentity?.sessionContext?.sessionIssuer?.arn ?? '',
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const PLAIN = /^[\w.:-]{1,60}$/;

/** `ec2 StopInstances`, in plain letters. */
export function wordsFor({ service, call }: Deed): string {
  const plain = (text: string) => (PLAIN.test(text) ? text : 'something');
  return `${plain(service)} ${plain(call)}`;
}
