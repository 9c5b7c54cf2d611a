/** How Identity Center and its store name what goes wrong. */
import * as aws from '../aws.ts';
import type { Answer } from '../provider.ts';

const CENTER: aws.Errors = {
  service: 'Identity Center',
  meanings: [
    // "The previous write has not spread yet": asked again by and by.
    [/^ConflictException$/, 'conflict'],
    [/^ValidationException$/, 'misconfigured'],
    [/^InternalServerException$/, 'unavailable'],
  ],
  gone: /^ResourceNotFoundException$/,
  full: /^ServiceQuotaExceededException$/,
  noRoom: 'Identity Center has no room for another assignment.',
};

export function isGone(error: unknown): boolean {
  return aws.isNamed(error, CENTER.gone);
}

/** @returns what to throw; what is gone and what is full keep their own names */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  return aws.faultOf(CENTER, error, signal);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  return aws.answerOf(CENTER, error);
}
