/**
 * What it takes, as events, to begin access and to end it: on the request, and on each access that it
 * holds a lease on. Used by whatever decides that it is to be: a person, a deadline, a provider's answer.
 */
import type { Access } from './access.ts';
import { wantedOf } from './access.ts';
import type { Happening } from './audit.ts';
import { toldOf } from './break-glass.ts';
import { evolveAccess } from './evolve.ts';
import type { Facts } from './facts.ts';
import type { AccessId } from './ids.ts';
import type {
  AccessRequest,
  Activating,
  Active,
  Ask,
  EndCause,
  FinalStatus,
  Live,
} from './request.ts';
import { startOf } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import type { PlannedRight } from './right.ts';
import { planHashOf } from './right.ts';
import type { Instant } from './time.ts';
import { wholeSecond } from './time.ts';

export type Accesses = ReadonlyMap<AccessId, Access>;

/** What is asked; and where its rule needs nobody, or the glass is broken, the beginning of it. */
export function startAsking(ask: Ask, facts: Facts): readonly Happening[] {
  const { breakGlass } = ask;
  if (breakGlass !== undefined)
    return [
      of(ask, { type: 'asked', ask }),
      of(ask, { type: 'glass-broken', told: toldOf(ask, breakGlass, facts) }),
      ...startActivation(ask, facts, false),
    ];
  const begun = isAutomatic(ask) ? beginInTime(ask, facts) : [];
  return [of(ask, { type: 'asked', ask }), ...begun];
}

export function isAutomatic({ role, breakGlass }: Pick<Ask, 'role' | 'breakGlass'>): boolean {
  return role.approval.kind === 'automatic' && breakGlass === undefined;
}

/** Everything that it needs is there: it begins, or waits for its start. */
export function beginInTime(ask: Ask, facts: Facts): readonly Happening[] {
  const start = startOf(ask);
  if (start === undefined || start.at <= facts.now)
    return startActivation(ask, facts, isAutomatic(ask));
  const plan = planHashOf(ask.rights);
  return [of(ask, { type: 'scheduled', automatic: isAutomatic(ask), start, plan })];
}

/** The wish to begin and the wish to end are committed together, before anything is created. */
export function startActivation(ask: Ask, facts: Facts, automatic: boolean): readonly Happening[] {
  const endsAt = endIfBegun(ask, facts.now);
  const grants = ask.rights.map((right) => ({ accessId: right.accessId, right }));
  const leases = ask.rights.map((right) => leaseAdded(ask, right, endsAt));
  const plan = planHashOf(ask.rights);
  return [of(ask, { type: 'activation-started', automatic, endsAt, plan, grants }), ...leases];
}

/** When it would end that begins now: an extension ends so long after the first beginning. */
export function endIfBegun({ duration, extends: extended }: Ask, now: Instant): Instant {
  return wholeSecond((extended?.since ?? now) + duration);
}

function leaseAdded(ask: Ask, right: PlannedRight, endsAt: number): Happening {
  return {
    subject: 'access',
    id: right.accessId,
    event: { type: 'lease-added', right, request: ask.id, endsAt },
  };
}

/**
 * Drops this request's lease on each of its accesses. Where the access goes on for somebody else, and
 * the provider already holds just what they want, there is nothing to wait for.
 */
export function startRevoking(
  request: Activating | Active,
  accesses: Accesses,
  cause: EndCause,
): readonly Happening[] {
  const dropped = request.grants.flatMap(({ accessId }): Happening[] => [
    { subject: 'access', id: accessId, event: { type: 'lease-dropped', request: request.id } },
  ]);
  const gone = request.grants.flatMap(({ accessId }) => {
    const until = sharedUntil(accesses.get(accessId), request);
    return until === undefined
      ? []
      : [of(request, { type: 'grant-gone', accessId, proof: { kind: 'shared', until } })];
  });
  const allGone = gone.length === request.grants.length;
  return [
    of(request, { type: 'revoking-started', cause: causeFor(request, cause) }),
    ...dropped,
    ...gone,
    ...(allGone ? [finished(request, cause, 'shared')] : []),
  ];
}

/** What could not be given whole may have been open in part. */
function causeFor({ grants }: Activating | Active, cause: EndCause): EndCause {
  const isOpened = grants.some(
    ({ state }) => state.kind === 'confirmed' || (state.kind === 'waiting' && state.unsure),
  );
  return cause.kind === 'activation-failed' && isOpened ? { ...cause, opened: true } : cause;
}

/** Those that end together must not count on each other to keep an access open. */
export function startRevokingAll(
  requests: readonly (Activating | Active)[],
  accesses: Accesses,
  cause: EndCause,
  at: Instant,
): readonly Happening[] {
  const left = withoutLeasesOf(requests, accesses, at);
  return requests.flatMap((request) => startRevoking(request, left, cause));
}

function withoutLeasesOf(
  requests: readonly (Activating | Active)[],
  accesses: Accesses,
  at: Instant,
): Accesses {
  const left = new Map(accesses);
  for (const { id, grants } of requests) {
    for (const { accessId } of grants) {
      const access = left.get(accessId);
      if (access === undefined) continue;
      left.set(accessId, evolveAccess(access, { type: 'lease-dropped', request: id }, at));
    }
  }
  return left;
}

/** Until when others still want this access, if the provider holds exactly that already. */
function sharedUntil(access: Access | undefined, request: Live): number | undefined {
  if (access?.confirmed.kind !== 'present' || access.confirmed.drifted) return undefined;
  const others = access.leases.filter((lease) => lease.request !== request.id);
  const wanted = wantedOf({ leases: others });
  if (wanted.kind === 'nothing') return undefined;
  const { until } = access.confirmed;
  return until === null || until === wanted.until ? wanted.until : undefined;
}

const STATUS_AFTER = {
  end: 'ended',
  return: 'returned',
  unused: 'returned',
  revoke: 'revoked',
  extended: 'ended',
  freeze: 'revoked',
  'activation-failed': 'activation-failed',
} as const satisfies Record<EndCause['kind'], FinalStatus>;

/** The last event of a request that was given. */
export function finished(
  request: Pick<AccessRequest, 'id'>,
  cause: EndCause,
  proof: 'proven' | 'shared' | 'attested' | 'not-ours',
): Happening {
  return of(request, { type: 'finished', status: STATUS_AFTER[cause.kind], proof });
}

export function of(request: Pick<AccessRequest, 'id'>, event: RequestEvent): Happening {
  return { subject: 'request', id: request.id, event };
}
