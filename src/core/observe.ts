/**
 * What a provider's answer means. One attempt on an access tried to make the provider equal to what was
 * wanted, and read it back; here that reading is held against what is wanted now.
 *
 * Nothing is confirmed that was not read. An end is confirmed by two reads of absence, at least the
 * provider's settle time apart, with no attempt of ours in between.
 */
import type { Access, Wanted } from './access.ts';
import { isProvenGone, sameWanted, wantedOf } from './access.ts';
import type { Happening } from './audit.ts';
import { evolveAccess, evolveRequest } from './evolve.ts';
import { closings, takeOver } from './extending.ts';
import type { Accesses } from './giving.ts';
import { finished, startRevokingAll } from './giving.ts';
import type { AccessId, RequestId } from './ids.ts';
import { invariant } from './invariant.ts';
import type { AccessRequest, EndProof, Revoking } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import type { Instant, Millis } from './time.ts';

/** What one attempt saw. */
export interface Observation {
  readonly access: AccessId;
  /** What was wanted when the attempt began. */
  readonly aim: Wanted;
  /** What stood there before the attempt wrote anything. */
  readonly found: Seen;
  /** What stood there after it. The same as `found` when nothing had to be written. */
  readonly left: Seen;
  /** The attempt wrote something, or nobody knows whether it did. */
  readonly wrote: boolean;
  /** Nothing else became wanted since it was last read back as wanted, and the provider had to set it all the same. */
  readonly setAgain: boolean;
  /** Why the write can never succeed as things are, or null. */
  readonly hopeless: string | null;
  /** When absence was first read, by an earlier attempt with the same aim and no write since. */
  readonly firstAbsentAt: Instant | null;
  readonly settle: Millis;
  /** What the provider was asked for before is not over: it may come after any number of readings. */
  readonly mayCome: boolean;
  /** The target turns people away at the end by itself: there, what has no end is not as wanted. */
  readonly keepsEnds: boolean;
}

export type Seen =
  | { readonly kind: 'present'; readonly until: Instant | null }
  /** `isTakenOver`: what stands in its place is somebody else's doing, and is left alone. */
  | { readonly kind: 'absent'; readonly isTakenOver?: true }
  /** Somebody else's, and left alone. Nothing of ours is there. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'partial'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface Verdict {
  readonly happenings: readonly Happening[];
  /** `watch`: as wanted; look again by and by. `reread`: absence was read once; `retry`: not yet. */
  readonly next: 'settled' | 'watch' | 'reread' | 'retry';
}

/**
 * @param requests every request that has a lease here, and those alone
 * @param isFrozen nothing opens then, whatever is read
 */
export function observe(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
  seen: Observation,
  now: Instant,
  isFrozen: boolean,
): Verdict {
  const wanted = wantedOf(access);
  if (!sameWanted(wanted, seen.aim)) return { happenings: [], next: 'retry' };
  return wanted.kind === 'nothing'
    ? whenNothingIsWanted(access, requests, seen, now)
    : whenWanted(access, requests, accesses, seen, wanted.until, now, isFrozen);
}

function whenNothingIsWanted(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  seen: Observation,
  now: Instant,
): Verdict {
  const isOver = seen.left.kind === 'absent' || isNotOurs(access, seen.left);
  if (seen.mayCome || !isOver) return { happenings: [], next: 'retry' };
  // Known already: whoever looks again has something else to see to there, such as a timer.
  if (isProvenGone(access)) return { happenings: [], next: 'settled' };
  if (seen.firstAbsentAt !== null && seen.firstAbsentAt < lastEnding(access, requests))
    return { happenings: [], next: 'retry' };
  if (seen.firstAbsentAt === null || now - seen.firstAbsentAt < seen.settle)
    return { happenings: [], next: 'reread' };
  const reads = { firstReadAt: seen.firstAbsentAt, secondReadAt: now };
  const proof: EndProof =
    seen.left.kind === 'foreign' ? { kind: 'not-ours' } : { kind: 'proven', ...reads };
  const confirmed: Happening = {
    subject: 'access',
    id: access.id,
    event: { type: 'confirmed-absent', ...reads },
  };
  return { happenings: [confirmed, ...letGo(access, requests, proof, now)], next: 'settled' };
}

/**
 * Where ours was read back before, somebody else's in its place may be ours with another end: whoever
 * had it may have it still. That is no proof of anything, so the work and the alarms go on.
 */
function isNotOurs({ confirmed }: Access, left: Seen): boolean {
  return left.kind === 'foreign' && confirmed.kind !== 'present';
}

/** An absence that was read before the end was wanted says nothing of what was written since. */
function lastEnding(access: Access, requests: ReadonlyMap<RequestId, AccessRequest>): Instant {
  const starts = access.leases.map((lease) => {
    const request = requests.get(lease.request);
    return request?.status === 'revoking' ? request.since : 0;
  });
  return Math.max(0, ...starts);
}

function whenWanted(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
  seen: Observation,
  until: Instant,
  now: Instant,
  isFrozen: boolean,
): Verdict {
  // Its time is over and its end is on the way: what is gone now is no drift, what stands is not given.
  if (now >= until) return { happenings: [], next: 'retry' };
  const drift = driftOf(access, requests, seen);
  if (isAsWanted(seen.left, until, seen.keepsEnds)) {
    const opened = isFrozen ? [] : openAll(access, requests, accesses, seen.left, now);
    const read = confirm(access, requests, accesses, seen, drift.length > 0, opened, now);
    return { happenings: [...drift, ...read], next: 'watch' };
  }
  const hopeless = isNotOurs(access, seen.left)
    ? 'it is there already by somebody else’s hand'
    : seen.hopeless;
  const unsure = mayBeOpen(access, seen) ? doubt(access, requests) : [];
  const doubted = evolved(requests, unsure, now);
  const failed = hopeless === null ? [] : fail(access, doubted, accesses, hopeless, now);
  return { happenings: [...drift, ...unsure, ...failed], next: 'retry' };
}

/**
 * NB. What was written and cannot be read is to nobody's advantage: it counts as had. Where it was held before, what
 * stands there unwritten is what others were given.
 */
function mayBeOpen({ confirmed }: Access, { left, wrote }: Observation): boolean {
  if (left.kind === 'present') return wrote || confirmed.kind !== 'present';
  return wrote && left.kind !== 'absent' && left.kind !== 'foreign';
}

/** Said once of each grant. */
function doubt(
  { id: accessId }: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
): readonly Happening[] {
  return [...requests.values()].flatMap((request) => {
    if (request.status !== 'activating') return [];
    const here = request.grants.find((grant) => grant.accessId === accessId);
    const isNews = here?.state.kind === 'waiting' && !here.state.unsure;
    return isNews ? [of(request.id, { type: 'grant-unsure', accessId })] : [];
  });
}

function evolved(
  requests: ReadonlyMap<RequestId, AccessRequest>,
  happenings: readonly Happening[],
  now: Instant,
): ReadonlyMap<RequestId, AccessRequest> {
  const after = new Map(requests);
  for (const happening of happenings)
    if (happening.subject === 'request') {
      const { id, event } = happening;
      after.set(id, evolveRequest(after.get(id), event, now));
    }
  return after;
}

type Present = Extract<Seen, { kind: 'present' }>;

export function isAsWanted(seen: Seen, until: Instant, keepsEnds: boolean): seen is Present {
  if (seen.kind !== 'present') return false;
  return seen.until === until || (seen.until === null && !keepsEnds);
}

/** Confirmed before, and not as we left it: somebody edited it, or the target forgot. */
function driftOf(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  seen: Observation,
): readonly Happening[] {
  if (access.confirmed.kind !== 'present' || access.confirmed.drifted) return [];
  const what = differs(access.confirmed.until, access.aims, seen);
  if (what === undefined) return [];
  const told = [...requests.values()].flatMap((request) =>
    request.status === 'active'
      ? [of(request.id, { type: 'drift-seen', accessId: access.id, what })]
      : [],
  );
  return [{ subject: 'access', id: access.id, event: { type: 'drifted', what } }, ...told];
}

function differs(
  confirmed: Instant | null,
  aims: readonly Instant[],
  { found, setAgain }: Observation,
): string | undefined {
  // Nobody saw it: that it had to be set tells of it, now or once that is done, and nothing else will.
  if (showsNothing(found, confirmed))
    return setAgain ? 'it could not be read, and had to be set again' : undefined;
  if (found.kind === 'absent')
    return found.isTakenOver
      ? 'it was changed by somebody else, and is left alone'
      : 'it was gone and is being put back';
  if (found.kind === 'partial') return `it was not whole: ${found.why}`;
  if (found.kind !== 'present') return undefined;
  if (found.until === null) return 'its end was taken away by somebody else';
  return aims.includes(found.until) ? undefined : 'its end was changed by somebody else';
}

function showsNothing(found: Seen, confirmed: Instant | null): boolean {
  return found.kind === 'unreadable' || (found.kind === 'present' && found.until === confirmed);
}

function confirm(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
  seen: Observation,
  drifted: boolean,
  opened: readonly Happening[],
  now: Instant,
): readonly Happening[] {
  invariant(seen.left.kind === 'present', 'only what was read as present is confirmed');
  const { until } = seen.left;
  const known = !drifted && isAsConfirmed(access, until);
  const ending = access.leases.some((lease) => lease.state === 'ending');
  const read = {
    subject: 'access',
    id: access.id,
    event: { type: 'confirmed-present', until },
  } as const;
  const after = new Map(accesses).set(access.id, evolveAccess(access, read.event, now));
  const wanted = wantedOf(access);
  const shared: EndProof = { kind: 'shared', until: wanted.kind === 'until' ? wanted.until : now };
  return [
    ...(known && !ending ? [] : [read]),
    ...opened,
    ...letGo(access, requests, shared, now),
    ...takeOver(opened, requests, after),
  ];
}

function isAsConfirmed({ confirmed }: Access, until: Instant | null): boolean {
  return confirmed.kind === 'present' && confirmed.until === until && confirmed.drifted !== true;
}

function openAll(
  { id }: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
  { until }: Present,
  now: Instant,
): readonly Happening[] {
  return [...requests.values()].flatMap((request) => open(request, id, accesses, until, now));
}

/** NB. Another lease may keep the access open past this request's end: then nothing opens for it. */
function open(
  request: AccessRequest,
  accessId: AccessId,
  accesses: Accesses,
  until: Instant | null,
  now: Instant,
): Happening[] {
  if (request.status !== 'activating' || now >= request.endsAt) return [];
  const here = request.grants.find((grant) => grant.accessId === accessId);
  if (here === undefined) return [];
  const others = request.grants.filter((grant) => grant !== here);
  const isWhole = others.every(
    ({ state, accessId: id }) => state.kind === 'confirmed' && isHeld(accesses.get(id)),
  );
  return [
    ...(here.state.kind === 'waiting'
      ? [of(request.id, { type: 'grant-confirmed', accessId, until })]
      : []),
    ...(isWhole ? [of(request.id, { type: 'activated' })] : []),
  ];
}

/** NB. What was confirmed and is known to be gone since is open no more: all is given together, or not yet. */
function isHeld(access: Access | undefined): boolean {
  return access?.confirmed.kind === 'present' && access.confirmed.drifted !== true;
}

/** Those whose lease here was dropped have nothing here any more. */
function letGo(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  proof: EndProof,
  now: Instant,
): readonly Happening[] {
  return access.leases.flatMap((lease): Happening[] => {
    const request = requests.get(lease.request);
    if (lease.state !== 'ending' || request?.status !== 'revoking') return [];
    return leave(request, access.id, proof, now);
  });
}

function leave(request: Revoking, accessId: AccessId, proof: EndProof, now: Instant): Happening[] {
  const here = request.grants.find((grant) => grant.accessId === accessId);
  if (here === undefined || here.state.kind === 'gone') return [];
  const gone: RequestEvent = { type: 'grant-gone', accessId, proof };
  const after = evolveRequest(request, gone, now);
  const over = after.status === 'revoking' && after.grants.every((g) => g.state.kind === 'gone');
  return [of(request.id, gone), ...(over ? [finished(request, request.cause, proof.kind)] : [])];
}

function fail(
  access: Access,
  requests: ReadonlyMap<RequestId, AccessRequest>,
  accesses: Accesses,
  why: string,
  now: Instant,
): readonly Happening[] {
  const failing = [...requests.values()]
    .filter((request) => request.status === 'activating')
    .filter((request) => request.grants.some((grant) => grant.accessId === access.id));
  const cause = { kind: 'activation-failed', why } as const;
  const taken = startRevokingAll(failing, accesses, cause, now);
  return [...taken, ...failing.flatMap((request) => closings(request, taken, requests))];
}

function of(id: RequestId, event: RequestEvent): Happening {
  return { subject: 'request', id, event };
}
