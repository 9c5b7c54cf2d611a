/**
 * The provider port: what Hallpass needs from a load balancer or a cloud IAM.
 *
 * `converge` is both grant and revoke: it makes the provider equal to what is wanted. It may be called
 * again at any time with the same or another wish and must be idempotent. Whether it worked is not for
 * it to say: that is `read`'s answer, which is asked afterwards, and alone counts.
 *
 * What only some targets can do is an optional member, and what is merely true of a target is data:
 * ARCHITECTURE.md says why each is which.
 *
 * A provider is told everything by its arguments and the handle. It looks up no chat, no directory
 * and no policy: at the time of a revocation they may be gone.
 */
import type { z } from 'zod';
import type { Wanted } from '../core/access.ts';
import type { InputSpec, Json, TargetSpec } from '../core/policy.ts';
import type { Claim } from '../core/policy-target.ts';
import type { Principal } from '../core/principal.ts';
import type { Residue } from '../core/residue.ts';
import type { Instant, Millis } from '../core/time.ts';

export interface Provider {
  /** As policy writes it below `providers.<name>.type`. */
  readonly type: string;
  readonly capabilities: Capabilities;
  /** What policy writes below `providers.<name>`, without `type`. Its output is Json. */
  readonly connectionSchema: z.ZodType<Json>;
  /** What policy writes in a role's `targets[]`, without `provider`. Its output is Json. */
  readonly targetSchema: z.ZodType<Json>;
  /**
   * What policy writes below `people.<e-mail>.<name of the provider>`: what she is called there. All of them come
   * with each `TargetSpec`. Left out: nobody is looked up by a name of their own, and policy may write none.
   */
  readonly nameSchema?: z.ZodType<string>;
  /**
   * Where these names are known, such as an account: one name there is one person, whichever provider of the
   * policy names it. Of a connection as `connectionSchema` gives it. Pure. Left out: each provider has its own.
   */
  directory?(connection: Json): string;
  /**
   * Faults of a target that neither schema can see alone: an unknown input, a TCP socket that is not
   * on loopback. Pure.
   */
  check(context: TargetContext): readonly TargetFault[];
  /** True when nothing of this target is reached over a network other than loopback. Pure. */
  isLocal(spec: TargetSpec): boolean;
  /** Resolves what is asked into a right. Reads only. @throws ProviderError */
  plan(ask: PlanAsk, io: Io): Promise<Plan>;
  /** @throws ProviderError only for what it did not expect; known troubles are answers */
  converge(handle: Json, wish: Wish, io: Io): Promise<Answer>;
  /** @throws ProviderError, read as `unreadable` */
  read(handle: Json, io: Io): Promise<Reading>;
  /** Everything that stands at this target, ours or not. Complete, or throws. @param seal of this installation */
  list(spec: TargetSpec, io: Io, seal: Seal): Promise<readonly Held[]>;
  /** May the bot do what it must, and is the target set up so that what it does has an effect? */
  doctor(spec: TargetSpec, io: Io): Promise<readonly Finding[]>;
  /**
   * Sets the target's own timer, which takes this right away at that moment and does nothing else; null
   * takes the timer away. There is one for each handle: it is moved, never doubled. It is set before
   * anything is given, and never for what somebody else gave.
   *
   * @throws ProviderError like `converge`
   */
  arm?(handle: Json, at: Instant | null, io: Io): Promise<Answer>;
  /**
   * How a right was used, as far as the target tells. Reads only. Left out: it never tells.
   *
   * @throws ProviderError, taken for `unknown`; `rate-limited` is asked again by and by
   */
  used?(handle: Json, span: Span, io: Io): Promise<Use>;
  /** Whether a target that is set up so tells how it is used. Pure. Left out: none does. */
  tellsUse?(spec: TargetSpec): boolean;
  /**
   * What this target must have to itself among all targets of a policy. Pure. Left out: nothing.
   *
   * @param inputs of its role
   */
  claims?(spec: TargetSpec, inputs: Readonly<Record<string, InputSpec>>): readonly Claim[];
  /** Which calls the target counts together, or does not bear beside one another. Pure. */
  way?(handle: Json): Way;
  /** The same of a list. Pure. */
  wayThrough?(spec: TargetSpec): Pick<Way, 'scope' | 'perSecond'>;
}

/** While somebody had access. */
export interface Span {
  readonly since: Instant;
  /** When it was gone: what came later is left out, where the target can tell. null: they have it. */
  readonly until: Instant | null;
}

export interface Way {
  /** What is throttled together: an account, a gate. */
  readonly scope: string;
  /** How many attempts a second it bears. Left out: until it says otherwise. */
  readonly perSecond?: number;
  /** What only one attempt at a time may work on. */
  readonly alone?: string;
}

export interface Capabilities {
  /** `enforced`: the target turns people away at the end by itself, even if this program is dead. */
  readonly nativeExpiry: 'enforced' | 'none';
  /** How long after a revoke the second read must wait: the longest propagation, in milliseconds. */
  readonly settle: Millis;
  /** How long after it was done what was done may show in `used`. Left out: at once. */
  readonly useLag?: Millis;
  /** The longest that `used` may take, if it is longer than a single call. */
  readonly useTimeout?: Millis;
  /** The longest a single call of `converge` or `read` may take before it is aborted. */
  readonly callTimeout: Millis;
}

/**
 * What every call gets. `signal` aborts when its time is over. Whoever does not heed that is left behind, and
 * what becomes of the call is unknown.
 */
export interface Io {
  readonly signal: AbortSignal;
  readonly now: Instant;
}

export interface TargetContext {
  readonly spec: TargetSpec;
  /** Names of the role's declared inputs, with their kinds. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface TargetFault {
  /** Below the target entry: `['key']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface PlanAsk {
  readonly spec: TargetSpec;
  readonly inputs: Readonly<Record<string, string>>;
  readonly requester: Principal;
  /** Of this installation: what is given is marked with it, where the target has room for a mark. */
  readonly seal: Seal;
}

/**
 * What only this installation can write for a key: 32 hex digits, an HMAC. By it what we gave is known as
 * ours even when nothing here remembers it, and nobody else's is taken for it.
 */
export type Seal = (key: string) => string;

export type Plan =
  | {
      readonly kind: 'planned';
      readonly key: string;
      readonly handle: Json;
      readonly summary: string;
      readonly residue: Residue | null;
      /** The target will tell how it is used. */
      readonly tellsUse?: true;
    }
  /** The ask cannot be carried out as it stands; the sentence is for the requester. */
  | { readonly kind: 'refused'; readonly why: string };

/** What is wanted, and what helps to tell our own writing from somebody else's. */
export interface Wish {
  readonly wanted: Wanted;
  /** Every end that we may have written here since it was last absent. */
  readonly aims: readonly Instant[];
  /** True when an earlier attempt read our own access back here and it was not seen gone since. */
  readonly held: boolean;
  /** What an attempt before this one was given with `pending`, or noted, and may have done. */
  readonly receipt: Json | null;
  /**
   * Writes down what is about to be asked for, at a target that cannot tell whose its things are: if nobody hears
   * what came of it, the next attempt has this as its `receipt`. Whatever this attempt was turned away from, by an
   * answer that it gives back, was not done, and is struck out again.
   *
   * @throws ProviderError when another attempt has begun meanwhile, or it could not be written: nothing may be asked
   * for then
   */
  readonly note: (receipt: Json) => Promise<void>;
}

/** What a write answered. Success is only a reason to read: see `Reading`. */
export type Answer =
  | ({ readonly kind: 'done' } & Remembered)
  /** Nothing had to be written. `foreign`: it stands there by somebody else's hand and is left alone. */
  | ({ readonly kind: 'already'; readonly owner: 'ours' | 'foreign' | 'absent' } & Remembered)
  /** Accepted, to be decided by reading later. `receipt`: what to ask after it by. May be lost. */
  | { readonly kind: 'pending'; readonly pollAfter: Millis; readonly receipt?: Json }
  | ({ readonly kind: 'conflict'; readonly why: string } & Remembered)
  | ({ readonly kind: 'throttled'; readonly retryAfter: Millis | null } & Remembered)
  /** The write may or may not have happened: nothing is written again before it was read. */
  | ({ readonly kind: 'unknown'; readonly why: string } & Remembered)
  /** Trying again cannot help; a person must act. */
  | ({
      readonly kind: 'failed';
      readonly class: 'auth' | 'quota' | 'config' | 'unsupported';
      readonly why: string;
    } & Remembered);

/** Of an answer after which nothing is on its way any more, or of which nobody knows. */
export interface Remembered {
  /**
   * What the next attempt has as its `receipt`. Something may come of it, so that nothing is proven gone meanwhile, nor
   * is what stands there without an end confirmed; but not with `done` and `already`: there it is only known, until it
   * was read back. null: nothing that was asked for stands or will. Left out: as it was before this attempt, or as it
   * was noted.
   */
  readonly receipt?: Json | null;
  /** Whatever it comes to, a part of it was written: so that it was not as wanted before. */
  readonly inPart?: true;
}

/** How a right was used since its access began, as far as it shows by then. */
export type Use =
  | {
      readonly kind: 'used';
      /** How often since its access began; null: that is not counted. */
      readonly count: number | null;
      /** null: at some time since then. */
      readonly lastAt: Instant | null;
      /** What was done, in few words each. Untrusted text. */
      readonly what?: readonly string[];
      /** What else was before this is not known: the count is of what is. */
      readonly from?: Instant;
    }
  | { readonly kind: 'unused'; readonly from?: Instant }
  | { readonly kind: 'unknown'; readonly why: string };

export type Reading =
  /** `until`: the end that the target itself keeps, null where it keeps none. */
  | { readonly kind: 'present'; readonly until: Instant | null; readonly evidence: string }
  /** Some of the parts have it, or they disagree: neither here nor gone. */
  | { readonly kind: 'partial'; readonly evidence: string }
  | {
      readonly kind: 'absent';
      readonly evidence: string;
      /** What stands in its place is somebody else's doing, and is left alone. */
      readonly isTakenOver?: true;
    }
  /** Could not be seen. Never to be taken for absent. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** One thing that stands at a target. `key` as in `Plan`. */
export interface Held {
  readonly key: string;
  readonly until: Instant | null;
  readonly evidence: string;
  /** As far as the target itself can tell: `ours` by the seal alone. Left out: it cannot. */
  readonly owner?: 'ours' | 'foreign';
  /** By which it could be taken away. Of ours alone. */
  readonly handle?: Json;
}

export interface Finding {
  readonly level: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

export type ProviderErrorCode =
  | 'unavailable'
  | 'timeout'
  | 'permission-denied'
  | 'rate-limited'
  | 'conflict'
  | 'bad-answer'
  | 'misconfigured';

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  readonly retryAfter: Millis | null;

  constructor(
    code: ProviderErrorCode,
    message: string,
    options: { cause?: unknown; retryAfter?: Millis } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
  }
}
