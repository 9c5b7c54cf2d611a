/** How IAM names what goes wrong with inline policies. */

import * as aws from '../aws.ts';
import type { Answer } from '../provider.ts';

const IAM: aws.Errors = {
  service: 'IAM',
  meanings: [
    [/^(ConcurrentModification|EntityTemporarilyUnmodifiable)(Exception)?$/, 'conflict'],
    [/^(MalformedPolicyDocument|ValidationError)(Exception)?$/, 'misconfigured'],
  ],
  gone: /^NoSuchEntity(Exception)?$/,
  full: /^LimitExceeded(Exception)?$/,
  noRoom: 'The user has no room for another policy.',
};

export function isGone(error: unknown): boolean {
  return aws.isNamed(error, IAM.gone);
}

/** @returns what to throw; what is gone and what is full keep their own names */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  return aws.faultOf(IAM, error, signal);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  if (isGone(error)) return { kind: 'conflict', why: 'The user or the policy is gone.' };
  return aws.answerOf(IAM, error);
}
