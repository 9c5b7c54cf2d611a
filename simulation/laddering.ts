/** Whether whoever is told that something waits is told at the right time, by what the log says of it. */
import type { PrincipalId } from '../src/core/ids.ts';
import type { QuietHours } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { expiryOf } from '../src/core/request.ts';
import type { RequestEvent } from '../src/core/request-event.ts';
import type { Instant } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Store } from '../src/store/store.ts';
import { MANAGERS } from './cast.ts';

/** @returns what is wrong with it */
export function wronglyTold(
  request: AccessRequest,
  event: RequestEvent,
  at: Instant,
): string | undefined {
  switch (event.type) {
    case 'escalated':
      return (
        tooEarly(request, at, request.role.escalation[event.step]?.after) ?? inQuiet(request, at)
      );
    case 'reminded':
      return tooEarly(request, at, reminderAfter(request, event.nth)) ?? inQuiet(request, at);
    case 'ladder-held':
      return event.until > at && event.until < expiryOf(request) && !isQuiet(request, event.until)
        ? inLoud(request, at)
        : `held until ${event.until}`;
    case 'approved':
      return whenOpened(request, event, at);
    case 'ladder-skipped':
      return event.why === 'quiet-hours' ? inLoud(request, at) : inQuiet(request, at);
    case 'expired':
      return isClosed(request) || at < expiryOf(request) ? undefined : leftOut(request);
    default:
      return undefined;
  }
}

/** Those whose stage begins: at once, or once quiet hours are over, or not at all. */
function whenOpened(
  request: AccessRequest,
  { opened, toldFrom }: Extract<RequestEvent, { type: 'approved' }>,
  at: Instant,
): string | undefined {
  if (opened.length === 0) return undefined;
  if (toldFrom === undefined) return inQuiet(request, at);
  return toldFrom === null || (toldFrom > at && !isQuiet(request, toldFrom))
    ? inLoud(request, at)
    : `told from ${toldFrom}`;
}

/** Whatever ends what would be extended closes it in the same commit, at whichever rung it is. */
function isClosed(request: AccessRequest): boolean {
  return request.extends !== undefined;
}

function tooEarly({ askedAt }: AccessRequest, at: Instant, after = Infinity): string | undefined {
  return at >= askedAt + after ? undefined : `${at} is less than ${after} after ${askedAt}`;
}

/** Each pause is twice as long as the one before. */
function reminderAfter({ role }: AccessRequest, nth: number): number {
  let [after, pause] = [0, role.remindAfter ?? Infinity];
  for (let given = 0; given < nth; given += 1) {
    after += pause;
    pause *= 2;
  }
  return after;
}

/** What was due before it expired, and was neither done nor left out. */
function leftOut(request: AccessRequest): string | undefined {
  const { role, escalated, reminded = 0, askedAt } = request;
  const open = expiryOf(request) - askedAt;
  const steps = role.escalation.filter(({ after }) => after < open).length;
  if (escalated < steps) return `${escalated} of ${steps} steps`;
  return reminderAfter(request, reminded + 1) < open ? `${reminded} reminders` : undefined;
}

function inQuiet(request: AccessRequest, at: Instant): string | undefined {
  return isQuiet(request, at) ? `${at} is in quiet hours` : undefined;
}

function inLoud(request: AccessRequest, at: Instant): string | undefined {
  return isQuiet(request, at) ? undefined : `${at} is in no quiet hours`;
}

/** NB. Here they are told in UTC, and lie within one day. */
function isQuiet({ role: { quiet } }: AccessRequest, at: Instant): boolean {
  return quiet !== undefined && isBetween(quiet, Math.floor(at / MINUTE) % 1_440);
}

function isBetween({ from, until }: QuietHours, minute: number): boolean {
  return from <= minute && minute < until;
}

/** @returns one who was called as the requester's manager, and is none */
export async function notAManager(
  store: Pick<Store, 'person'>,
  event: RequestEvent,
): Promise<PrincipalId | undefined> {
  for (const id of event.type === 'escalated' ? (event.managers ?? []) : []) {
    const accounts = (await store.person(id))?.value.principal.accounts ?? [];
    if (!accounts.some(({ userId }) => MANAGERS.includes(userId))) return id;
  }
  return undefined;
}
