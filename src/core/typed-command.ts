/** What a typed line turns out to be. */
import type { RequestId } from './ids.ts';
import type { Role, RoleName } from './policy.ts';
import type { Judgement } from './request.ts';
import type { TypedStart } from './start.ts';
import type { Millis } from './time.ts';
import type { TypedUntil } from './until.ts';

/** What the reader must know of a role. */
export type KnownRole = Pick<
  Role,
  'name' | 'inputs' | 'reason' | 'maxDuration' | 'defaultDuration' | 'breakGlass'
>;

export interface Vocabulary {
  readonly roles: readonly KnownRole[];
}

interface TypedWish {
  readonly role: RoleName;
  /** undefined: the role's default */
  readonly duration: Millis | undefined;
  /** Checked and canonical. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly reason: string;
}

export interface TypedAsk extends TypedWish {
  readonly kind: 'ask';
  /** Left out: at once. */
  readonly start?: TypedStart;
}

export interface TypedBreakGlass extends TypedWish {
  readonly kind: 'break-glass';
}

export interface TypedExtension {
  readonly kind: 'extend';
  readonly request: RequestId;
  /** How much longer. */
  readonly duration: Millis;
  readonly reason: string;
}

export type HistoryOf =
  | { readonly kind: 'everything' }
  | { readonly kind: 'role'; readonly role: RoleName }
  /** As typed: `@ada`, `<@U123|ada>`, `ada@example.com`. */
  | { readonly kind: 'person'; readonly who: string };

export type TypedCommand =
  | TypedAsk
  /** `/jit` alone, or a role alone that needs more than its name. */
  | { readonly kind: 'form'; readonly role: RoleName | null }
  | { readonly kind: 'help' | 'roles' | 'mine' }
  | {
      readonly kind: 'status' | 'why' | 'withdraw' | 'return';
      readonly request: RequestId;
    }
  /** `duration`: for no longer than that. `start`: not before that. */
  | {
      readonly kind: 'approve';
      readonly request: RequestId;
      readonly duration?: Millis;
      readonly start?: TypedStart;
    }
  | {
      readonly kind: 'deny' | 'revoke' | 'attest';
      readonly request: RequestId;
      readonly reason: string;
    }
  | TypedBreakGlass
  | {
      readonly kind: 'review';
      readonly request: RequestId;
      readonly judgement: Judgement;
      readonly reason: string;
    }
  | TypedExtension
  | { readonly kind: 'history'; readonly of: HistoryOf }
  | { readonly kind: 'restore'; readonly who: string }
  | { readonly kind: 'away'; readonly until: TypedUntil }
  /** `who`: as typed, like that of `history`. */
  | { readonly kind: 'delegate'; readonly who: string; readonly until: TypedUntil }
  | { readonly kind: 'back' }
  | {
      readonly kind: 'freeze' | 'thaw';
      /** Without it, one is only told what it would do. */
      readonly confirmed: boolean;
      readonly reason: string;
    };

export interface Mistake {
  readonly kind: 'mistake';
  readonly message: string;
  /** The whole corrected line, `/jit` included. */
  readonly example: string;
}

export type ParsedLine = TypedCommand | Mistake;
