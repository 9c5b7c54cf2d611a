/** Orphans that are being taken away, and of which the target goes on saying that they stand. */
import type { AccessId } from './ids.ts';
import type { Place, Stray } from './reconciling.ts';
import { named, whereOf } from './reconciling.ts';
import type { Instant, Millis } from './time.ts';
import { DAY, formatInstant } from './time.ts';

export interface Taking {
  readonly access: AccessId;
  readonly since: Instant;
}

/** No more are remembered: more names help nobody. */
const MOST = 100;

/** Oldest first. @param begun those for which it begins now */
export function takingOf(
  strays: readonly Stray[],
  begun: ReadonlySet<AccessId>,
  before: readonly Taking[],
  now: Instant,
): readonly Taking[] {
  const known = new Map(before.map(({ access, since }) => [access, since]));
  return strays
    .filter(({ access, isTaken }) => isTaken || begun.has(access))
    .map(({ access }) => ({ access, since: known.get(access) ?? now }))
    .toSorted((a, b) => a.since - b.since)
    .slice(0, MOST);
}

/** Told as soon as it lasts, and again when it has lasted twice as long; once a day at least. */
export function isAlarmDue(since: Instant, last: Instant | null, now: Instant): boolean {
  return last === null || now - last >= Math.min(last - since, DAY);
}

/** Those that have been at it for longer than `patience`. */
export function overdueOf(
  taking: readonly Taking[],
  now: Instant,
  patience: Millis,
): readonly Taking[] {
  return taking.filter(({ since }) => now - since >= patience);
}

export function overdueText(place: Place, strays: readonly Stray[], since: Instant): string {
  return `What no request holds at ${whereOf(place)} could not be taken away since ${formatInstant(since)}, and is tried again and again: ${named(strays)}.`;
}
