/**
 * One ask and its whole life. Read this file first.
 *
 *   pending ──► activating ──► active ──► revoking ──► ended | returned | revoked | activation-failed
 *      ├──► scheduled ──► activating | withdrawn | cancelled
 *      └──► denied | withdrawn | expired
 *
 * `revoking` has no failure exit: it is left when the provider's read-back confirms that the access is
 * gone, or by the word of a person whom policy names. A failed activation passes through it too,
 * because an attempt may have left something behind. `scheduled` is approved and waits for its start:
 * nothing is given before that, and everything is looked at again then (scheduling.ts).
 *
 * Commands are what somebody or something wants; events are what happened. `decide` makes events out
 * of commands, `evolve` makes the next state out of events, and the events are the audit log.
 */
import type { AccessId, PlanHash, PolicyHash, PrincipalId, RequestId } from './ids.ts';
import type { BreakGlass, Role, Stage } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type { PlannedRight } from './right.ts';
import type { Start } from './start.ts';
import { later } from './start.ts';
import type { Instant, Millis } from './time.ts';

/**
 * A person's own words, kept beside the audit chain: the chain holds `digest`, the salted SHA-256 of
 * the text, so that the text can be erased and the chain stays whole.
 */
export interface TextRef {
  readonly digest: string;
}

export interface Approval {
  readonly by: PrincipalId;
  readonly at: Instant;
  /** What was approved. */
  readonly plan: PlanHash;
  /** Where that is less than was asked for; of an extension the whole time, as in the ask. */
  readonly duration?: Millis;
  /** Where that is later than was asked for. */
  readonly start?: Start;
}

/** One request's lease on one access, as the request sees it. */
export interface Grant {
  readonly accessId: AccessId;
  readonly right: PlannedRight;
  readonly state: GrantState;
}

export type GrantState =
  /** wanted, and not yet read back; `unsure`: it was written, and may be open all the same */
  | { readonly kind: 'waiting'; readonly unsure?: true }
  /** read back as present until `until`; null: the target keeps no end of its own */
  | { readonly kind: 'confirmed'; readonly until: Instant | null; readonly at: Instant }
  /** no longer wanted by this request, and not yet read back as such */
  | { readonly kind: 'ending' }
  /** this request's part in the access is over, and here is how that is known */
  | { readonly kind: 'gone'; readonly proof: EndProof; readonly at: Instant };

/**
 * How it is known that a grant is over.
 * `proven`: read back as absent twice. `shared`: the access itself goes on, for another live grant.
 * `attested`: a person said so, because the provider could not. `not-ours`: what stands at the
 * provider was put there by somebody else, nothing of ours is there, and it was left alone.
 */
export type EndProof =
  | { readonly kind: 'proven'; readonly firstReadAt: Instant; readonly secondReadAt: Instant }
  | { readonly kind: 'shared'; readonly until: Instant }
  | { readonly kind: 'attested'; readonly by: PrincipalId }
  | { readonly kind: 'not-ours' };

/** What an extension is for: the same rights as those of a request that is active, with a later end. */
export interface Extended {
  readonly request: RequestId;
  /** When access began, with the first of all that extend one another. */
  readonly since: Instant;
  /** When it ends if nobody decides. */
  readonly endsAt: Instant;
}

/** What stays the same for the whole life. */
export interface Ask {
  readonly id: RequestId;
  readonly requester: PrincipalId;
  /** As it stood for this ask: what its conditions chose is in it. */
  readonly role: Role;
  /** The names of the conditions that applied. */
  readonly applied: readonly string[];
  readonly policyHash: PolicyHash;
  /** From the activation on; of an extension the whole time, from when access began. */
  readonly duration: Millis;
  readonly inputs: Readonly<Record<string, string>>;
  readonly reason: TextRef | null;
  readonly rights: readonly PlannedRight[];
  readonly askedAt: Instant;
  /** Nothing is given before it; left out: at once. Of an extension never. */
  readonly start?: Start;
  /** Of an extension alone. */
  readonly extends?: Extended;
  /** Of access by break-glass alone: the rule by which it was given without approval. */
  readonly breakGlass?: BreakGlass;
}

export const JUDGEMENTS = ['justified', 'unjustified'] as const;
/** What somebody else makes of access by break-glass, once it is over. */
export type Judgement = (typeof JUDGEMENTS)[number];

export type Review =
  /** `reminders`: how often it was said that it is overdue. */
  | { readonly kind: 'open'; readonly reminders: number }
  | {
      readonly kind: 'closed';
      readonly by: PrincipalId;
      readonly judgement: Judgement;
      readonly why: TextRef;
      readonly at: Instant;
    };

interface Living extends Ask {
  /** In the order of their last clicks. */
  readonly approvals: readonly Approval[];
  /** What was still needed when last somebody approved. */
  readonly waitsFor: Stage;
  /** How many steps of the ladder were taken. */
  readonly escalated: number;
  /** How many reminders are due no more: those that were given, and those that were left out. */
  readonly reminded?: number;
  /** Quiet hours delay what is due before. */
  readonly heldUntil?: Instant;
  /** Whom steps told by name. */
  readonly called?: readonly PrincipalId[];
  /** Of access by break-glass alone, from its beginning until somebody else closes it after its end. */
  readonly review?: Review;
}

export interface Pending extends Living {
  readonly status: 'pending';
}

/** When it begins by all that was asked for and agreed to so far; undefined: at once. */
export function startOf(
  request: Pick<Ask, 'start'> & { readonly approvals?: readonly Pick<Approval, 'start'>[] },
): Start | undefined {
  const { start, approvals = [] } = request;
  return approvals.reduce((latest, approval) => later(latest, approval.start), start);
}

/**
 * When it expires if nobody decides: what would be extended must not be over by then, and what begins
 * later may be decided as long after its start as anything else after its asking.
 */
export function expiryOf(
  request: Pick<AccessRequest, 'askedAt' | 'role' | 'extends' | 'start' | 'approvals'>,
): Instant {
  const { askedAt, role, extends: extended } = request;
  const from = Math.max(askedAt, startOf(request)?.at ?? askedAt);
  return Math.min(from + role.expireAfter, extended?.endsAt ?? Infinity);
}

/** Approved, or in no need of it, and not to begin yet. */
export interface Scheduled extends Living {
  readonly status: 'scheduled';
}

/** From here on access may exist, and its end is fixed. */
interface Started extends Living {
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  readonly grants: readonly Grant[];
}

export interface Activating extends Started {
  readonly status: 'activating';
}

export interface Active extends Started {
  readonly status: 'active';
  readonly activeAt: Instant;
  readonly warned: boolean;
  /** The request that would extend it, while that is neither refused nor confirmed. */
  readonly extension?: RequestId;
}

/** Why access is being taken away. Decides which status follows. */
export type EndCause =
  | { readonly kind: 'end' }
  | { readonly kind: 'return' }
  | { readonly kind: 'revoke'; readonly by: PrincipalId; readonly reason: TextRef }
  /** Another request goes on with the same access. */
  | { readonly kind: 'extended'; readonly extension: RequestId }
  /** Nobody has used it since then: see use.ts. */
  | { readonly kind: 'unused'; readonly since: Instant }
  /** By the kill switch: see standstill.ts. */
  | { readonly kind: 'freeze'; readonly by: PrincipalId; readonly reason: TextRef }
  /** `opened`: some of it was read back as open, or may have been open without that. */
  | { readonly kind: 'activation-failed'; readonly why: string; readonly opened?: true };

export interface Revoking extends Started {
  readonly status: 'revoking';
  readonly cause: EndCause;
  readonly since: Instant;
  readonly alarms: number;
}

export type FinalStatus = 'ended' | 'returned' | 'revoked' | 'activation-failed';

/** Access existed, or may have, and is over. */
export interface Finished extends Started {
  readonly status: FinalStatus;
  readonly cause: EndCause;
  readonly finishedAt: Instant;
}

export interface Denied extends Living {
  readonly status: 'denied';
  readonly by: PrincipalId;
  readonly why: TextRef;
  readonly closedAt: Instant;
}

export interface Withdrawn extends Living {
  readonly status: 'withdrawn';
  readonly closedAt: Instant;
}

export interface Expired extends Living {
  readonly status: 'expired';
  readonly closedAt: Instant;
}

/** Why what was scheduled came to nothing; `refused`: by what policy says at its start. */
export type CancelCause =
  | Extract<EndCause, { kind: 'revoke' | 'freeze' }>
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface Cancelled extends Living {
  readonly status: 'cancelled';
  readonly cause: CancelCause;
  readonly closedAt: Instant;
}

export type AccessRequest =
  | Pending
  | Scheduled
  | Activating
  | Active
  | Revoking
  | Finished
  | Denied
  | Withdrawn
  | Expired
  | Cancelled;

export type Status = AccessRequest['status'];

/** Every status, in the order of a life: for tables, tests and the database's CHECK. */
export const STATUSES = [
  'pending',
  'scheduled',
  'activating',
  'active',
  'revoking',
  'ended',
  'returned',
  'revoked',
  'activation-failed',
  'denied',
  'withdrawn',
  'expired',
  'cancelled',
] as const satisfies readonly Status[];

/** Statuses in which nothing was given yet, and it may still come to that. */
export function isWaiting(request: AccessRequest): request is Pending | Scheduled {
  return request.status === 'pending' || request.status === 'scheduled';
}

/** Statuses in which access may exist at a provider. */
export type Live = Activating | Active | Revoking;

export function isLive(request: AccessRequest): request is Live {
  return (
    request.status === 'activating' || request.status === 'active' || request.status === 'revoking'
  );
}

/** Started, and all or some of it was open or may have been: what could not be given was not had. */
export function wasHad(request: AccessRequest): request is Live | Finished {
  if (!('startedAt' in request)) return false;
  if (request.status !== 'activation-failed') return true;
  const { cause } = request;
  return cause.kind === 'activation-failed' && cause.opened === true;
}
