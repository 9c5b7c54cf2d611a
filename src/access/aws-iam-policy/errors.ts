/** What IAM's errors mean here. NB. A limit that is reached is no throttling: trying again cannot help. */
import type { Answer } from '../provider.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';

const MEANINGS: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/^(Throttling|ThrottlingException|RequestLimitExceeded)$/, 'rate-limited'],
  [/^(AccessDenied|AccessDeniedException|ExpiredToken|InvalidClientTokenId)$/, 'permission-denied'],
  [/^(SignatureDoesNotMatch|CredentialsProviderError|TokenProviderError)$/, 'permission-denied'],
  [/^(ConcurrentModification|EntityTemporarilyUnmodifiable)(Exception)?$/, 'conflict'],
  [/^(MalformedPolicyDocument|ValidationError)(Exception)?$/, 'misconfigured'],
];

const FULL = /^LimitExceeded(Exception)?$/;
const GONE = /^NoSuchEntity(Exception)?$/;

export function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.test(error.name);
}

/** @returns what to throw; what is gone and what is full keep their own names */
export function faultOf(error: unknown, signal: AbortSignal): Error {
  if (!(error instanceof Error) || error instanceof ProviderError) return error as Error;
  if (signal.aborted || error.name === 'TimeoutError')
    return new ProviderError('timeout', 'IAM did not answer in time', { cause: error });
  if (FULL.test(error.name) || isGone(error)) return error;
  const code = MEANINGS.find(([names]) => names.test(error.name))?.[1] ?? 'unavailable';
  return new ProviderError(code, `IAM: ${error.name}`, { cause: error });
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  if (isGone(error)) return { kind: 'conflict', why: 'The user or the policy is gone.' };
  if (error instanceof Error && FULL.test(error.name))
    return { kind: 'failed', class: 'quota', why: 'The user has no room for another policy.' };
  if (error instanceof ProviderError && error.code === 'conflict')
    return { kind: 'conflict', why: error.message };
  throw error;
}
