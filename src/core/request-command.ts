/** What people, time and a freeze want of a request. */
import type { PrincipalId, RequestId } from './ids.ts';
import type { RoleName } from './policy.ts';
import type { EndCause, Judgement } from './request.ts';
import type { GrantUse } from './request-event.ts';
import type { Start } from './start.ts';
import type { Millis } from './time.ts';

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
