/**
 * What is done while nobody answers: steps, each of which tells somebody else; reminders in growing
 * pauses; and the hours in which neither happens. Being told gives nobody a right.
 */
import type { Facts, ManagersFact } from './facts.ts';
import type { GroupName } from './policy.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Pending } from './request.ts';
import { expiryOf } from './request.ts';
import type { TimerCommand } from './request-command.ts';
import type { RequestEvent, Rung } from './request-event.ts';
import type { Instant } from './time.ts';

export type LadderCommand = Extract<TimerCommand, { kind: 'escalate' | 'nudge' }>;
type LadderEvent = Extract<
  RequestEvent,
  { type: 'escalated' | 'reminded' | 'ladder-held' | 'ladder-skipped' | 'expired' }
>;

export function nextStepAt(request: Pending): Instant | undefined {
  const next = request.role.escalation[request.escalated];
  return next === undefined ? undefined : notHeld(request, request.askedAt + next.after);
}

/** undefined: the request expires first. */
export function nextReminderAt(request: Pending): Instant | undefined {
  const at = reminderAt(request, (request.reminded ?? 0) + 1);
  return at < expiryOf(request) ? notHeld(request, at) : undefined;
}

function notHeld({ heldUntil = 0 }: Pending, at: Instant): Instant {
  return Math.max(at, heldUntil);
}

/** 1, 3, 7, 15 … times the first pause after the asking. */
function reminderAt({ askedAt, role }: Pending, nth: number): Instant {
  return askedAt + (role.remindAfter ?? Number.POSITIVE_INFINITY) * (2 ** nth - 1);
}

/** @returns undefined where the deadline applies no more, or not yet */
export function climbed(
  request: Pending,
  command: LadderCommand,
  { now, managers }: Pick<Facts, 'now' | 'managers'>,
): LadderEvent | undefined {
  if (now < (request.heldUntil ?? 0)) return undefined;
  const due = command.kind === 'escalate' ? step(request, command, now) : reminder(request, now);
  if (due === undefined) return undefined;
  const until = quietFor(request, now);
  if (until === undefined) return told(request, due, managers);
  return until === null
    ? { type: 'ladder-skipped', what: due, why: 'quiet-hours' }
    : { type: 'ladder-held', until };
}

/** Until when nobody is told that it waits; null: what is to be told now is left out; undefined: no such hours. */
export function quietFor(request: Pending, now: Instant): Instant | null | undefined {
  const { quiet } = request.role;
  const until = quiet === undefined ? undefined : quietUntil(quiet, now);
  if (until === undefined) return undefined;
  return quiet?.does === 'delay' && until < expiryOf(request) ? until : null;
}

function step(
  request: Pending,
  { step: nth }: Extract<LadderCommand, { kind: 'escalate' }>,
  now: Instant,
): Rung | undefined {
  const { role, escalated } = request;
  const next = nth === escalated ? role.escalation[nth] : undefined;
  if (next === undefined || now < request.askedAt + next.after) return undefined;
  return { kind: 'step', step: nth, to: next.to };
}

/** The last that is due by now: those that nobody rang for are one with it. */
function reminder(request: Pending, now: Instant): Rung | undefined {
  const given = request.reminded ?? 0;
  let nth = given;
  const end = Math.min(now, expiryOf(request) - 1);
  while (reminderAt(request, nth + 1) <= end) nth += 1;
  return nth === given ? undefined : { kind: 'reminder', nth };
}

function told(request: Pending, due: Rung, managers: ManagersFact = UNREADABLE): LadderEvent {
  if (due.kind === 'reminder')
    return { type: 'reminded', nth: due.nth, groups: waitedFor(request) };
  const { step: nth, to } = due;
  if (typeof to === 'string') return { type: 'escalated', step: nth, to };
  return managers.kind === 'known'
    ? { type: 'escalated', step: nth, to, managers: managers.people }
    : { type: 'ladder-skipped', what: due, why: managers.why };
}

const UNREADABLE: ManagersFact = { kind: 'unknown', why: 'manager-unreadable' };

/** Those whose seats are still empty. */
function waitedFor({ waitsFor }: Pending): readonly GroupName[] {
  return [...new Set(waitsFor.map(({ of }) => of))];
}
