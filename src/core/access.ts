/**
 * Access: a right at a provider, whoever asked for it. The row says what is *wanted* (until the latest
 * end of its live grants, or nothing) and what was last *confirmed* by reading it back.
 *
 * Asking, extending, returning, revoking and ending all change what is wanted; one job makes the
 * provider equal to that and reads it back. So overlap needs no cases of its own: the first to end
 * takes nothing from the second, and the last one out revokes.
 */
import type { AccessId, RequestId } from './ids.ts';
import type { PlannedRight } from './right.ts';
import type { Instant } from './time.ts';

/** One request's lease. `ending`: no longer wanted, and not yet confirmed as gone. */
export interface Lease {
  readonly request: RequestId;
  readonly endsAt: Instant;
  readonly state: 'live' | 'ending';
}

export type Wanted =
  | { readonly kind: 'until'; readonly until: Instant }
  | { readonly kind: 'nothing' };

export type Confirmed =
  /** nothing was ever read back here */
  | { readonly kind: 'unread' }
  | {
      readonly kind: 'present';
      readonly until: Instant | null;
      readonly at: Instant;
      /** Seen otherwise since, and told: it is told again only once it was as it should be. */
      readonly drifted?: true;
    }
  | { readonly kind: 'absent'; readonly at: Instant };

export interface Access {
  readonly id: AccessId;
  readonly right: PlannedRight;
  readonly leases: readonly Lease[];
  readonly confirmed: Confirmed;
  /**
   * Every end that was wanted since this access was last confirmed absent. What the provider holds is
   * ours if it carries one of these; anything else was put there, or changed, by somebody else.
   */
  readonly aims: readonly Instant[];
}

export type AccessEvent =
  | {
      readonly type: 'lease-added';
      readonly right: PlannedRight;
      readonly request: RequestId;
      readonly endsAt: Instant;
    }
  | { readonly type: 'lease-dropped'; readonly request: RequestId }
  | { readonly type: 'confirmed-present'; readonly until: Instant | null }
  | {
      readonly type: 'confirmed-absent';
      readonly firstReadAt: Instant;
      readonly secondReadAt: Instant;
    }
  | { readonly type: 'drifted'; readonly what: string }
  | { readonly type: 'lease-attested'; readonly request: RequestId }
  /** It stands at its target by our seal, and no request has a lease on it: it is to be taken away. */
  | {
      readonly type: 'adopted';
      readonly right: PlannedRight;
      readonly until: Instant | null;
      readonly seenAt: Instant;
    };

/** The latest end of the live grants, or nothing. */
export function wantedOf(access: Pick<Access, 'leases'>): Wanted {
  const ends = access.leases.filter((lease) => lease.state === 'live').map((lease) => lease.endsAt);
  return ends.length === 0 ? { kind: 'nothing' } : { kind: 'until', until: Math.max(...ends) };
}

export function sameWanted(a: Wanted, b: Wanted): boolean {
  return a.kind === 'until' && b.kind === 'until' ? a.until === b.until : a.kind === b.kind;
}

/** Nobody has it, and nothing was wanted of it since it was read gone: by `aims`, which an attestation leaves. */
export function isProvenGone({ confirmed, leases, aims }: Access): boolean {
  return confirmed.kind === 'absent' && leases.length === 0 && aims.length === 0;
}
