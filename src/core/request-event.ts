/** What happened to a request: the audit log is made of these. */
import type { AccessId, PlanHash, PrincipalId, RequestId } from './ids.ts';
import type { GroupName, Stage, StepTarget } from './policy.ts';
import type {
  Ask,
  CancelCause,
  EndCause,
  EndProof,
  FinalStatus,
  Judgement,
  TextRef,
} from './request.ts';
import type { PlannedRight } from './right.ts';
import type { Start } from './start.ts';
import type { Instant, Millis } from './time.ts';

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
      /** Quiet hours: these are told then; null: not at all. Left out: at once. */
      readonly toldFrom?: Instant | null;
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
  /** It was written, and could be read neither as wanted nor as absent: from then on it may be open. */
  | { readonly type: 'grant-unsure'; readonly accessId: AccessId }
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
