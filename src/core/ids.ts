/**
 * Identifiers. Each is a string with a type of its own, so that one cannot be passed for another.
 * Random parts come from outside: `core` has no source of chance.
 */
import { hash } from 'node:crypto';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** One ask and its whole life. Ten characters of Crockford base 32, lower case: people type it. */
export type RequestId = Id<'RequestId'>;
/** A right at a provider, whoever asked for it. Derived from provider and canonical key. */
export type AccessId = Id<'AccessId'>;
/** One human or system, whatever chat account it came through. */
export type PrincipalId = Id<'PrincipalId'>;
/** SHA-256 of the policy file's bytes, hex. */
export type PolicyHash = Id<'PolicyHash'>;
/** SHA-256 of the rights that a request was planned to come to, hex. */
export type PlanHash = Id<'PlanHash'>;
/** One drawn card: the channel's, or one in somebody's direct messages. */
export type CopyId = Id<'CopyId'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const REQUEST_ID = /^[0-9a-hjkmnp-tv-z]{10}$/;

/** @param random at least ten bytes */
export function requestIdFrom(random: Uint8Array): RequestId {
  let id = '';
  for (const byte of random.subarray(0, 10)) id += ALPHABET[byte & 31];
  return id as RequestId;
}

/**
 * What a person typed, read as a request id: case, a leading `#` and look-alikes (`o`, `i`, `l`) are
 * forgiven, as Crockford's base 32 means them to be.
 */
export function parseRequestId(text: string): RequestId | undefined {
  const id = text.trim().replace(/^#/, '').toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1');
  return REQUEST_ID.test(id) ? (id as RequestId) : undefined;
}

/** @param key the provider's own canonical name for the right: equal rights have equal keys */
export function accessIdOf(provider: string, key: string): AccessId {
  return `acc_${sha256(`${provider}\n${key}`).slice(0, 24)}` as AccessId;
}

/** @param random at least ten bytes */
export function principalIdFrom(random: Uint8Array): PrincipalId {
  return `p_${requestIdFrom(random)}` as PrincipalId;
}

export function policyHashOf(source: string): PolicyHash {
  return sha256(source) as PolicyHash;
}

/** @param plan canonical JSON */
export function planHashFrom(plan: string): PlanHash {
  return sha256(plan) as PlanHash;
}

/** Where a copy of a request's card lives decides its id, so that two draws cannot make two copies. */
export function copyIdOf(requestId: RequestId, platform: string, conversation: string): CopyId {
  return `copy_${sha256(`${requestId}\n${platform}\n${conversation}`).slice(0, 24)}` as CopyId;
}

export function sha256(text: string): string {
  return hash('sha256', text);
}
