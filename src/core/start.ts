/**
 * When access shall begin, if not at once: what people write, the moment that it means where they are, and
 * how that moment is told again, with its zone.
 */
import { momentsOf, skippedMoment, wallTime } from './calendar.ts';
import type { Rich } from './rich.ts';
import { instant } from './rich.ts';
import type { Instant } from './time.ts';
import { DAY, formatInstant, utcMoment, utcWall } from './time.ts';

export interface Start {
  readonly at: Instant;
  /** The time zone in which it was said. */
  readonly zone: string;
  /** Clocks there skip that time and it is later by as much, or they show it twice and it is the first. */
  readonly odd?: 'skipped' | 'repeated';
}

/** As it was typed, and not yet read in any zone. */
export interface TypedStart {
  /** `2026-12-01`; null: the next time that clocks show this. */
  readonly date: string | null;
  /** `09:00` */
  readonly clock: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const CLOCK = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** `22:00`, `2026-12-01 09:00`, `2026-12-01T09:00`. @returns undefined when the text is anything else */
export function parseStart(text: string): TypedStart | undefined {
  const parts = text.trim().split(/[ T]/i);
  const [clock = '', date = null] = parts.toReversed();
  if (parts.length > 2 || !CLOCK.test(clock)) return undefined;
  if (date !== null && !isDate(date)) return undefined;
  return { date, clock: clock.padStart(5, '0') };
}

function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(utcMoment(`${text} 00:00`));
}

/** @param now what is said without a date comes after this */
export function startFrom({ date, clock }: TypedStart, zone: string, now: Instant): Start {
  if (date !== null) return onDay(date, clock, zone);
  const today = wallTime(now, zone).slice(0, 10);
  const start = onDay(today, clock, zone);
  return start.at > now ? start : onDay(dayAfter(today), clock, zone);
}

function onDay(date: string, clock: string, zone: string): Start {
  const wall = `${date} ${clock}`;
  const [first, second] = momentsOf(wall, zone);
  if (first === undefined) return { at: skippedMoment(wall, zone), zone, odd: 'skipped' };
  return second === undefined ? { at: first, zone } : { at: first, zone, odd: 'repeated' };
}

/** @param date `2026-12-31` */
export function dayAfter(date: string): string {
  return utcWall(utcMoment(`${date} 00:00`) + DAY).slice(0, 10);
}

export function typedStart({ at, zone }: Pick<Start, 'at' | 'zone'>): TypedStart {
  const [date = '', clock = ''] = wallTime(at, zone).split(' ');
  return { date, clock };
}

export function formatStart({ date, clock }: TypedStart): string {
  return date === null ? clock : `${date} ${clock}`;
}

/** The later of two; what is missing is at once. */
export function later(a: Start | undefined, b: Start | undefined): Start | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.at > a.at ? b : a;
}

/** `2026-12-01 09:00 Europe/Berlin (2026-12-01T08:00:00Z)`, for where no chat shows the reader's own time. */
export function plainStart(start: Start): string {
  return `${inItsZone(start)} (${formatInstant(start.at)})${oddness(start)}`;
}

/** With the moment in the reader's own time, and where clocks were put forward or back, how it was read. */
export function startText(start: Start): Rich {
  return [`${inItsZone(start)} (`, instant(start.at), `)${oddness(start)}`];
}

function inItsZone({ at, zone }: Start): string {
  return `${wallTime(at, zone)} ${zone}`;
}

const ODD = {
  skipped: ', because clocks there skip the time that was written',
  repeated: ', the first of the two times that clocks there show this',
} as const;

function oddness({ odd }: Start): string {
  return odd === undefined ? '' : ODD[odd];
}
