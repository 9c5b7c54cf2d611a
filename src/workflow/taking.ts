/**
 * What follows a freeze. First everything that was given starts to be taken away, so many at a time: each
 * is a commit of its own, so that nothing else waits for thousands of them. Then it is counted, from what
 * the log says, until nothing is left, whether or not it was thawed meanwhile.
 */
import type { Effect } from '../core/effect.ts';
import type { RequestId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import { beginningOf } from '../core/scheduling.ts';
import { isHitBy } from '../core/standstill.ts';
import { countdownText, MOST_NAMED } from '../core/standstill-text.ts';
import type { Instant, Millis } from '../core/time.ts';
import { DAY, MINUTE, SECOND } from '../core/time.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Dispatcher } from './dispatch.ts';
import { draft } from './effect-row.ts';
import type { Shell } from './shell.ts';
import { type Tallied, tallied } from './taken.ts';

type Standing = Extract<Effect, { kind: 'standstill' }>;

/** How many at a time. */
const BATCH = 50;
/** Among so many of those that wait for their start, those are looked for whose start is past. */
const MOST_SCHEDULED = 10_000;
/** Among so many of those that are being taken away, the last few are looked for. */
const MOST_SEARCHED = 1_000;
/** Looked at so often at first; what takes longer, every minute. */
const SOON: Millis = 5 * SECOND;
const FIRST_MINUTES = 5 * MINUTE;

/** What an attempt leaves for the next one. */
interface Told extends Tallied {
  readonly since: Instant;
  /** How many were left when it was told last, and when that was. */
  readonly left: number | null;
  readonly at: Instant;
  readonly pause: Millis;
}

export function standstillHandler(shell: Shell, dispatcher: Dispatcher) {
  return async (effect: Standing, attempt: Attempt): Promise<Outcome> => {
    const now = shell.ledger.now();
    if (await takenAway(shell, dispatcher, effect))
      return { kind: 'again', at: now, progress: attempt.progress };
    const before = (attempt.progress as unknown as Told | null) ?? fresh(effect, now);
    const told = { ...before, ...(await tallied(shell.store, effect.why, before)) };
    return counted(effect, told, await namesOf(shell, effect, told), now);
  };
}

function fresh({ after }: Standing, now: Instant): Told {
  const nothing = { hit: 0, over: 0, unproven: 0, unprovenIds: [] };
  return { seq: after, ...nothing, since: now, left: null, at: now, pause: 2 * MINUTE };
}

/** @returns whether there was anything, and may be more */
async function takenAway(shell: Shell, dispatcher: Dispatcher, { why }: Standing) {
  const { store } = shell;
  const standstill = await store.standstill();
  if (standstill?.why.digest !== why) return false;
  const given = await store.requests({ statuses: ['activating', 'active'], limit: BATCH });
  const hit = [...given.map(({ value }) => value.id), ...(await pastStarts(shell))].slice(0, BATCH);
  const faults: unknown[] = [];
  // NB. One after the other: many may share an access, and would be in each other's way.
  for (const id of hit) await dispatcher.halt(id).catch((fault: unknown) => faults.push(fault));
  if (faults.length > 0) throw faults[0];
  return hit.length > 0;
}

/**
 * What should have begun by now, and could not: between two tries nothing of it is due, so a freeze looks for it, and
 * cancels it as it does what would start meanwhile.
 */
export async function pastStarts({ store, ledger }: Shell): Promise<readonly RequestId[]> {
  const rows = await store.requests({ statuses: ['scheduled'], limit: MOST_SCHEDULED });
  const now = ledger.now();
  return rows.flatMap(({ value }) =>
    value.status === 'scheduled' && beginningOf(value).at <= now ? [value.id] : [],
  );
}

/** Those that are left, where they are few. */
async function namesOf({ store }: Shell, { why }: Standing, { hit, over }: Tallied) {
  if (hit === over || hit - over > MOST_NAMED) return [];
  const rows = await store.requests({ statuses: ['revoking'], limit: MOST_SEARCHED });
  return rows.flatMap(({ value }) => (isHitBy(value, why) ? [value.id] : []));
}

/** Said at first, when half of it is gone, after growing pauses, and when nothing is left. */
function counted(effect: Standing, told: Told, names: readonly RequestId[], now: Instant): Outcome {
  const left = told.hit - told.over;
  const says = { effects: [said(effect, countdownText(told, names), now)] };
  if (left === 0) return { kind: 'done', draft: says };
  const isLong = now - told.at >= told.pause;
  const isNews = told.left === null || left <= told.left / 2 || isLong;
  const pause = isLong ? Math.min(4 * told.pause, DAY) : told.pause;
  const next = isNews ? { ...told, left, at: now, pause } : told;
  return {
    kind: 'again',
    at: now + (now - told.since < FIRST_MINUTES ? SOON : MINUTE),
    progress: next as unknown as Json,
    draft: isNews ? says : {},
  };
}

function said({ why }: Standing, text: string, now: Instant) {
  return draft({ kind: 'notice', about: `frozen/${why.slice(0, 16)}`, text }, now);
}
