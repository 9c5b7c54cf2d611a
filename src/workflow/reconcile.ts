/**
 * Holds what stands at each target against what is granted, whoever put it there: so that what outlived
 * its grant by a way that nobody thought of does not stand unseen. It tells of it, and takes away only
 * what is ours by our seal, where policy says so, by the same job as everything else.
 */
import type { Effect } from '../core/effect.ts';
import { effectKey } from '../core/effect.ts';
import type { AccessId } from '../core/ids.ts';
import { isAlarmDue, overdueOf, overdueText, takingOf } from '../core/overdue.ts';
import type { ChannelRef } from '../core/policy.ts';
import type { News, Place, Stray } from '../core/reconciling.ts';
import { newsOf, placesOf, unreadNews } from '../core/reconciling.ts';
import type { Millis } from '../core/time.ts';
import { HOUR, MINUTE, SECOND } from '../core/time.ts';
import type { EffectDraft } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { draft, effectOf } from './effect-row.ts';
import { listed } from './listed.ts';
import { merged } from './merged.ts';
import { adoption } from './orphans.ts';
import type { Draft, Shell } from './shell.ts';
import type { Traffic } from './traffic.ts';

type Reconcile = Extract<Effect, { kind: 'reconcile' }>;

/** Where the first look comes from the start, and how far apart targets are looked through. */
const FIRST: Millis = MINUTE;
const APART: Millis = SECOND;
/** So soon an orphan is looked at a second time, before anything is done about it. */
const SECOND_LOOK: Millis = MINUTE;
/** So soon it is looked at whether what is taken away is gone, and so often at least while it is not. */
const GONE_BY: Millis = 5 * MINUTE;
const FOLLOWED: Millis = HOUR;
/** So many are taken away at a time. */
const BATCH = 100;

/** What is known of a target before the first look. */
const UNSEEN = { told: null, orphans: [], taking: [], alarmedAt: null, unlisted: false } as const;

/**
 * Those targets of the policy in force that nothing looks through yet, or not before a pause is over that is longer
 * than it says: that was another policy's.
 */
export async function unreconciled(shell: Shell): Promise<readonly EffectDraft[]> {
  const soon: EffectDraft[] = [];
  const now = shell.ledger.now();
  const latest = now + shell.policy().reconciliation.every;
  for (const place of placesOf(shell.policy()).keys()) {
    const unseen: Effect = { kind: 'reconcile', place, ...UNSEEN };
    const row = await shell.store.effect(effectKey(unseen));
    // NB. A look that runs has the pause after it from the policy in force.
    if (row !== undefined && (row.leasedUntil !== null || row.dueAt <= latest)) continue;
    const look = row === undefined ? unseen : effectOf(row);
    soon.push(draft(look, now + FIRST + soon.length * APART));
  }
  return soon;
}

export function reconcileHandler(shell: Shell, traffic: Traffic) {
  return async (last: Reconcile, attempt: Attempt): Promise<Outcome> => {
    const place = placesOf(shell.policy()).get(last.place);
    const provider = place && shell.providers.get(place.spec.type);
    if (place === undefined || provider === undefined) return { kind: 'done' };
    const found = await listed(shell, traffic, provider, place.spec, attempt);
    if (found.kind === 'later') return { kind: 'again', at: found.at, failures: 'kept' };
    return found.kind === 'listed'
      ? compared(shell, last, place, found.strays)
      : unlisted(shell, last, unreadNews(place, found.code, found.why));
  };
}

async function compared(
  shell: Shell,
  last: Reconcile,
  place: Place,
  strays: readonly Stray[],
): Promise<Outcome> {
  const { orphans: does } = shell.policy().reconciliation;
  const waiting = does === 'remove' ? strays.filter(isLeft) : [];
  const adopted = await adoption(shell, waiting, last.orphans);
  const begun = new Set((adopted.accesses ?? []).map(({ id }) => id));
  const taking = takingOf(strays, begun, last.taking, shell.ledger.now());
  const { alarmedAt, effects } = overdue(shell, place, strays, { ...last, taking });
  const orphans = remembered(waiting, last);
  const next = { ...last, orphans, taking, alarmedAt, unlisted: false };
  const news = newsOf(place, strays, does);
  return told(shell, last, next, news, merged(adopted, { effects }));
}

/** NB. No request has it, so no deadline of a request alarms. */
function overdue(
  { ledger, settings }: Shell,
  place: Place,
  strays: readonly Stray[],
  { place: about, taking, alarmedAt }: Reconcile,
): Pick<Reconcile, 'alarmedAt'> & { readonly effects: readonly EffectDraft[] } {
  const now = ledger.now();
  const late = overdueOf(taking, now, settings.revokeAlarm);
  const [first] = late;
  if (first === undefined) return { alarmedAt: null, effects: [] };
  if (!isAlarmDue(first.since, alarmedAt, now)) return { alarmedAt, effects: [] };
  const those = new Set(late.map(({ access }) => access));
  const named = strays.filter(({ access }) => those.has(access));
  const text = overdueText(place, named, first.since);
  return { alarmedAt: now, effects: [draft({ kind: 'notice', about, text }, now)] };
}

/** An orphan that nothing takes away yet. */
function isLeft({ kind, isTaken }: Stray): boolean {
  return kind === 'orphan' && !isTaken;
}

/** Those that were not seen before come first: so all have their turn, a batch at a time. */
function remembered(waiting: readonly Stray[], { orphans }: Reconcile): readonly AccessId[] {
  const seen = new Set(orphans);
  const all = waiting.map(({ access }) => access);
  const before = all.filter((one) => seen.has(one));
  return [...all.filter((one) => !seen.has(one)), ...before].slice(0, BATCH);
}

/** NB. What is away for a while has alarms of its own, where anything stands there: told is what lasts. */
function unlisted(shell: Shell, last: Reconcile, news: News): Outcome {
  return told(shell, last, { ...last, unlisted: true }, last.unlisted ? news : null);
}

/**
 * What is as it was told last is not told again. NB. What is to be remembered is part of the next look
 * itself: of an attempt that was lost, nothing else is kept.
 */
function told(
  shell: Shell,
  last: Reconcile,
  next: Reconcile,
  news: News | null,
  more: Partial<Draft> = {},
): Outcome {
  const { reconciliation, alarmChannel } = shell.policy();
  const { every, channel: named } = reconciliation;
  const now = shell.ledger.now();
  const digest = news === null ? last.told : news.digest;
  const at = now + Math.min(pauseAfter(last, next), every);
  const notices =
    news === null || digest === last.told
      ? []
      : [draft(noticeOf(last.place, news.text, named ?? alarmChannel), now)];
  const look = draft({ ...next, told: digest }, at);
  return { kind: 'done', draft: merged(more, { effects: [...notices, look] }) };
}

/** The longest until the next look. */
function pauseAfter(last: Reconcile, { orphans, taking }: Reconcile): Millis {
  const before = new Set(last.taking.map(({ access }) => access));
  if (orphans.some((one) => !last.orphans.includes(one))) return SECOND_LOOK;
  if (taking.some(({ access }) => !before.has(access))) return GONE_BY;
  return taking.length > 0 ? FOLLOWED : Number.POSITIVE_INFINITY;
}

function noticeOf(about: string, text: string, channel: ChannelRef | null): Effect {
  return { kind: 'notice', about, text, ...(channel === null ? {} : { channel }) };
}
