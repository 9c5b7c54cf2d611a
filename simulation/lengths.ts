/** What an extension and what it extends are to each other, told by what the log says of both. */
import type { RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Instant, Millis } from '../src/core/time.ts';

type Requests = ReadonlyMap<RequestId, AccessRequest>;

/** @returns what is wrong with it, after a commit that changed it */
export function wronglyExtended(id: RequestId, requests: Requests): string | undefined {
  const request = requests.get(id);
  if (request === undefined) return undefined;
  return asExtension(request, requests) ?? asExtended(request, requests);
}

/** How long it may last by all that was agreed to. */
export function agreedTo({ duration, approvals }: AccessRequest): Millis {
  return Math.min(duration, ...approvals.map((approval) => approval.duration ?? Infinity));
}

/** @returns what is wrong with that end, by what was agreed to */
export function wronglyLong(request: AccessRequest, at: Instant, endsAt: Instant) {
  const latest = (request.extends?.since ?? at) + agreedTo(request);
  return endsAt <= latest ? undefined : `ends at ${endsAt}, not by ${latest}`;
}

/** @returns what is wrong with beginning then, by what was asked for and agreed to */
export function wronglyEarly({ id, start, approvals }: AccessRequest, at: Instant) {
  const starts = [start, ...approvals.map((approval) => approval.start)];
  const latest = Math.max(0, ...starts.map((one) => one?.at ?? 0));
  return at >= latest ? undefined : `${id} at ${at}, not from ${latest} on`;
}

function asExtension(request: AccessRequest, requests: Requests): string | undefined {
  if (request.extends === undefined) return undefined;
  const first = requests.get(request.extends.request);
  if (first === undefined) return 'extends nothing';
  if (JSON.stringify(first.rights) !== JSON.stringify(request.rights))
    return 'gives something else';
  if (request.status === 'pending' && first.status !== 'active') return 'waits for nothing';
  if (request.status === 'active' && first.status === 'active') return 'has not taken over';
  if (request.status === 'activating' && isTaken(first)) return 'comes after it was taken away';
  if (isTaken(request) && first.status === 'active') return 'was taken away alone';
  return lengthOf(request, requests) > request.role.maxDuration ? 'is too long in all' : undefined;
}

function asExtended(request: AccessRequest, requests: Requests): string | undefined {
  if ('cause' in request && request.cause.kind === 'extended') {
    const { status } = requests.get(request.cause.extension) ?? { status: 'pending' };
    const hasBegun = !['pending', 'activating', 'activation-failed'].includes(status);
    return hasBegun ? undefined : 'made way for what was not given';
  }
  if (request.status !== 'active' || request.extension === undefined) return undefined;
  const { status } = requests.get(request.extension) ?? { status: 'expired' };
  return status === 'pending' || status === 'activating' ? undefined : `waits for one ${status}`;
}

function isTaken(request: AccessRequest): boolean {
  return 'cause' in request && (request.cause.kind === 'return' || request.cause.kind === 'revoke');
}

/** From the first beginning to the last end. */
function lengthOf(request: AccessRequest, requests: Requests): Millis {
  if (!('startedAt' in request)) return request.duration;
  let first = request;
  for (let one = request.extends; one !== undefined; ) {
    const before = requests.get(one.request);
    if (before === undefined || !('startedAt' in before)) return Infinity;
    first = before;
    one = before.extends;
  }
  return request.endsAt - first.startedAt;
}
