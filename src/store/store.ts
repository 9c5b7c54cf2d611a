/**
 * The store port. What is decided arrives as one finished value, `Commit`, and is written in one
 * transaction or not at all; so that a store that must commit synchronously and one that cannot fit
 * behind the same method.
 */
import type { Absence } from '../core/absence.ts';
import type { Access } from '../core/access.ts';
import type { Entry, Happening, SubjectKind } from '../core/audit.ts';
import type { AccessId, CopyId, PrincipalId, RequestId } from '../core/ids.ts';
import type { Json, RoleName } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
import type { AccessRequest, Status } from '../core/request.ts';
import type { Standstill } from '../core/standstill.ts';
import type { Instant } from '../core/time.ts';

export interface Versioned<Value> {
  readonly value: Value;
  /** Grows by one with each commit that touches it. */
  readonly version: number;
}

/** What a decision can depend on. `installation` holds the hash of the policy in force, and whether all is frozen. */
export type Scope =
  | { readonly kind: 'request'; readonly id: RequestId }
  | { readonly kind: 'access'; readonly id: AccessId }
  /** The requests that a person has open for one role. */
  | { readonly kind: 'person-role'; readonly id: PrincipalId; readonly role: RoleName }
  /** All the requests that a person has, or had lately. */
  | { readonly kind: 'person-requests'; readonly id: PrincipalId }
  | { readonly kind: 'person'; readonly id: PrincipalId }
  | { readonly kind: 'installation' };

export interface Expectation {
  readonly scope: Scope;
  /** 0: it does not exist yet. */
  readonly version: number;
}

/** One transaction. Whatever is left out is left alone. */
export interface Commit {
  readonly at: Instant;
  /** Every scope that the decision read. A stale one makes the whole commit a conflict. */
  readonly expecting: readonly Expectation[];
  /** Scopes whose version grows although no row of theirs is written here. */
  readonly touches?: readonly Scope[];
  readonly requests?: readonly AccessRequest[];
  readonly accesses?: readonly Access[];
  /** Somebody new with an e-mail that is another's is a conflict, unless that other is expected too. */
  readonly people?: readonly PersonRecord[];
  readonly happenings?: readonly Happening[];
  readonly texts?: readonly StoredText[];
  /** Digests of texts to erase. */
  readonly erases?: readonly string[];
  readonly copies?: readonly Copy[];
  readonly effects?: readonly EffectDraft[];
  /** Keys of effects that are not needed any more. One that is running finishes, and is then gone. */
  readonly cancels?: readonly string[];
  /** The attempt whose outcome this commit is. Another number than the stored one: a conflict. */
  readonly settles?: Settlement;
  /** A delivery that came in. Its key being there already makes the commit a conflict. */
  readonly received?: InboxRow;
  /** What a delivery was answered. The delivery itself is forgotten then; its key stays. */
  readonly answered?: { readonly key: string; readonly answer: Json };
  readonly tallies?: readonly TallyChange[];
  readonly homes?: readonly HomeRow[];
  /** The policy in force from now on, for the installation scope. */
  readonly policyHash?: string;
  /** Kept from the first commit that has one on. */
  readonly sealKey?: string;
  /** The standstill that holds from now on, for the installation scope; null: none. */
  readonly standstill?: Standstill | null;
}

export type CommitResult =
  | {
      readonly kind: 'committed';
      readonly entries: readonly Entry[];
      /** Effects that were added or moved: those that are leased to begin, the others to set alarms for. */
      readonly effects: readonly EffectRow[];
    }
  | { readonly kind: 'conflict'; readonly on: string };

/** A person as stored: the principal, and the account links that are suspended. */
export interface PersonRecord {
  readonly principal: Principal;
  /** `accountKey`s whose e-mail changed at the platform since they were linked. */
  readonly suspended: readonly string[];
  /** Left out: never away. One that is over says nothing. */
  readonly absence?: Absence;
}

export interface StoredText {
  readonly digest: string;
  readonly salt: string;
  readonly text: string;
}

/**
 * One drawn card. `ref` is null until it was posted; `toldSeq` is the last entry told below it.
 *
 * Drawing and telling write the same copy at once, each from what it read. So a write keeps a stored
 * `ref` when its own is null; as long as the `ref` stays the same, `drawnVersion` and `toldSeq` only
 * grow; and what was given up stays so.
 */
export interface Copy {
  readonly id: CopyId;
  readonly request: RequestId;
  readonly platform: string;
  readonly where: Json;
  /** Whom it was sent to; null for the channel's card, which carries the thread. */
  readonly principal: PrincipalId | null;
  readonly ref: Readonly<Record<string, string>> | null;
  readonly drawnVersion: number;
  readonly toldSeq: number;
  /** Cannot be drawn ever again: archived channel, departed person. */
  readonly undeliverable: boolean;
}

/** Work for after the commit. A second draft with the same key melts into the first. */
export interface EffectDraft {
  readonly key: string;
  readonly kind: string;
  readonly payload: Json;
  readonly dueAt: Instant;
  readonly lane: number;
  /**
   * Whoever commits this begins it at once, if it is due and nobody works on it: it is leased to them
   * until then in the same transaction.
   */
  readonly leaseUntil?: Instant;
}

export interface EffectRow extends Omit<EffectDraft, 'leaseUntil'> {
  readonly id: number;
  /** The number of the attempt that runs or will run next. */
  readonly attempt: number;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly leasedUntil: Instant | null;
  /** What an attempt leaves for the next one. */
  readonly progress: Json;
  /** What an attempt left on its way, and nobody knows yet what came of it: kept whatever is drafted. */
  readonly aftermath: Aftermath | null;
}

export interface Aftermath {
  /** By then it shows: until then no attempt begins. */
  readonly until: Instant;
  /** There when a provider is still at it, or is about to be asked: what it wants to be asked after it by. */
  readonly receipt?: Json;
  /** Nothing more comes of it: it is kept because only by it what stands there may be known as ours. */
  readonly isOver?: true;
}

export interface Settlement {
  readonly effect: number;
  readonly attempt: number;
  readonly next:
    | { readonly kind: 'done' }
    /** It goes on, as whose it was: this may come of it, should it never be heard of again. */
    | { readonly kind: 'noted'; readonly aftermath: Aftermath }
    | {
        readonly kind: 'again';
        readonly dueAt: Instant;
        readonly failures: number;
        readonly progress: Json;
        /** Left out: as it was. */
        readonly aftermath?: Aftermath | null;
      };
}

export interface InboxRow {
  readonly key: string;
  readonly at: Instant;
  readonly delivery: Json;
}

/**
 * Counts of the same thing within a window, kept so that a flood is one entry and not a thousand.
 * To open one that is open, or to count or close one that is not, is a conflict; so is to close one
 * whose count has grown since it was read.
 */
export type TallyChange =
  /** For the first of its kind, which is not counted: the count starts at 0. */
  | { readonly key: string; readonly op: 'open'; readonly detail: Json }
  | { readonly key: string; readonly op: 'count' }
  | { readonly key: string; readonly op: 'close'; readonly count?: number };

export interface Tally {
  readonly key: string;
  readonly openedAt: Instant;
  readonly count: number;
  readonly detail: Json;
}

/** A home page that somebody opened, and which requests it shows. */
export interface HomeRow {
  readonly account: Account;
  readonly principal: PrincipalId;
  readonly openedAt: Instant;
}

export interface Members {
  readonly accounts: ReadonlySet<string>;
  readonly emails: ReadonlySet<string>;
}

export interface RequestQuery {
  readonly requester?: PrincipalId;
  readonly role?: RoleName;
  readonly statuses?: readonly Status[];
  /** Those alone whose review is open. */
  readonly unreviewed?: true;
  /** Newest first. */
  readonly limit: number;
}

export interface OverQuery {
  readonly requester: PrincipalId;
  readonly role: RoleName;
  readonly after: Instant;
  readonly limit: number;
}

export interface EntryQuery {
  readonly afterSeq: number;
  readonly limit: number;
  readonly subject?: SubjectKind;
  readonly id?: string;
}

export interface Store {
  /**
   * Writes all of it or nothing. Commits that wait together may share one transaction; each still
   * succeeds or conflicts alone. @throws StoreError when it could not be written at all
   */
  commit(commit: Commit): Promise<CommitResult>;

  request(id: RequestId): Promise<Versioned<AccessRequest> | undefined>;
  access(id: AccessId): Promise<Versioned<Access> | undefined>;
  /** 0 when nothing was ever written there. */
  version(scope: Scope): Promise<number>;
  requests(query: RequestQuery): Promise<readonly Versioned<AccessRequest>[]>;
  /** Those whose access was over after that, the last first, however long ago they were asked. */
  requestsOver(query: OverQuery): Promise<readonly Versioned<AccessRequest>[]>;
  requestCount(): Promise<number>;
  /** In the order of their ids, from behind `after`: for walking over all of them. */
  requestsAfter(after: string, limit: number): Promise<readonly Versioned<AccessRequest>[]>;
  accesses(): Promise<readonly Versioned<Access>[]>;
  /** The policy in force, as last committed. */
  policyHash(): Promise<string | undefined>;
  /** Null while nothing is frozen. */
  standstill(): Promise<Standstill | null>;
  /** What the installation's seal is made with, hex; undefined before the first start. */
  sealKey(): Promise<string | undefined>;
  /**
   * The latest `at` of all commits and leases, 0 before the first: no later decision is made before it, and
   * no lease lasts longer for a process that starts by a clock that was set back.
   */
  lastCommittedAt(): Promise<Instant>;

  person(id: PrincipalId): Promise<Versioned<PersonRecord> | undefined>;
  personByAccount(account: Account): Promise<Versioned<PersonRecord> | undefined>;
  /** In the order in which they were met: whoever got somebody's old address is not that somebody. */
  peopleByEmail(email: string): Promise<readonly Versioned<PersonRecord>[]>;
  /** Those whose it is, or ever was, in the same order. */
  peopleEverOf(email: string): Promise<readonly Versioned<PersonRecord>[]>;
  people(ids: readonly PrincipalId[]): Promise<readonly PersonRecord[]>;

  copy(id: CopyId): Promise<Copy | undefined>;
  copiesOf(request: RequestId): Promise<readonly Copy[]>;
  /** Copies whose card or thread lags behind their request: for convergence at start. */
  laggingCopies(): Promise<readonly CopyId[]>;
  homes(principals: readonly PrincipalId[]): Promise<readonly HomeRow[]>;
  /** Of whoever has one of these accounts (`accountKey`s) or e-mails. */
  homesIn(group: Members): Promise<readonly HomeRow[]>;
  text(digest: string): Promise<StoredText | undefined>;
  inbox(key: string): Promise<{ readonly row: InboxRow; readonly answer: Json | null } | undefined>;
  tally(key: string): Promise<Tally | undefined>;

  /** Entries after `afterSeq`, in order. */
  entries(query: EntryQuery): Promise<readonly Entry[]>;
  lastEntry(): Promise<Entry | undefined>;

  /**
   * Takes due effects for one attempt each: the attempt's number grows and it is nobody else's until
   * `now + leaseFor(kind)`.
   */
  lease(query: LeaseQuery): Promise<readonly EffectRow[]>;
  effect(key: string): Promise<EffectRow | undefined>;
  /** When the next one falls due that is not leased. */
  nextDueAt(): Promise<Instant | undefined>;
  /** How many are due at `now`, leased ones included. */
  dueCount(now: Instant): Promise<number>;
  /** Unfinished effects that fall due after `after` and not after `until`, for setting alarms. */
  upcoming(after: Instant, until: Instant): Promise<readonly EffectRow[]>;

  /** Removes inbox rows and homes that nobody can ask for any more. Returns how many. */
  prune(before: Instant): Promise<number>;
  close(): Promise<void>;
}

export interface LeaseQuery {
  readonly now: Instant;
  readonly leaseFor: (kind: string) => number;
  readonly limit: number;
  /** Only this one, and only if this is the attempt that would run. */
  readonly only?: { readonly effect: number; readonly attempt: number };
  /** Only what fell due at least this long ago. */
  readonly overdueBy?: number;
  /** Only from this lane on. */
  readonly fromLane?: number | undefined;
  /** Only up to this lane. */
  readonly toLane?: number | undefined;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'unavailable' | 'full' | 'corrupt';

  constructor(code: StoreError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
