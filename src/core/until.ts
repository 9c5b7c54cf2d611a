/** Until when: a weekday, a day or a time of day as people write it, and the moment that it means where they are. */

import { wallTime } from './calendar.ts';
import type { Start } from './start.ts';
import { dayAfter, parseStart, startFrom } from './start.ts';
import type { Instant } from './time.ts';
import { DAY, utcMoment } from './time.ts';

/** As it was typed, and not yet read in any zone. */
export interface TypedUntil {
  /** `2026-12-01`, `monday`, `tomorrow`; null: the next time that clocks show this. */
  readonly day: string | null;
  /** `09:00` */
  readonly clock: string;
}

const WEEKDAYS: readonly string[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];
const MIDNIGHT = '00:00';

/** `Monday`, `mon 09:00`, `tomorrow`, `2026-12-01`, `18:00`. @returns undefined when the text is anything else */
export function parseUntil(text: string): TypedUntil | undefined {
  const typed = text.trim().toLowerCase();
  const alone = parseStart(typed);
  if (alone !== undefined) return { day: alone.date, clock: alone.clock };
  const [first = '', clock = MIDNIGHT, ...more] = typed.split(' ');
  const time = parseStart(clock);
  if (more.length > 0 || time === undefined || time.date !== null) return undefined;
  const day = dayFrom(first);
  return day === undefined ? undefined : { day, clock: time.clock };
}

/** A weekday from its first three letters on. */
function dayFrom(word: string): string | undefined {
  if (word === 'tomorrow') return word;
  const weekday = word.length < 3 ? undefined : WEEKDAYS.find((name) => name.startsWith(word));
  return weekday ?? parseStart(`${word} ${MIDNIGHT}`)?.date ?? undefined;
}

/** A day alone begins when that day does. @param now a weekday is the next one whose time comes after this */
export function untilFrom({ day, clock }: TypedUntil, zone: string, now: Instant): Start {
  const today = wallTime(now, zone).slice(0, 10);
  if (day === 'tomorrow') return startFrom({ date: dayAfter(today), clock }, zone, now);
  const weekday = WEEKDAYS.indexOf(day ?? '');
  if (weekday < 0) return startFrom({ date: day, clock }, zone, now);
  for (let date = today; ; date = dayAfter(date)) {
    const moment = startFrom({ date, clock }, zone, now);
    if (weekdayOf(date) === weekday && moment.at > now) return moment;
  }
}

/** As in `WEEKDAYS`. NB. The first day of 1970 was a Thursday. */
function weekdayOf(date: string): number {
  return (utcMoment(`${date} 00:00`) / DAY + 4) % WEEKDAYS.length;
}

export function formatUntil({ day, clock }: TypedUntil): string {
  if (day === null) return clock;
  return clock === MIDNIGHT ? day : `${day} ${clock}`;
}
