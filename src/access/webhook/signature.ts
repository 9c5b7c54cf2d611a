/**
 * Standard Webhooks, both ways: `v1,` and the HMAC-SHA-256 of `id.timestamp.body`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../core/time.ts';
import { MINUTE, SECOND } from '../../core/time.ts';

/** Any type that hides what it holds. */
export interface Hidden {
  reveal(): string;
}

export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

const SKEW = 5 * MINUTE;

/** @param secrets the first one signs; the others are still believed, while they are replaced */
export function sign(secrets: readonly Hidden[], id: string, now: Instant, body: string): Signed {
  const timestamp = String(Math.floor(now / SECOND));
  const [secret] = secrets;
  const signature = secret === undefined ? '' : `v1,${mac(secret, id, timestamp, body)}`;
  return { id, timestamp, signature };
}

/** Why this is not to be believed, or undefined. */
export function distrust(
  secrets: readonly Hidden[],
  { id, timestamp, signature }: Signed,
  now: Instant,
  body: string,
): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'it says no time';
  if (Math.abs(Number(timestamp) * SECOND - now) > SKEW) return 'it is not of this time';
  const given = signature.split(' ').filter((one) => one.startsWith('v1,'));
  const known = secrets.map((secret) => `v1,${mac(secret, id, timestamp, body)}`);
  const isSigned = given.some((one) => known.some((other) => same(one, other)));
  return isSigned ? undefined : 'its signature is not ours';
}

/** `whsec_` and base64. */
function mac(secret: Hidden, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
