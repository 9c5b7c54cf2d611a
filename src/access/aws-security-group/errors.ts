/**
 * EC2 names its errors in dotted codes, for which the SDK has no classes. What each means here:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
import type { Answer } from '../provider.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';

const MEANINGS: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/^(RequestLimitExceeded|Throttling|ThrottlingException|EC2ThrottledException)$/, 'rate-limited'],
  [/^(UnauthorizedOperation|AuthFailure|AccessDenied|AccessDeniedException)$/, 'permission-denied'],
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId)$/,
    'permission-denied',
  ],
  [/^(OptInRequired|Blocked|PendingVerification|SignatureDoesNotMatch)$/, 'permission-denied'],
  [
    /^(CredentialsProviderError|TokenProviderError|MissingAuthenticationToken)$/,
    'permission-denied',
  ],
  [/^InvalidGroup(Id)?\.(NotFound|Malformed)$/, 'misconfigured'],
  [/^(InvalidPermission\.Duplicate|IncorrectState|DependencyViolation)$/, 'conflict'],
];

const FULL = /^(RulesPerSecurityGroupLimitExceeded|SecurityGroupLimitExceeded)$/;
const GONE = /^InvalidSecurityGroupRuleId\.NotFound$/;

export function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.test(error.name);
}

/** @returns what to throw */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  if (!(error instanceof Error) || error instanceof ProviderError) return error as Error;
  if (signal.aborted || error.name === 'TimeoutError')
    return new ProviderError('timeout', 'EC2 did not answer in time', { cause: error });
  if (FULL.test(error.name)) return error;
  const code = MEANINGS.find(([names]) => names.test(error.name))?.[1] ?? 'unavailable';
  return new ProviderError(code, `EC2: ${error.name}`, { cause: error });
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  if (error instanceof Error && FULL.test(error.name))
    return { kind: 'failed', class: 'quota', why: 'The security group has no room for a rule.' };
  if (error instanceof ProviderError && error.code === 'conflict')
    return { kind: 'conflict', why: error.message };
  throw error;
}
