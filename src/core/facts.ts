/**
 * Everything a decision may depend on besides the stored state: gathered fresh by the shell just before,
 * and never what somebody was shown.
 */

import type { PolicyHash, PrincipalId, RequestId } from './ids.ts';
import type { GroupName, Policy, Role } from './policy.ts';
import type { GroupFact, Present } from './principal.ts';
import { membership, provedSame, sameHuman } from './principal.ts';
import type { AccessRequest, Status } from './request.ts';
import type { UnknownManagers } from './request-event.ts';
import type { PlannedRight } from './right.ts';
import type { Start } from './start.ts';
import type { Instant, Millis } from './time.ts';

export interface Facts {
  readonly now: Instant;
  /** The policy in force. */
  readonly policy: Policy;
  /** Every group that the role asked under, or the role in force, speaks of. */
  readonly groups: ReadonlyMap<GroupName, GroupFact>;
  /** Those who matter here: the actor, the requester and earlier approvers. */
  readonly people: ReadonlyMap<PrincipalId, Present>;
  /** Those of them whose chat account is not in good standing at this moment: departed, a guest … */
  readonly absent: ReadonlySet<PrincipalId>;
  /**
   * Where a role limits how much somebody may have: the requests of the requesters, under any of their
   * ids, that are not over, or were over within what the limits look back at.
   */
  readonly past: readonly AccessRequest[];
  /** Reasons by their digests, where conditions may read them; one that was erased is missing. */
  readonly reasons: ReadonlyMap<string, string>;
  /** What the request in question extends, and what would extend it. */
  readonly linked: ReadonlyMap<RequestId, AccessRequest>;
  /** For a step that goes to them alone. */
  readonly managers?: ManagersFact;
  readonly timing: Timing;
}

/** Who manages the requester, never the requester. */
export type ManagersFact =
  | { readonly kind: 'known'; readonly people: readonly PrincipalId[] }
  | { readonly kind: 'unknown'; readonly why: UnknownManagers };

/** Delays that belong to the installation, not to a role. */
export interface Timing {
  /** How long revoking may take before it alarms. */
  readonly revokeAlarm: Millis;
  /** How long an activation may take before it fails. */
  readonly giveUp: Millis;
}

/** What is added to the facts when something is asked. */
export interface AskFacts extends NewFacts {
  readonly plan: RightsPlan;
}

/** What every new request takes, one that extends another as well. */
export interface NewFacts extends Facts {
  readonly id: RequestId;
  /** The digest of the reason's text, null when none was given. */
  readonly reasonDigest: string | null;
  /** The requester's requests for this role that are not over. */
  readonly open: readonly {
    readonly id: RequestId;
    readonly status: Status;
    readonly inputs: Readonly<Record<string, string>>;
    readonly start?: Start | undefined;
  }[];
}

export type RightsPlan =
  | { readonly kind: 'planned'; readonly rights: readonly PlannedRight[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** not worked out, because the ask cannot be accepted anyway */
  | { readonly kind: 'not-needed' };

/** What is about to begin is judged by the moment at which it will; by this one, where that is over. */
export function asOf<Known extends Facts>(facts: Known, start: Start | undefined): Known {
  return start === undefined || start.at <= facts.now ? facts : { ...facts, now: start.at };
}

/** The role as the policy in force has it. */
export function roleInForce(facts: Facts, name: string): Role | undefined {
  return Object.hasOwn(facts.policy.roles, name) ? facts.policy.roles[name] : undefined;
}

export function policyHash(facts: Facts): PolicyHash {
  return facts.policy.hash;
}

export type GroupAnswer = 'yes' | 'no' | { readonly unreachable: string };

/**
 * Is this person in one of these groups? A yes from any of them is a yes; without one, a group that
 * could not be read makes the answer unknown, which nobody may take for either.
 */
export function inAnyOf(facts: Facts, id: PrincipalId, groups: readonly GroupName[]): GroupAnswer {
  const someone = facts.people.get(id);
  if (someone === undefined) return { unreachable: 'the person' };
  if (facts.absent.has(id)) return 'no';
  let unreachable: string | undefined;
  for (const name of groups) {
    const answer = membership(facts.groups.get(name), someone);
    if (answer === 'member') return 'yes';
    if (answer === 'unknown') unreachable = unreadGroup(facts, name);
  }
  return unreachable === undefined ? 'no' : { unreachable };
}

/** `the group primary (pagerduty schedule P1SCHED)` */
export function unreadGroup({ groups }: Facts, name: GroupName): string {
  const fact = groups.get(name);
  const source = fact?.kind === 'unreachable' ? fact.source : undefined;
  return source === undefined ? `the group ${name}` : `the group ${name} (${source})`;
}

/**
 * For forbidding something to the requester. NB. A person who is not among the facts is the same human
 * as anybody here, so that nothing is allowed to them: for allowing something, see `provedSameHuman`.
 */
export function sameHumanIds(facts: Facts, a: PrincipalId, b: PrincipalId): boolean {
  const [first, second] = [facts.people.get(a), facts.people.get(b)];
  return first === undefined || second === undefined || sameHuman(first, second);
}

/**
 * What could not be read of any of these, so that an address may be missing by which two of them are one human:
 * nobody may take them for two. undefined: they are who they seem to be.
 */
export function unreadOf(facts: Facts, ids: readonly PrincipalId[]): string | undefined {
  return ids.map((id) => facts.people.get(id)?.unread).find((unread) => unread !== undefined);
}

/**
 * For allowing what only the requester may: a person who is not among the facts is nobody else, and
 * an e-mail that somebody had once proves nothing.
 */
export function provedSameHuman(facts: Facts, a: PrincipalId, b: PrincipalId): boolean {
  const [first, second] = [facts.people.get(a), facts.people.get(b)];
  if (first === undefined || second === undefined) return a === b;
  return provedSame(first, second);
}
