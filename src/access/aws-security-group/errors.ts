/** How EC2 names what goes wrong with rules: in dotted codes, for which its SDK has no classes. */

import * as aws from '../aws.ts';
import type { Answer } from '../provider.ts';

const EC2: aws.Errors = {
  service: 'EC2',
  meanings: [
    [/^EC2ThrottledException$/, 'rate-limited'],
    [/^InvalidGroup(Id)?\.(NotFound|Malformed)$/, 'misconfigured'],
    [/^(InvalidPermission\.Duplicate|IncorrectState|DependencyViolation)$/, 'conflict'],
  ],
  gone: /^InvalidSecurityGroupRuleId\.NotFound$/,
  full: /^(RulesPerSecurityGroupLimitExceeded|SecurityGroupLimitExceeded)$/,
  noRoom: 'The security group has no room for a rule.',
};

export function isGone(error: unknown): boolean {
  return aws.isNamed(error, EC2.gone);
}

/** @returns what to throw */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  return aws.faultOf(EC2, error, signal);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  return aws.answerOf(EC2, error);
}
