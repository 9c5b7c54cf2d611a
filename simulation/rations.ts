/** How much of a role somebody has had, told by what the log says happened and not by what the product counts. */
import type { Role } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Instant } from '../src/core/time.ts';
import { DAY } from '../src/core/time.ts';
import { agreedTo } from './lengths.ts';

/** @returns the limit that opening this at that moment goes beyond */
export function beyondLimits(
  requests: Iterable<AccessRequest>,
  opened: AccessRequest,
  { name, approval, limits: { live, perDay, cooldown } }: Role,
  at: Instant,
): string | undefined {
  const others = [...requests].filter(
    ({ id, requester }) => id !== opened.id && requester === opened.requester,
  );
  const ofRole = others.filter(({ role }) => role.name === name);
  const extended = opened.extends;
  const apart = others.filter((one) => isHeld(one) && one.id !== extended?.request);
  const held = apart.filter((one) => !apart.some((other) => isExtendedBy(one)(other))).length;
  if (live !== null && held >= live) return `${held} are held`;
  const pause = extended === undefined ? cooldown : null;
  if (pause !== null && ofRole.some((one) => isHeld(one) || endedAt(one) > at - pause))
    return 'there was no pause';
  const free = ofRole.filter((one) => isAutomatic(one) && wasOpened(one)).length;
  if (
    isAutomatic(opened) &&
    approval.kind === 'automatic' &&
    free >= (approval.cap?.most ?? Infinity)
  )
    return `${free} were given without approval`;
  const had = ofRole
    .map((one) => spanOf(one, Math.max(at - DAY, endOf(ofRole.find(isExtendedBy(one))))))
    .reduce((sum, span) => sum + span, 0);
  const more = agreedTo(opened) - (extended === undefined ? 0 : extended.endsAt - extended.since);
  return perDay !== null && had + more > perDay ? `${had} ms were had` : undefined;
}

function wasOpened(request: AccessRequest): boolean {
  if (!('startedAt' in request)) return false;
  return request.status !== 'activation-failed' || mayHaveBeenOpen(request);
}

/** Some of it was read back, or was written and could not be. */
export function mayHaveBeenOpen(request: AccessRequest): boolean {
  return 'cause' in request && 'opened' in request.cause;
}

/** NB. No world lasts longer than any cap counts. */
function isAutomatic({ role, breakGlass }: AccessRequest): boolean {
  return role.approval.kind === 'automatic' && breakGlass === undefined;
}

function isHeld({ status }: AccessRequest): boolean {
  return status === 'activating' || status === 'active' || status === 'revoking';
}

function endedAt(request: AccessRequest): Instant {
  return wasOpened(request) && 'finishedAt' in request ? request.finishedAt : -Infinity;
}

const isExtendedBy = (request: AccessRequest) => (other: AccessRequest) =>
  other.id === request.extends?.request;

function endOf(request: AccessRequest | undefined): Instant {
  if (request === undefined || !('startedAt' in request)) return -Infinity;
  return Math.min(request.endsAt, 'finishedAt' in request ? request.finishedAt : Infinity);
}

function spanOf(request: AccessRequest, since: Instant): number {
  if (!wasOpened(request) || !('startedAt' in request)) return 0;
  const end = 'finishedAt' in request ? request.finishedAt : request.endsAt;
  return Math.max(0, Math.min(end, request.endsAt) - Math.max(since, request.startedAt));
}
