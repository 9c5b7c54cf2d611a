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
import type { BreakGlass, GroupName, Role, RoleName, Stage, StepTarget } from './policy.ts';
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
  /** wanted, and not yet read back */
  | { readonly kind: 'waiting' }
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
  | { readonly kind: 'activation-failed'; readonly why: string };

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

// ── commands ────────────────────────────────────────────────────────────────────────────────────

/** What is asked for, whichever way. */
interface Wish {
  readonly by: PrincipalId;
  readonly role: RoleName;
  /** undefined: the role's default */
  readonly duration: Millis | undefined;
  readonly inputs: Readonly<Record<string, string>>;
  /** What was typed; the shell digests it. */
  readonly reason: string;
}

/** What a person wants of a request. */
export type PersonCommand =
  /** `start`: undefined: at once */
  | ({ readonly kind: 'ask'; readonly start?: Start | undefined } & Wish)
  /** At once, without approval: see break-glass.ts. */
  | ({ readonly kind: 'break-glass' } & Wish)
  | {
      readonly kind: 'extend';
      readonly by: PrincipalId;
      readonly request: RequestId;
      /** How much later than now it shall end. */
      readonly duration: Millis;
      readonly reason: string;
    }
  | {
      readonly kind: 'approve';
      readonly by: PrincipalId;
      readonly request: RequestId;
      /** For no longer than this; of an extension, how much longer. */
      readonly duration?: Millis;
      /** Not before this. */
      readonly start?: Start;
    }
  | {
      readonly kind: 'deny';
      readonly by: PrincipalId;
      readonly request: RequestId;
      readonly reason: string;
    }
  | { readonly kind: 'withdraw'; readonly by: PrincipalId; readonly request: RequestId }
  | { readonly kind: 'return'; readonly by: PrincipalId; readonly request: RequestId }
  | {
      readonly kind: 'revoke';
      readonly by: PrincipalId;
      readonly request: RequestId;
      readonly reason: string;
    }
  | {
      readonly kind: 'attest';
      readonly by: PrincipalId;
      readonly request: RequestId;
      readonly reason: string;
    }
  | {
      readonly kind: 'review';
      readonly by: PrincipalId;
      readonly request: RequestId;
      readonly judgement: Judgement;
      readonly reason: string;
    };

/** What time wants of a request. Each is a deadline that fell due; see deadlines.ts. */
export type TimerCommand =
  | { readonly kind: 'expire'; readonly request: RequestId }
  | { readonly kind: 'begin'; readonly request: RequestId }
  | { readonly kind: 'escalate'; readonly request: RequestId; readonly step: number }
  | { readonly kind: 'nudge'; readonly request: RequestId }
  | { readonly kind: 'warn'; readonly request: RequestId }
  | { readonly kind: 'end'; readonly request: RequestId }
  | { readonly kind: 'give-up'; readonly request: RequestId }
  | { readonly kind: 'alarm'; readonly request: RequestId; readonly nth: number }
  | { readonly kind: 'remind'; readonly request: RequestId; readonly nth: number };

/** What a freeze wants of a request that was given, or that would begin now. */
export interface HaltCommand {
  readonly kind: 'halt';
  readonly request: RequestId;
  readonly cause: Extract<EndCause, { kind: 'freeze' }>;
}

/** How its access was used, as its targets tell. */
export interface UseCommand {
  readonly kind: 'use';
  readonly request: RequestId;
  readonly uses: readonly GrantUse[];
}

export type RequestCommand = PersonCommand | TimerCommand | HaltCommand | UseCommand;

/** Those that make a request; all others are about one that there is. */
export type AskingCommand = Extract<PersonCommand, { kind: 'ask' | 'break-glass' | 'extend' }>;
/** Those that are about a role. */
export type RoleCommand = Exclude<AskingCommand, { kind: 'extend' }>;
export type ChangeCommand = Exclude<RequestCommand, AskingCommand>;
/** All but those about access that is over, and what is only looked at. */
export type LifeCommand = Exclude<ChangeCommand, { kind: 'review' | 'remind' | 'use' }>;
export type PersonChange = Exclude<PersonCommand, AskingCommand>;

// ── events ──────────────────────────────────────────────────────────────────────────────────────

export type RequestEvent =
  | { readonly type: 'asked'; readonly ask: Ask }
  | {
      readonly type: 'approved';
      readonly by: PrincipalId;
      readonly have: number;
      readonly need: number;
      readonly waitsFor: Stage;
      /** Groups whose turn has come with this approval. */
      readonly opened: readonly GroupName[];
      readonly plan: PlanHash;
      /** Where it is less than was asked for. */
      readonly duration?: Millis;
      /** Where it is later than was asked for. */
      readonly start?: Start;
    }
  | { readonly type: 'denied'; readonly by: PrincipalId; readonly why: TextRef }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'expired' }
  /** Everything that it needs is there, and its start is still to come. `automatic`: that was nobody. */
  | {
      readonly type: 'scheduled';
      readonly automatic: boolean;
      readonly start: Start;
      /** Of the rights that will be given. */
      readonly plan: PlanHash;
    }
  | { readonly type: 'cancelled'; readonly cause: CancelCause }
  | {
      readonly type: 'escalated';
      readonly step: number;
      readonly to: StepTarget;
      /** Where that is whoever manages the requester. */
      readonly managers?: readonly PrincipalId[];
    }
  | {
      readonly type: 'reminded';
      readonly nth: number;
      readonly groups: readonly GroupName[];
    }
  /** Quiet hours: until then nobody is told. */
  | { readonly type: 'ladder-held'; readonly until: Instant }
  /** Nobody is told, now or later. */
  | { readonly type: 'ladder-skipped'; readonly what: Rung; readonly why: SkipCause }
  /** Nobody is asked; these are told, and its review is open from now on. */
  | { readonly type: 'glass-broken'; readonly told: readonly GroupName[] }
  /** The wish to begin and the wish to end, in one commit. `automatic`: the rule needed nobody. */
  | {
      readonly type: 'activation-started';
      readonly automatic: boolean;
      readonly endsAt: Instant;
      /** Of the rights that are given. */
      readonly plan: PlanHash;
      readonly grants: readonly { readonly accessId: AccessId; readonly right: PlannedRight }[];
    }
  | {
      readonly type: 'grant-confirmed';
      readonly accessId: AccessId;
      readonly until: Instant | null;
    }
  | { readonly type: 'activated' }
  | { readonly type: 'warned'; readonly endsAt: Instant }
  | {
      readonly type: 'extension-asked';
      readonly extension: RequestId;
      /** The end that is asked for. */
      readonly until: Instant;
    }
  /** Nothing came of it, and what it would have extended ends when it did before. */
  | {
      readonly type: 'extension-closed';
      readonly extension: RequestId;
      readonly status: 'denied' | 'withdrawn' | 'expired' | 'activation-failed';
    }
  | { readonly type: 'drift-seen'; readonly accessId: AccessId; readonly what: string }
  | { readonly type: 'revoking-started'; readonly cause: EndCause }
  | { readonly type: 'grant-gone'; readonly accessId: AccessId; readonly proof: EndProof }
  | {
      readonly type: 'attested';
      readonly by: PrincipalId;
      readonly why: TextRef;
    }
  | { readonly type: 'finished'; readonly status: FinalStatus; readonly proof: EndProof['kind'] }
  | { readonly type: 'alarm-raised'; readonly nth: number; readonly what: string }
  /** What shows by `asOf` of how it was used, once it is over. */
  | { readonly type: 'use-seen'; readonly asOf: Instant; readonly uses: readonly GrantUse[] }
  | { readonly type: 'review-overdue'; readonly nth: number }
  | {
      readonly type: 'reviewed';
      readonly by: PrincipalId;
      readonly judgement: Judgement;
      readonly why: TextRef;
    };

/** How one of its grants was used, by what its target says. */
export interface GrantUse {
  readonly accessId: AccessId;
  readonly use: SeenUse;
  /** How long before it was seen what was done may not have shown yet. Left out: all did. */
  readonly lag?: Millis;
}

export type SeenUse =
  | {
      readonly kind: 'used';
      /** null: it is not counted. */
      readonly count: number | null;
      /** null: at some time. */
      readonly lastAt: Instant | null;
      /** Untrusted text. */
      readonly what?: readonly string[];
      /** What else was before is not known. */
      readonly from?: Instant;
    }
  | { readonly kind: 'unused'; readonly from?: Instant }
  /** The target does not tell, or could not be asked. */
  | { readonly kind: 'unknown'; readonly why: string };

/** One thing that is done while nobody answers. */
export type Rung =
  | { readonly kind: 'step'; readonly step: number; readonly to: StepTarget }
  | { readonly kind: 'reminder'; readonly nth: number };

export type SkipCause = 'quiet-hours' | UnknownManagers;

/** Nobody is named, or it cannot be told at the moment whether anybody is. */
export type UnknownManagers = 'no-manager' | 'manager-unreadable';

export type RequestEventType = RequestEvent['type'];
