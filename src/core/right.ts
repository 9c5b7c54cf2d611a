/** What a provider was asked for and worked out, before anything is written at it. */
import { canonical } from './audit.ts';
import type { AccessId, PlanHash } from './ids.ts';
import { planHashFrom } from './ids.ts';
import type { Json } from './policy.ts';
import type { Residue } from './residue.ts';

/**
 * One right, resolved: all that giving it and taking it away will ever need. It is stored with the
 * access, because by the time of the revocation the policy, the role and the chat account may be gone.
 */
export interface PlannedRight {
  readonly accessId: AccessId;
  /** The provider's type: `haproxy`, `memory` … */
  readonly provider: string;
  /** The provider's canonical name for this right: equal rights have equal keys. */
  readonly key: string;
  /** `{ v, … }`, the provider's own versioned handle. Holds no secret. */
  readonly handle: Json;
  /** One line for people: `edge /admin from 192.0.2.7`. Untrusted text: escape it. */
  readonly summary: string;
  /** What may remain after the access is gone, or null. */
  readonly residue: Residue | null;
  /** The target tells how it is used: see use.ts. */
  readonly tellsUse?: true;
}

/** What an approval is bound to: all that was worked out, in whatever order. */
export function planHashOf(rights: readonly PlannedRight[]): PlanHash {
  const inOrder = [...rights].sort((a, b) => (a.accessId < b.accessId ? -1 : 1));
  return planHashFrom(canonical(inOrder));
}
