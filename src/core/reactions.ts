/** What follows from a decision: effects and card copies, worked out from what happened. No IO. */
import type { Happening } from './audit.ts';
import { ALARM_ROWS, waitingFor } from './deadlines.ts';
import type { Effect, NoteKind } from './effect.ts';
import { effectKey } from './effect.ts';
import type { Timing } from './facts.ts';
import type { AccessId, CopyId } from './ids.ts';
import type { GroupName } from './policy.ts';
import type { AccessRequest } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import type { Instant } from './time.ts';

export interface Due {
  readonly effect: Effect;
  readonly at: Instant;
}

export interface Reaction {
  readonly effects: readonly Due[];
  /** Keys of deadlines that no longer apply. */
  readonly cancels: readonly string[];
}

/** @param copies the copies of this request's card that exist, or are made in the same commit */
export function requestReactions(
  request: AccessRequest,
  happened: readonly RequestEvent[],
  copies: readonly CopyId[],
  timing: Timing,
  now: Instant,
): Reaction {
  const waiting = waitingFor(request, timing);
  const drawn = copies.map((copy): Effect => ({ kind: 'draw', copy }));
  // Where the card is still to be posted there is no thread yet: whoever posts it has it told.
  const isNew = happened.some((event) => event.type === 'asked') && copies.length > 0;
  const told: readonly Effect[] = isNew ? [] : [{ kind: 'tell', request: request.id }];
  const said = happened.flatMap((event) => followUps(request, event));
  const summoned = happened.flatMap((event) => whenOpened(request, event, now));
  const looks = happened.flatMap((event) => looksAtUse(request, event, now));
  return {
    effects: [
      ...alarms(request, timing),
      ...looks,
      ...summoned,
      ...[...drawn, ...told, ...said].map((effect) => ({ effect, at: now })),
    ],
    cancels: ALARM_ROWS.filter((row) => !waiting.has(row)).map((row) =>
      effectKey({ kind: 'timer', row, command: { kind: 'end', request: request.id } }),
    ),
  };
}

/** The deadlines of a request, as they stand. */
export function alarms(request: AccessRequest, timing: Timing): readonly Due[] {
  return [...waitingFor(request, timing)].map(([row, { at, command }]) => ({
    effect: { kind: 'timer', row, command },
    at,
  }));
}

const note = (request: AccessRequest, kind: NoteKind): Effect => ({
  kind: 'note',
  request: request.id,
  note: kind,
});

function followUps(request: AccessRequest, event: RequestEvent): readonly Effect[] {
  switch (event.type) {
    case 'activated':
      return [note(request, 'active')];
    case 'denied':
      return [note(request, 'denied')];
    case 'expired':
      return [note(request, 'expired')];
    case 'scheduled':
      return [note(request, 'scheduled')];
    case 'cancelled':
      return [note(request, 'cancelled')];
    case 'warned':
      return [note(request, 'ending-soon')];
    case 'finished':
      return isExtended(request) ? [] : [note(request, 'finished')];
    case 'revoking-started':
      return 'by' in event.cause ? [note(request, 'being-revoked')] : [];
    case 'escalated':
      return typeof event.to === 'string'
        ? [{ kind: 'summon', request: request.id, group: event.to }]
        : (event.managers ?? []).map((who) => ({ kind: 'call', request: request.id, who }));
    case 'reminded':
      return summons(request, event.groups, { reminder: event.nth });
    case 'alarm-raised':
      return [{ kind: 'alarm', request: request.id, nth: event.nth }];
    case 'glass-broken':
      return summons(request, event.told);
    case 'review-overdue':
      return [{ kind: 'remind', request: request.id, nth: event.nth }];
    case 'reviewed':
      return [note(request, 'reviewed')];
    case 'approved':
    case 'asked':
    case 'withdrawn':
    case 'ladder-held':
    case 'ladder-skipped':
    case 'activation-started':
    case 'grant-confirmed':
    case 'grant-unsure':
    case 'grant-gone':
    case 'drift-seen':
    case 'attested':
    case 'extension-asked':
    case 'extension-closed':
    case 'use-seen':
      return [];
  }
}

/** Those whose turn has come: they wait for quiet hours as whoever is told by a step does. */
function whenOpened(request: AccessRequest, event: RequestEvent, now: Instant): readonly Due[] {
  if (event.type !== 'approved' || event.toldFrom === null) return [];
  const { opened, toldFrom: at = now } = event;
  return summons(request, opened).map((effect) => ({ effect, at }));
}

/** While it is open, where that may end it; and once it is over, of what was really given. */
function looksAtUse(request: AccessRequest, event: RequestEvent, now: Instant): readonly Due[] {
  const { id, rights, role } = request;
  if (!rights.some(({ tellsUse }) => tellsUse)) return [];
  const effect: Effect = { kind: 'use', request: id, after: 0 };
  const { returnIfUnusedFor } = role;
  if (event.type === 'activated' && returnIfUnusedFor !== undefined)
    return [{ effect, at: now + returnIfUnusedFor }];
  return event.type === 'finished' && event.status !== 'activation-failed'
    ? [{ effect, at: now }]
    : [];
}

function summons(
  { id }: AccessRequest,
  groups: readonly GroupName[],
  more: { readonly reminder?: number } = {},
): readonly Effect[] {
  return groups.map((group) => ({ kind: 'summon', request: id, group, ...more }));
}

/** What is heard of then is the extension. */
function isExtended(request: AccessRequest): boolean {
  return 'cause' in request && request.cause.kind === 'extended';
}

/** Whatever changes who holds a lease changes what is wanted. */
export function accessReactions(happenings: readonly Happening[], now: Instant): readonly Due[] {
  const moved = happenings.flatMap((happening): AccessId[] =>
    happening.subject === 'access' &&
    (happening.event.type === 'lease-added' || happening.event.type === 'lease-dropped')
      ? [happening.id]
      : [],
  );
  return [...new Set(moved)].map((access) => ({ effect: { kind: 'converge', access }, at: now }));
}
