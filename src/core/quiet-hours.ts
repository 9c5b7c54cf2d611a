/** Hours in which nobody is written to, as clocks show them in a time zone of policy's. */
import { minuteOfDay } from './calendar.ts';
import type { QuietHours } from './policy.ts';
import type { Instant } from './time.ts';
import { DAY, MINUTE } from './time.ts';

const MINUTES_A_DAY = DAY / MINUTE;

/** @returns when they are over; undefined where this moment is not in them */
export function quietUntil(quiet: QuietHours, at: Instant): Instant | undefined {
  const minute = minuteOfDay(at, quiet.zone);
  if (!isWithin(quiet, minute)) return undefined;
  const left = (quiet.until - minute + MINUTES_A_DAY) % MINUTES_A_DAY;
  return corrected(quiet, at, at - (at % MINUTE) + left * MINUTE);
}

function isWithin({ from, until }: QuietHours, minute: number): boolean {
  return from < until ? from <= minute && minute < until : minute >= from || minute < until;
}

/** Clocks may be put forward or back meanwhile. An end that they leave out is as long after as if they had not. */
function corrected({ zone, until }: QuietHours, at: Instant, end: Instant): Instant {
  const off = (minuteOfDay(end, zone) - until + 1.5 * MINUTES_A_DAY) % MINUTES_A_DAY;
  const other = end - (off - MINUTES_A_DAY / 2) * MINUTE;
  return other > at && minuteOfDay(other, zone) === until ? other : end;
}
