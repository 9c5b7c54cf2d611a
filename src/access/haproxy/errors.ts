/** HAProxy's runtime API answers in words. This table is the only place that knows them. */
import type { Answer } from '../provider.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';

/** As HAProxy 2.6.12 says them, and what they mean here. */
const MEANINGS: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/^(Key not found|entry not found|key or pattern not found)\.$/, 'conflict'],
  [/^No such session/, 'conflict'],
  [/^Unknown map identifier/, 'misconfigured'],
  [/^No such table/, 'misconfigured'],
  [/^Invalid key/, 'misconfigured'],
  [/is not a valid IPv4 or IPv6 address\.$/, 'misconfigured'],
  [/^unable to parse '/, 'misconfigured'],
  [/^Permission denied/, 'permission-denied'],
];

const WHAT_TO_DO: Partial<Record<ProviderErrorCode, string>> = {
  misconfigured: 'is the map named as in haproxy.cfg, and used with map_ip_int or map_str_int?',
  'permission-denied': 'the socket needs `level admin`',
};

/** What HAProxy said instead of the empty line that means success. */
export function refusal(node: string, said: string): ProviderError {
  const line = said.trim().split('\n')[0]?.slice(0, 200) ?? '';
  const code = MEANINGS.find(([pattern]) => pattern.test(line))?.[1] ?? 'bad-answer';
  const hint = WHAT_TO_DO[code];
  return new ProviderError(code, `${node}: ${line}${hint === undefined ? '' : ` (${hint})`}`);
}

export function unreachable(node: string, cause: Error): ProviderError {
  const code = 'code' in cause ? String(cause.code) : cause.message;
  const denied = code === 'EACCES' || code === 'EPERM';
  return new ProviderError(
    denied ? 'permission-denied' : 'unavailable',
    `${node} cannot be reached (${code})`,
    { cause },
  );
}

export function outOfTime(node: string): ProviderError {
  return new ProviderError('timeout', `${node} did not answer in time`);
}

/** A write that threw: what it means for the access. */
export function answerOf(error: unknown): Answer {
  if (!(error instanceof ProviderError)) throw error;
  if (error.code === 'misconfigured')
    return { kind: 'failed', class: 'config', why: error.message };
  if (error.code === 'permission-denied') {
    return { kind: 'failed', class: 'auth', why: error.message };
  }
  return { kind: 'unknown', why: error.message };
}
