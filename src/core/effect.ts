/**
 * Effects as data: what is to be done outside once a decision is committed. Each is one row, run at
 * least once by workflow/effects; two with the same key melt into one.
 */
import type { Absence } from './absence.ts';
import type { AlarmRow } from './deadlines.ts';
import type { AccessId, CopyId, PrincipalId, RequestId } from './ids.ts';
import { sha256 } from './ids.ts';
import type { Taking } from './overdue.ts';
import type { ChannelRef, GroupName, Json } from './policy.ts';
import type { Account } from './principal.ts';
import { accountKey } from './principal.ts';
import type { TimerCommand } from './request-command.ts';
import type { Instant } from './time.ts';

export type Effect =
  /** Work on a delivery that waits in the inbox. */
  | { readonly kind: 'deliver'; readonly delivery: string }
  /** A deadline of a request. */
  | { readonly kind: 'timer'; readonly row: AlarmRow; readonly command: TimerCommand }
  /** Make the provider equal to what is wanted, and read it back. */
  | { readonly kind: 'converge'; readonly access: AccessId }
  /** Bring one copy of a card up to its request's state. */
  | { readonly kind: 'draw'; readonly copy: CopyId }
  /** Tell the thread everything that it was not told yet. */
  | { readonly kind: 'tell'; readonly request: RequestId }
  /**
   * Send the card to each member of a group, for a step of the ladder. `reminder`: the how manieth this
   * is; whoever has the card already is nudged.
   */
  | {
      readonly kind: 'summon';
      readonly request: RequestId;
      readonly group: GroupName;
      readonly reminder?: number;
    }
  /** Send the card to one person. */
  | { readonly kind: 'call'; readonly request: RequestId; readonly who: PrincipalId }
  /** Remind whoever has this copy of a card that it waits for them. */
  | { readonly kind: 'nudge'; readonly copy: CopyId; readonly reminder: number }
  /** Tell whoever has this copy of a card that they have it instead of somebody who is away. */
  | { readonly kind: 'stand-in'; readonly copy: CopyId; readonly insteadOf: PrincipalId }
  /** Tell somebody that another, who is away, has named them to be told instead. */
  | {
      readonly kind: 'delegation';
      readonly from: PrincipalId;
      readonly to: PrincipalId;
      readonly absence: Absence;
    }
  /** A direct message to the requester about what became of it. */
  | { readonly kind: 'note'; readonly request: RequestId; readonly note: NoteKind }
  /**
   * Look at how a request's access is used, while that matters, and once it is over. `after`: how often it
   * was looked at since.
   */
  | { readonly kind: 'use'; readonly request: RequestId; readonly after: number }
  /** Something is wrong with a request's access: said in its channel, to those who can act. */
  | { readonly kind: 'alarm'; readonly request: RequestId; readonly nth: number }
  /** A review is overdue: said in the request's channel. */
  | { readonly kind: 'remind'; readonly request: RequestId; readonly nth: number }
  /** Something is wrong with the installation: said in the alarm channel, or in the one it concerns. */
  | {
      readonly kind: 'notice';
      readonly about: string;
      readonly text: string;
      readonly channel?: ChannelRef;
    }
  /**
   * A freeze takes away what was given, in batches, and then counts down in the alarm channel. `why`:
   * the digest of its reason, by which it is known; `after`: the last entry before it.
   */
  | { readonly kind: 'standstill'; readonly why: string; readonly after: number }
  /**
   * Hold what stands at one target against what is granted, again and again. `place`: see placeOf.
   * `told`: the digest of what was told last, null: nothing that stands; `orphans`: those that were seen
   * last and are to be taken away; `taking`: those that are being taken away; `alarmedAt`: when it was said
   * last that they could not be; `unlisted`: the last look found no list.
   */
  | {
      readonly kind: 'reconcile';
      readonly place: string;
      readonly told: string | null;
      readonly orphans: readonly AccessId[];
      readonly taking: readonly Taking[];
      readonly alarmedAt: Instant | null;
      readonly unlisted: boolean;
    }
  /** The private answer to a delivery. */
  | {
      readonly kind: 'answer';
      readonly delivery: string;
      readonly account: Account;
      readonly replyTo: Readonly<Record<string, string>>;
      readonly answer: Json;
    }
  | { readonly kind: 'home'; readonly account: Account; readonly principal: PrincipalId }
  /** The end of a window in which repeated refusals were only counted. */
  | { readonly kind: 'tally'; readonly key: string };

export type EffectKind = Effect['kind'];
type EffectOf<Kind extends EffectKind> = Extract<Effect, { kind: Kind }>;

export type NoteKind =
  | 'active'
  | 'denied'
  | 'expired'
  | 'scheduled'
  | 'cancelled'
  | 'ending-soon'
  | 'being-revoked'
  | 'finished'
  | 'reviewed';

/** The name under which effects melt into one. */
const KEYS: { readonly [Kind in EffectKind]: (effect: EffectOf<Kind>) => string } = {
  deliver: (effect) => effect.delivery,
  timer: (effect) => `${effect.command.request}/${effect.row}`,
  converge: (effect) => effect.access,
  draw: (effect) => effect.copy,
  tell: (effect) => effect.request,
  summon: ({ request, group, reminder }) =>
    reminder === undefined ? `${request}/${group}` : `${request}/${group}/${reminder}`,
  call: (effect) => `${effect.request}/${effect.who}`,
  nudge: (effect) => `${effect.copy}/${effect.reminder}`,
  'stand-in': (effect) => `${effect.copy}/${effect.insteadOf}`,
  delegation: ({ from, to, absence }) => `${from}/${to}/${absence.until}`,
  note: (effect) => `${effect.request}/${effect.note}`,
  use: (effect) => effect.request,
  alarm: (effect) => `${effect.request}/${effect.nth}`,
  remind: (effect) => `${effect.request}/${effect.nth}`,
  notice: (effect) => `${effect.about}/${sha256(effect.text).slice(0, 16)}`,
  standstill: (effect) => effect.why,
  reconcile: (effect) => effect.place,
  answer: (effect) => effect.delivery,
  home: (effect) => accountKey(effect.account),
  tally: (effect) => effect.key,
};

export function effectKey(effect: Effect): string {
  const name = KEYS[effect.kind] as (effect: Effect) => string;
  return `${effect.kind}/${name(effect)}`;
}

/**
 * Access comes first, then the deadlines that take it away: so each is taken away before the next
 * deadline is looked at. Both come before talking about it; alarms do not queue.
 */
const LANES: Readonly<Record<EffectKind, number>> = {
  converge: 0,
  timer: 1,
  standstill: 1,
  alarm: 2,
  notice: 2,
  deliver: 3,
  answer: 3,
  remind: 4,
  summon: 4,
  call: 4,
  draw: 4,
  note: 5,
  nudge: 5,
  'stand-in': 5,
  delegation: 5,
  tell: 5,
  home: 6,
  reconcile: 6,
  use: 6,
  tally: 6,
};

export function laneOf(kind: EffectKind): number {
  return LANES[kind];
}
