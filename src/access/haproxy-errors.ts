/** HAProxy's runtime API answers in words. This table is the only place that knows them. */
import type { Answer } from './provider.ts';
import { ProviderError, type ProviderErrorCode } from './provider.ts';

const MAP_HINT = 'is the map named as in haproxy.cfg, and used with map_ip_int or map_str_int?';
const SERVER_HINT = 'is the server named as in haproxy.cfg?';

type Meaning = readonly [said: RegExp, code: ProviderErrorCode, whatToDo?: string];

/** As HAProxy 2.6.12 says them, what they mean here, and what to do. */
const MEANINGS: readonly Meaning[] = [
  [/^(Key not found|entry not found|key or pattern not found)\.$/, 'conflict'],
  [/^No such session/, 'conflict'],
  [/^Unknown map identifier/, 'misconfigured', MAP_HINT],
  [/^No such table/, 'misconfigured', MAP_HINT],
  [/^Invalid key/, 'misconfigured', MAP_HINT],
  [/is not a valid IPv4 or IPv6 address\.$/, 'misconfigured', MAP_HINT],
  [/^unable to parse '/, 'misconfigured', MAP_HINT],
  [/^(Can't find backend|No such (backend|server))\.$/, 'misconfigured', SERVER_HINT],
  [/^Backend is using a static LB algorithm/, 'misconfigured'],
  [/^Permission denied/, 'permission-denied', 'the socket needs `level admin`'],
];

const UNHEARD_OF: Meaning = [/./, 'bad-answer'];

/** What HAProxy said instead of the empty line that means success. */
export function refusal(node: string, said: string): ProviderError {
  const line = said.trim().split('\n')[0]?.slice(0, 200) ?? '';
  const [, code, hint] = MEANINGS.find(([pattern]) => pattern.test(line)) ?? UNHEARD_OF;
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
