/**
 * Time as data. Nothing in `core` reads a clock: `now` always comes in as an argument.
 */

/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/**
 * The last whole second that is not later than `at`.
 *
 * Ends are kept on whole seconds because that is what gates understand (HAProxy compares epochs in
 * seconds). Rounding down means that access is never a fraction of a second longer than it was given.
 */
export function wholeSecond(at: Instant): Instant {
  return Math.floor(at / SECOND) * SECOND;
}

const UNITS: readonly (readonly [string, Millis])[] = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
];

/** `90 * MINUTE` → `1h30m`. Never rounds up: what is shown is never longer than what is given. */
export function formatDuration(duration: Millis): string {
  let rest = Math.max(0, duration);
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** `2026-11-21T12:00:00Z`: for places where no chat program shows the reader's own time zone. */
export function formatInstant(at: Instant): string {
  return `${new Date(wholeSecond(at)).toISOString().slice(0, 19)}Z`;
}

/** The moment at which clocks at UTC show `2026-12-01 09:00`. NaN where there is no such day. */
export function utcMoment(wall: string): Instant {
  const at = Date.parse(`${wall.replace(' ', 'T')}Z`);
  // NB. `Date` makes the second of March of the thirtieth of February.
  return !Number.isNaN(at) && utcWall(at) === wall ? at : Number.NaN;
}

/** What clocks at UTC show then: `2026-12-01 09:00`. */
export function utcWall(at: Instant): string {
  return formatInstant(at).slice(0, 16).replace('T', ' ');
}

const UNIT_WORDS: ReadonlyMap<string, Millis> = new Map(
  (
    [
      [SECOND, ['s', 'sec', 'secs', 'second', 'seconds']],
      [MINUTE, ['m', 'min', 'mins', 'minute', 'minutes']],
      [HOUR, ['h', 'hr', 'hrs', 'hour', 'hours']],
      [DAY, ['d', 'day', 'days']],
    ] as const
  ).flatMap(([size, words]) => words.map((word) => [word, size] as const)),
);

const PART = /(\d{1,6})\s*([a-z]+)\s*/iy;
const LONGEST: Millis = 366 * DAY;

/**
 * Durations as people write them: `45m`, `1h30m`, `90 min`, `2 hours`, `1d`.
 *
 * @returns undefined when the text is anything else: a bare number, a sign, a fraction, zero, a unit
 * named twice or out of order (`30m1h`), or more than a year.
 */
export function parseDuration(text: string): Millis | undefined {
  const source = text.trim();
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  PART.lastIndex = 0;
  while (PART.lastIndex < source.length) {
    const part = PART.exec(source);
    if (part === null) return undefined;
    const size = UNIT_WORDS.get((part[2] ?? '').toLowerCase());
    if (size === undefined || size >= smallest) return undefined;
    smallest = size;
    total += Number(part[1]) * size;
  }
  return total > 0 && total <= LONGEST ? total : undefined;
}
