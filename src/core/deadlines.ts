/**
 * What time will want of a request, worked out from its state alone. The shell keeps two rows of it: the
 * end of the access, which nothing else may delay, and whichever other deadline is next. A new state
 * moves them, and takes away those that no longer apply.
 */
import type { Timing } from './facts.ts';
import { nextReminderAt, nextStepAt } from './ladder.ts';
import type { AccessRequest, Active, Finished, Pending, Revoking } from './request.ts';
import { expiryOf } from './request.ts';
import type { TimerCommand } from './request-command.ts';
import { isReviewable, nextReminder } from './review.ts';
import { beginningOf } from './scheduling.ts';
import type { Instant } from './time.ts';

export interface Deadline {
  readonly at: Instant;
  readonly command: TimerCommand;
}

export const ALARM_ROWS = ['end', 'next'] as const;
export type AlarmRow = (typeof ALARM_ROWS)[number];

/** What each row waits for. */
export function waitingFor(
  request: AccessRequest,
  timing: Timing,
): ReadonlyMap<AlarmRow, Deadline> {
  const rows = new Map<AlarmRow, Deadline>();
  for (const deadline of deadlines(request, timing)) {
    const row = deadline.command.kind === 'end' ? 'end' : 'next';
    const other = rows.get(row);
    if (other === undefined || deadline.at < other.at) rows.set(row, deadline);
  }
  return rows;
}

export function deadlines(request: AccessRequest, timing: Timing): readonly Deadline[] {
  switch (request.status) {
    case 'pending':
      return [expiry(request), ...ladder(request)];
    case 'scheduled':
      return [{ at: beginningOf(request).at, command: { kind: 'begin', request: request.id } }];
    case 'activating':
      return [
        {
          at: request.startedAt + timing.giveUp,
          command: { kind: 'give-up', request: request.id },
        },
        ending(request),
      ];
    case 'active':
      return [...warning(request), ending(request)];
    case 'revoking':
      return [alarm(request, timing)];
    case 'ended':
    case 'returned':
    case 'revoked':
    case 'activation-failed':
      return reviewing(request);
    case 'denied':
    case 'withdrawn':
    case 'expired':
    case 'cancelled':
      return [];
  }
}

function expiry(request: Pending): Deadline {
  return { at: expiryOf(request), command: { kind: 'expire', request: request.id } };
}

function ladder(request: Pending): readonly Deadline[] {
  const { id, escalated } = request;
  const step = nextStepAt(request);
  const reminder = nextReminderAt(request);
  return [
    ...dueAt(step, { kind: 'escalate', request: id, step: escalated }),
    ...dueAt(reminder, { kind: 'nudge', request: id }),
  ];
}

function dueAt(at: Instant | undefined, command: TimerCommand): readonly Deadline[] {
  return at === undefined ? [] : [{ at, command }];
}

function ending(request: Pick<Active, 'id' | 'endsAt'>): Deadline {
  return { at: request.endsAt, command: { kind: 'end', request: request.id } };
}

/** No warning where there would be no time to act on it. */
function warning(request: Active): readonly Deadline[] {
  const at = request.endsAt - request.role.warnBefore;
  if (request.warned || request.role.warnBefore === 0 || at <= request.activeAt) return [];
  return [{ at, command: { kind: 'warn', request: request.id } }];
}

/** 1, 4, 16, 64 … times the first pause after the revoking began; never silent for over a day. */
function alarm(request: Revoking, timing: Timing): Deadline {
  const nth = request.alarms + 1;
  const day = 24 * 3_600_000;
  const steps = Array.from({ length: nth }, (_, step) => timing.revokeAlarm * 4 ** step);
  const at = request.since + steps.reduce((sum, pause) => sum + Math.min(pause, day), 0);
  return { at, command: { kind: 'alarm', request: request.id, nth } };
}

/** Of access by break-glass that nobody has reviewed yet. */
function reviewing(request: Finished): readonly Deadline[] {
  if (!isReviewable(request)) return [];
  const { at, nth } = nextReminder(request);
  return [{ at, command: { kind: 'remind', request: request.id, nth } }];
}
