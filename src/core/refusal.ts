/** The system's no: a value with a code and its data, answered privately, and audited. */
import type { RequestId } from './ids.ts';
import type { GroupName, RoleName, Separation, Stage } from './policy.ts';
import type { Status } from './request.ts';
import type { Start } from './start.ts';
import type { Instant, Millis } from './time.ts';

export type Refusal =
  // who is asking
  | {
      readonly code: 'not-a-member';
      readonly standing: 'guest' | 'bot' | 'deactivated' | 'stranger';
    }
  | { readonly code: 'account-suspended' }
  | { readonly code: 'directory-unreachable'; readonly what: string }
  | { readonly code: 'too-many'; readonly retryAfter: Millis }
  | { readonly code: 'clock-wrong' }
  | { readonly code: 'policy-differs' }
  | { readonly code: 'frozen'; readonly since: Instant }
  // what is asked
  | { readonly code: 'unknown-role'; readonly role: string; readonly nearest: readonly RoleName[] }
  | { readonly code: 'not-eligible'; readonly role: RoleName }
  | { readonly code: 'too-long'; readonly max: Millis }
  /** With what was given before, of which this is an extension. */
  | { readonly code: 'too-long-in-all'; readonly max: Millis; readonly left: Millis }
  | { readonly code: 'reason-missing'; readonly example: string }
  | { readonly code: 'reason-unfit'; readonly example: string }
  | { readonly code: 'reason-too-long'; readonly max: number }
  | { readonly code: 'input-missing'; readonly name: string; readonly label: string }
  | { readonly code: 'input-unfit'; readonly name: string; readonly why: string }
  | { readonly code: 'input-unknown'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'cannot-be-given'; readonly why: string }
  | { readonly code: 'provider-unreachable'; readonly why: string }
  | {
      readonly code: 'nobody-can-approve';
      readonly missing: readonly Missing[];
      readonly separation: readonly Separation[];
    }
  | { readonly code: 'already-asked'; readonly request: RequestId }
  | { readonly code: 'too-many-open'; readonly role: RoleName; readonly max: number }
  /** By a condition of the role; `unknown`: it could not be evaluated. */
  | {
      readonly code: 'forbidden';
      readonly condition: string;
      readonly why: string;
      readonly unknown: boolean;
    }
  | {
      readonly code: 'automatic-used-up';
      readonly role: RoleName;
      readonly most: number;
      readonly within: Millis;
    }
  | { readonly code: 'too-many-live'; readonly max: number }
  // by break-glass
  | { readonly code: 'no-break-glass'; readonly role: RoleName }
  | { readonly code: 'review-open'; readonly request: RequestId }
  | {
      readonly code: 'break-glass-used-up';
      readonly role: RoleName;
      readonly most: number;
      readonly within: Millis;
    }
  | { readonly code: 'nobody-can-review'; readonly groups: readonly GroupName[] }
  | { readonly code: 'break-glass-not-extended' }
  | { readonly code: 'nothing-to-review' }
  | { readonly code: 'not-a-reviewer'; readonly groups: readonly GroupName[] }
  | { readonly code: 'self-review' }
  | { readonly code: 'already-reviewed' }
  | { readonly code: 'review-too-early'; readonly status: Status }
  | {
      readonly code: 'too-much-today';
      readonly role: RoleName;
      readonly max: Millis;
      readonly left: Millis;
    }
  /** `until` is null while they hold it, or wait for it. */
  | {
      readonly code: 'cooling-down';
      readonly role: RoleName;
      readonly cooldown: Millis;
      readonly until: Instant | null;
    }
  // when it shall begin
  | { readonly code: 'start-past'; readonly start: Start }
  /** `max`: how far ahead a start may lie. */
  | { readonly code: 'start-too-far'; readonly max: Millis }
  /** An approver cannot let it begin before what was asked for. */
  | { readonly code: 'start-too-early'; readonly start: Start }
  | { readonly code: 'extension-without-start' }
  /** Its whole time was over before it could be begun. */
  | { readonly code: 'start-missed'; readonly start: Start }
  /** At its start more people would be needed than have approved. */
  | { readonly code: 'no-longer-approved'; readonly missing: Stage }
  // a decision about a request
  | { readonly code: 'unknown-request' }
  | { readonly code: 'self-approval' }
  | { readonly code: 'not-an-approver'; readonly groups: readonly GroupName[] }
  /** Of a later stage: those of `groups` are to decide first. */
  | { readonly code: 'not-yet'; readonly groups: readonly GroupName[] }
  | { readonly code: 'own-team'; readonly team: GroupName }
  | { readonly code: 'own-manager'; readonly team: GroupName }
  | { readonly code: 'already-approved' }
  | { readonly code: 'already-decided'; readonly status: Status }
  | { readonly code: 'role-gone'; readonly role: RoleName }
  | { readonly code: 'targets-changed'; readonly role: RoleName }
  | { readonly code: 'no-longer-eligible'; readonly role: RoleName }
  | { readonly code: 'not-the-requester' }
  | { readonly code: 'not-a-revoker' }
  | { readonly code: 'not-an-attester' }
  | { readonly code: 'not-a-restorer' }
  | { readonly code: 'self-attestation' }
  | { readonly code: 'self-restoration' }
  | { readonly code: 'nothing-to-restore' }
  | { readonly code: 'not-at-the-switch' }
  | { readonly code: 'not-frozen' }
  | { readonly code: 'preview-over' }
  /** `left`: how many requests a freeze still has to reach. */
  | { readonly code: 'still-freezing'; readonly left: number }
  | { readonly code: 'not-active'; readonly status: Status }
  | { readonly code: 'not-extendable'; readonly status: Status }
  | { readonly code: 'not-revoking'; readonly status: Status };

/** Too few people of a group, other than the requester and those whom policy keeps apart from them. */
export interface Missing {
  readonly group: GroupName;
  readonly need: number;
  readonly have: number;
}

export type RefusalCode = Refusal['code'];
