/**
 * What an event makes of a request or an access. Total over events, and without choices of its own:
 * whatever could be refused was refused in `decide`, and is asserted here. Replaying a subject's events
 * through these functions gives its row; `audit verify` does just that.
 */
import type { Access, AccessEvent, Lease } from './access.ts';
import type { AccessId, PlanHash, PrincipalId } from './ids.ts';
import { invariant } from './invariant.ts';
import { stagesOf } from './policy.ts';
import type {
  AccessRequest,
  Active,
  Approval,
  Ask,
  FinalStatus,
  Grant,
  GrantState,
  Live,
  Pending,
  Scheduled,
} from './request.ts';
import { isLive, isWaiting } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import { isReviewable, type Reviewable } from './review.ts';
import type { Instant } from './time.ts';

export function evolveRequest(
  state: AccessRequest | undefined,
  event: RequestEvent,
  at: Instant,
): AccessRequest {
  if (event.type === 'asked') {
    invariant(state === undefined, 'a request is asked once');
    return pendingFrom(event.ask);
  }
  invariant(state !== undefined, 'a request is asked before anything else happens to it');
  switch (event.type) {
    case 'approved':
    case 'denied':
    case 'withdrawn':
    case 'expired':
    case 'escalated':
    case 'glass-broken':
    case 'reminded':
    case 'ladder-held':
    case 'ladder-skipped':
    case 'scheduled':
    case 'cancelled':
    case 'activation-started':
      invariant(isWaiting(state), `${event.type} happens before anything was given`);
      return evolveWaiting(state, event, at);
    case 'review-overdue':
    case 'reviewed':
      invariant(isReviewable(state), `${event.type} happens to what is over and not reviewed`);
      return evolveReview(state, event, at);
    case 'use-seen':
      invariant('finishedAt' in state, 'how it was used is told once it is over');
      return state;
    default:
      invariant(isLive(state), `${event.type} happens to a live request`);
      return evolveLive(state, event, at);
  }
}

function pendingFrom(ask: Ask): Pending {
  const isGiven = ask.breakGlass !== undefined;
  const waitsFor = isGiven ? [] : (stagesOf(ask.role.approval)[0] ?? []);
  return { ...ask, status: 'pending', approvals: [], waitsFor, escalated: 0 };
}

type WaitingEvent = Extract<
  RequestEvent,
  {
    type:
      | ('approved' | 'denied' | 'withdrawn' | 'expired' | 'escalated' | 'glass-broken')
      | ('reminded' | 'ladder-held' | 'ladder-skipped')
      | ('scheduled' | 'cancelled' | 'activation-started');
  }
>;

function evolveWaiting(
  state: Pending | Scheduled,
  event: WaitingEvent,
  at: Instant,
): AccessRequest {
  switch (event.type) {
    case 'withdrawn':
      return { ...state, status: 'withdrawn', closedAt: at };
    case 'cancelled':
      invariant(state.status === 'scheduled', 'only what is scheduled is cancelled');
      return { ...state, status: 'cancelled', cause: event.cause, closedAt: at };
    case 'activation-started':
      return activating(state, event, at);
    default:
      invariant(state.status === 'pending', `${event.type} happens to a pending request`);
      return evolvePending(state, event, at);
  }
}

function activating(
  state: Pending | Scheduled,
  event: Extract<WaitingEvent, { type: 'activation-started' }>,
  at: Instant,
): AccessRequest {
  invariant(isOf(event.plan, state), 'what is given is what was approved');
  return {
    ...state,
    status: 'activating',
    startedAt: at,
    endsAt: event.endsAt,
    grants: event.grants.map((grant) => ({ ...grant, state: { kind: 'waiting' } })),
  };
}

function isOf(given: PlanHash, { approvals }: Pending | Scheduled): boolean {
  return approvals.every(({ plan }) => plan === given);
}

type PendingEvent = Exclude<
  WaitingEvent,
  { type: 'withdrawn' | 'cancelled' | 'activation-started' }
>;
type ReviewEvent = Extract<RequestEvent, { type: 'review-overdue' | 'reviewed' }>;

function evolvePending(state: Pending, event: PendingEvent, at: Instant): AccessRequest {
  switch (event.type) {
    case 'approved':
      return {
        ...state,
        approvals: [...without(state.approvals, event.by), approval(event, at)],
        waitsFor: event.waitsFor,
      };
    case 'escalated':
      return { ...state, escalated: event.step + 1, ...calledBy(state, event.managers) };
    case 'reminded':
      return { ...state, reminded: event.nth };
    case 'ladder-held':
      return { ...state, heldUntil: event.until };
    case 'ladder-skipped':
      return event.what.kind === 'step'
        ? { ...state, escalated: event.what.step + 1 }
        : { ...state, reminded: event.what.nth };
    case 'glass-broken':
      return { ...state, review: { kind: 'open', reminders: 0 } };
    case 'denied':
      return { ...state, status: 'denied', by: event.by, why: event.why, closedAt: at };
    case 'expired':
      return { ...state, status: 'expired', closedAt: at };
    case 'scheduled':
      invariant(isOf(event.plan, state), 'what will be given is what was approved');
      return { ...state, status: 'scheduled' };
  }
}

function calledBy({ called = [] }: Pending, managers: readonly PrincipalId[] = []) {
  const all = [...new Set([...called, ...managers])];
  return all.length === 0 ? {} : { called: all };
}

function approval(event: Extract<RequestEvent, { type: 'approved' }>, at: Instant): Approval {
  const { by, plan, duration, start } = event;
  return { by, at, plan, ...(duration !== undefined && { duration }), ...(start && { start }) };
}

/** Whoever approves again is named once. */
function without(approvals: readonly Approval[], by: PrincipalId): readonly Approval[] {
  return approvals.filter((approval) => approval.by !== by);
}

type LiveEvent = Exclude<RequestEvent, WaitingEvent | ReviewEvent | { type: 'asked' | 'use-seen' }>;

function evolveLive(state: Live, event: LiveEvent, at: Instant): AccessRequest {
  switch (event.type) {
    case 'grant-confirmed':
      return withGrant(state, event.accessId, { kind: 'confirmed', until: event.until, at });
    case 'grant-unsure':
      return withGrant(state, event.accessId, { kind: 'waiting', unsure: true });
    case 'grant-gone':
      return withGrant(state, event.accessId, { kind: 'gone', proof: event.proof, at });
    case 'activated':
      invariant(state.status === 'activating', 'what is activated was activating');
      return { ...state, status: 'active', activeAt: at, warned: false };
    case 'warned':
      invariant(state.status === 'active', 'only active access has an end to warn of');
      return { ...state, warned: true } satisfies Active;
    case 'extension-asked':
      invariant(state.status === 'active', 'only active access is extended');
      return { ...state, extension: event.extension } satisfies Active;
    case 'extension-closed':
      invariant(state.status === 'active', 'an extension is open while access is active');
      return withoutExtension(state);
    case 'revoking-started':
      invariant(state.status !== 'revoking', 'revoking starts once');
      return {
        ...started(state),
        status: 'revoking',
        cause: event.cause,
        since: at,
        alarms: 0,
        grants: state.grants.map((grant) => ({ ...grant, state: { kind: 'ending' } })),
      };
    case 'alarm-raised':
      return state.status === 'revoking' ? { ...state, alarms: event.nth } : state;
    case 'drift-seen':
    case 'attested':
      return state;
    case 'finished':
      return finish(state, event.status, at);
  }
}

function withoutExtension({ extension: _, ...state }: Active): Active {
  return state;
}

function finish(state: Live, status: FinalStatus, at: Instant): AccessRequest {
  invariant(state.status === 'revoking', 'only revoking finishes');
  invariant(
    state.grants.every((grant) => grant.state.kind === 'gone'),
    'a request finishes when all of its grants are gone',
  );
  return { ...started(state), status, cause: state.cause, finishedAt: at };
}

function evolveReview(state: Reviewable, event: ReviewEvent, at: Instant): AccessRequest {
  if (event.type === 'review-overdue')
    return { ...state, review: { kind: 'open', reminders: event.nth } };
  const { by, judgement, why } = event;
  return { ...state, review: { kind: 'closed', by, judgement, why, at } };
}

/** The fields that every started request has, without those of its present status. */
function started(state: Live) {
  const { id, requester, role, applied, policyHash, duration } = state;
  const { inputs, reason, rights, askedAt, start, extends: extended, breakGlass, review } = state;
  const { approvals, waitsFor, escalated, called, startedAt, endsAt, grants } = state;
  const ask = { id, requester, role, applied, policyHash, duration };
  return {
    ...ask,
    inputs,
    reason,
    rights,
    askedAt,
    ...(start && { start }),
    ...(extended === undefined ? {} : { extends: extended }),
    ...(breakGlass && { breakGlass }),
    ...(review && { review }),
    approvals,
    waitsFor,
    escalated,
    ...(called === undefined ? {} : { called }),
    startedAt,
    endsAt,
    grants,
  };
}

function withGrant<State extends Live>(state: State, id: AccessId, next: GrantState): State {
  const change = (grant: Grant): Grant =>
    grant.accessId === id ? { ...grant, state: next } : grant;
  return { ...state, grants: state.grants.map(change) };
}

// ── access ──────────────────────────────────────────────────────────────────────────────────────

export function evolveAccess(state: Access | undefined, event: AccessEvent, at: Instant): Access {
  if (event.type === 'lease-added') return withLease(state ?? newAccess(event), event);
  if (event.type === 'adopted') return adopted(state, event);
  invariant(state !== undefined, 'an access begins with a lease, or is adopted');
  return evolveKnown(state, event, at);
}

type LeaseAdded = Extract<AccessEvent, { type: 'lease-added' }>;
type Adopted = Extract<AccessEvent, { type: 'adopted' }>;
type KnownEvent = Exclude<AccessEvent, LeaseAdded | Adopted>;

function withLease(access: Access, { right, request, endsAt }: LeaseAdded): Access {
  const others = access.leases.filter((other) => other.request !== request);
  return aimed({ ...access, right, leases: [...others, { request, endsAt, state: 'live' }] });
}

function evolveKnown(state: Access, event: KnownEvent, at: Instant): Access {
  switch (event.type) {
    case 'lease-dropped':
      return aimed({ ...state, leases: state.leases.map(ending(event.request)) });
    case 'lease-attested':
      return { ...state, leases: state.leases.filter((lease) => lease.request !== event.request) };
    case 'confirmed-present':
      return {
        ...state,
        leases: state.leases.filter((lease) => lease.state === 'live'),
        confirmed: { kind: 'present', until: event.until, at },
      };
    case 'confirmed-absent':
      return { ...state, leases: [], aims: [], confirmed: { kind: 'absent', at } };
    case 'drifted':
      return state.confirmed.kind === 'present'
        ? { ...state, confirmed: { ...state.confirmed, drifted: true } }
        : state;
  }
}

/**
 * It was read there by our seal, so it is held: whatever somebody has made of its end since. One that we wrote is
 * what its target knows it by.
 */
function adopted(state: Access | undefined, event: Adopted): Access {
  invariant(state === undefined || state.leases.length === 0, 'only what nobody holds is adopted');
  const { until, seenAt: at } = event;
  const confirmed = { kind: 'present', until, at } as const;
  return { ...newAccess(event), confirmed, aims: until === null ? [] : [until] };
}

function newAccess({ right }: LeaseAdded | Adopted): Access {
  return { id: right.accessId, right, leases: [], confirmed: { kind: 'unread' }, aims: [] };
}

const ending =
  (request: Lease['request']) =>
  (lease: Lease): Lease =>
    lease.request === request ? { ...lease, state: 'ending' } : lease;

/** Remembers what is wanted now as something we may be found to have written. */
function aimed(access: Access): Access {
  const ends = access.leases.filter((lease) => lease.state === 'live').map((lease) => lease.endsAt);
  if (ends.length === 0) return access;
  const until = Math.max(...ends);
  return access.aims.includes(until) ? access : { ...access, aims: [...access.aims, until] };
}
