/** What time it is where policy says that people live: hours, weekdays and freezes in its own time zone. */
import type { LocalTime } from './condition-language.ts';
import type { Policy } from './policy.ts';
import type { Instant } from './time.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
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

function partsOf(at: Instant, zone: string) {
  const parts = format(zone).formatToParts(at);
  const part = new Map(parts.map(({ type, value }) => [type, value]));
  return (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? '';
}

/** 0 to 1439, as clocks show it there. */
export function minuteOfDay(at: Instant, zone: string): number {
  const text = partsOf(at, zone);
  return Number(text('hour')) * 60 + Number(text('minute'));
}

export function localTime(at: Instant, { zone, freezes }: Policy): LocalTime {
  const text = partsOf(at, zone);
  const date = `${text('year')}-${text('month')}-${text('day')}`;
  const now = `${date} ${text('hour')}:${text('minute')}`;
  const within = Object.entries(freezes).filter(
    ([, { from, until }]) => from <= now && now < until,
  );
  return {
    date,
    hour: Number(text('hour')),
    minute: Number(text('minute')),
    weekday: text('weekday').toLowerCase(),
    freezes: within.map(([name]) => name),
  };
}
