/** What time it is somewhere: in a person's time zone, and where policy says that people live. */
import type { LocalTime } from './condition-language.ts';
import type { Freeze, Policy } from './policy.ts';
import type { Instant } from './time.ts';
import { DAY, MINUTE, utcMoment } from './time.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

const LONGEST_ZONE = 60;

/** The zone's own name, as the runtime knows it; undefined: there is none. NB. Whoever says it may be anybody. */
export function zoneFrom(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LONGEST_ZONE || text === '') return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** What clocks show there: `2026-12-01 09:00`. */
export function wallTime(at: Instant, zone: string): string {
  const { date, clock } = shownAt(at, zone);
  return `${date} ${clock}`;
}

/**
 * Every moment at which clocks there show this: none where they are put forward over it, two where they
 * are put back. @param wall `2026-12-01 09:00`
 */
export function momentsOf(wall: string, zone: string): readonly Instant[] {
  const moments = around(wall, zone).filter((at) => wallTime(at, zone) === wall);
  return [...new Set(moments)].toSorted((a, b) => a - b);
}

/** Where clocks skip this: the moment that it would be, had they not been put forward yet. */
export function skippedMoment(wall: string, zone: string): Instant {
  return around(wall, zone)[0];
}

/** By the offset of the day before, and by that of the day after. */
function around(wall: string, zone: string): readonly [Instant, Instant] {
  const asUtc = utcMoment(wall);
  return [asUtc - offsetAt(asUtc - DAY, zone), asUtc - offsetAt(asUtc + DAY, zone)];
}

function offsetAt(at: Instant, zone: string) {
  const minute = Math.floor(at / MINUTE) * MINUTE;
  return utcMoment(wallTime(minute, zone)) - minute;
}

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const all = { timeZone: zone, weekday: 'short', ...digits, ...clock } as const;
  const fresh = new Intl.DateTimeFormat('en-US', all);
  formats.set(zone, fresh);
  return fresh;
}

function shownAt(at: Instant, zone: string) {
  const part = new Map(
    format(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const text = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? '';
  const date = `${text('year').padStart(4, '0')}-${text('month')}-${text('day')}`;
  return { date, clock: `${text('hour')}:${text('minute')}`, weekday: text('weekday') };
}

/** 0 to 1439, as clocks show it there. */
export function minuteOfDay(at: Instant, zone: string): number {
  const [hour, minute] = shownAt(at, zone).clock.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

export function localTime(at: Instant, { zone, freezes }: Policy): LocalTime {
  const { date, clock, weekday } = shownAt(at, zone);
  const now = `${date} ${clock}`;
  const within = Object.entries(freezes).filter(([, freeze]) =>
    isWithin(freeze, { at, now }, zone),
  );
  return {
    date,
    hour: Number(clock.slice(0, 2)),
    minute: Number(clock.slice(3)),
    weekday: weekday.toLowerCase(),
    freezes: within.map(([name]) => name),
  };
}

/** @param now what clocks show at that moment */
function isWithin(
  { from, until }: Freeze,
  { at, now }: { readonly at: Instant; readonly now: string },
  zone: string,
): boolean {
  // Where clocks are put back they show a time twice: it begins with the first and ends with the last.
  const [begins = Infinity] = momentsNear(from, at, zone);
  const ends = momentsNear(until, at, zone).at(-1) ?? -Infinity;
  return (from <= now || begins <= at) && (now < until || at < ends);
}

/** None where that is long ago or far ahead, or a day that no calendar has. */
function momentsNear(wall: string, at: Instant, zone: string): readonly Instant[] {
  return Math.abs(utcMoment(wall) - at) < 2 * DAY ? momentsOf(wall, zone) : [];
}
