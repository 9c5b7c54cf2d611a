/** How Elastic Load Balancing names what goes wrong with rules. */
import * as aws from '../aws.ts';
import type { Answer } from '../provider.ts';

const ELB: aws.Errors = {
  service: 'ELB',
  meanings: [
    [/^(ListenerNotFound|TargetGroupNotFound)(Exception)?$/, 'misconfigured'],
    [
      /^(UnsupportedProtocol|InvalidConfigurationRequest|ValidationError)(Exception)?$/,
      'misconfigured',
    ],
    [/^(PriorityInUse|OperationNotPermitted|ResourceInUse)(Exception)?$/, 'conflict'],
  ],
  gone: /^RuleNotFound(Exception)?$/,
  full: /^(TooManyRules|TooManyTargetGroups|TargetGroupAssociationLimit)(Exception)?$/,
  noRoom: 'The load balancer has no room for another rule.',
};

export function isGone(error: unknown): boolean {
  return aws.isNamed(error, ELB.gone);
}

/** @returns what to throw; what is gone and what is full keep their own names */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  return aws.faultOf(ELB, error, signal);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  return aws.answerOf(ELB, error);
}
