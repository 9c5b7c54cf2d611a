/**
 * The audit log: one chain for the whole installation, in which each entry's hash covers the hash
 * before it and the stored bytes of its own body. What is hashed is what is stored, never a second
 * serialisation of it.
 */
import type { AccessEvent } from './access.ts';
import type { AccessId, PolicyHash, PrincipalId, RequestId } from './ids.ts';
import { sha256 } from './ids.ts';
import type { Refusal } from './refusal.ts';
import type { TextRef } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import type { Instant } from './time.ts';

/** What happened to a person, apart from any request. */
export type PersonEvent =
  | { readonly type: 'met'; readonly account: string }
  | { readonly type: 'account-linked'; readonly account: string }
  | { readonly type: 'account-suspended'; readonly account: string }
  | { readonly type: 'account-restored'; readonly account: string; readonly by: PrincipalId }
  /** By themselves. `delegate`: who is told instead; null: nobody. */
  | { readonly type: 'went-away'; readonly until: Instant; readonly delegate: PrincipalId | null }
  | { readonly type: 'came-back' }
  /** `times`: how often within the minute that this entry stands for. */
  | {
      readonly type: 'refused';
      readonly code: Refusal['code'];
      readonly about: string;
      readonly times: number;
    };

/** What happened to the whole installation. */
export type InstallationEvent =
  /** `changes`: a line for each, see policy-diff.ts; null where the policy before is not at hand. */
  | {
      readonly type: 'policy-adopted';
      readonly hash: PolicyHash;
      readonly changes: readonly string[] | null;
    }
  | { readonly type: 'policy-rejected'; readonly hash: PolicyHash; readonly faults: number }
  | { readonly type: 'deliveries-rejected'; readonly counts: Readonly<Record<string, number>> }
  | { readonly type: 'clock-stepped'; readonly by: number }
  | { readonly type: 'text-erased'; readonly request: RequestId; readonly digest: string }
  | {
      readonly type: 'frozen';
      readonly by: PrincipalId;
      readonly why: TextRef;
      readonly since: Instant;
    }
  | { readonly type: 'thawed'; readonly by: PrincipalId; readonly why: TextRef };

export type Happening =
  | { readonly subject: 'request'; readonly id: RequestId; readonly event: RequestEvent }
  | { readonly subject: 'access'; readonly id: AccessId; readonly event: AccessEvent }
  | { readonly subject: 'person'; readonly id: PrincipalId; readonly event: PersonEvent }
  | {
      readonly subject: 'installation';
      readonly id: 'installation';
      readonly event: InstallationEvent;
    };

export type SubjectKind = Happening['subject'];

/** One stored entry. `body` is the canonical JSON that is hashed. */
export interface Entry {
  readonly seq: number;
  readonly at: Instant;
  readonly subject: SubjectKind;
  readonly id: string;
  readonly body: string;
  readonly prev: string;
  readonly hash: string;
}

/** The hash before the first entry. */
export const GENESIS = '0'.repeat(64);

/** An entry from what happened and where the chain stands. */
export function link(happening: Happening, seq: number, at: Instant, prev: string): Entry {
  const body = canonical({ seq, at, ...happening });
  return {
    seq,
    at,
    subject: happening.subject,
    id: happening.id,
    body,
    prev,
    hash: hashOf(prev, body),
  };
}

export function hashOf(prev: string, body: string): string {
  return sha256(`${prev}\n${body}`);
}

/** What an entry's body says. @throws SyntaxError when the bytes are no JSON */
export function happeningOf(entry: Pick<Entry, 'body'>): Happening & { seq: number; at: Instant } {
  return JSON.parse(entry.body) as Happening & { seq: number; at: Instant };
}

/** JSON with sorted keys, so that equal values have equal bytes (after RFC 8785, for our values). */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

export type ChainFault = {
  readonly seq: number;
  readonly what: 'missing-entry' | 'broken-link' | 'altered-body' | 'wrong-columns';
};

/** Where the chain stands before an entry. */
export type ChainEnd = Pick<Entry, 'seq' | 'hash'>;

const BEGINNING: ChainEnd = { seq: 0, hash: GENESIS };

/** The first entry that does not follow from the one before it. Entries come in order of `seq`. */
export function firstFault(entries: Iterable<Entry>, from = BEGINNING): ChainFault | undefined {
  let end = from;
  for (const entry of entries) {
    const read = readNext(entry, end);
    if (read.kind === 'fault') return read.fault;
    end = entry;
  }
  return undefined;
}

type NextEntry =
  | { readonly kind: 'sound'; readonly said: ReturnType<typeof happeningOf> }
  | { readonly kind: 'fault'; readonly fault: ChainFault };

/** What an entry says, if it follows from the one before it. */
export function readNext(entry: Entry, before: ChainEnd): NextEntry {
  const { seq } = entry;
  if (seq !== before.seq + 1) return fault(before.seq + 1, 'missing-entry');
  if (entry.prev !== before.hash) return fault(seq, 'broken-link');
  if (entry.hash !== hashOf(entry.prev, entry.body)) return fault(seq, 'altered-body');
  const said = readable(entry);
  return said !== null && columnsMatch(entry, said)
    ? { kind: 'sound', said }
    : fault(seq, 'wrong-columns');
}

function fault(seq: number, what: ChainFault['what']): NextEntry {
  return { kind: 'fault', fault: { seq, what } };
}

/** NB. The columns that queries use are not hashed themselves; the body that repeats them is. */
function columnsMatch(entry: Entry, said: ReturnType<typeof happeningOf>): boolean {
  return (
    said.seq === entry.seq &&
    said.at === entry.at &&
    said.subject === entry.subject &&
    said.id === entry.id
  );
}

/** Whoever rewrites the log can hash any bytes, and the verifier must not fall over them. */
function readable(entry: Entry): ReturnType<typeof happeningOf> | null {
  try {
    return happeningOf(entry);
  } catch {
    return null;
  }
}
