/**
 * How much of a role one human may have: for how long in a day, how many grants at once, and after what
 * pause again. Counted over all ids of that human, and twice: when it is asked, what others of their asks
 * may still come to is counted with it; when it is opened, only what was opened counts.
 */
import { LOOKS_BACK } from './condition-language.ts';
import type { Facts } from './facts.ts';
import { sameHumanIds } from './facts.ts';
import type { PrincipalId, RequestId } from './ids.ts';
import type { Role } from './policy.ts';
import type { Refusal } from './refusal.ts';
import type {
  AccessRequest,
  Ask,
  Extended,
  Finished,
  Live,
  Pending,
  Scheduled,
} from './request.ts';
import { isLive, isWaiting, startOf, wasHad } from './request.ts';
import type { Instant, Millis } from './time.ts';
import { DAY } from './time.ts';

/** What is about to be asked or opened. */
export interface Wish {
  /** null while it is only asked. */
  readonly id: RequestId | null;
  readonly requester: PrincipalId;
  readonly duration: Millis;
  readonly extends?: Extended;
  /** It waits for nobody, so what waits does not count with it. */
  readonly isBreakGlass?: boolean;
}

/** @param facts of the moment at which it would begin */
export function whyLimited(role: Role, wish: Wish, facts: Facts): Refusal | undefined {
  const others = facts.past
    .filter(({ id }) => id !== wish.id)
    .filter(
      (other) =>
        !isWaiting(other) || (wish.id === null && !wish.isBreakGlass && isNear(other, facts.now)),
    )
    .filter(({ requester }) => sameHumanIds(facts, requester, wish.requester));
  const ofRole = others.filter((request) => request.role.name === role.name);
  // An extension takes the place of what it extends, and there is no pause between the two.
  const extended = wish.extends;
  const apart = others.filter(({ id }) => id !== extended?.request);
  const cooling = extended === undefined ? whyCooling(role, ofRole, facts.now) : undefined;
  return whyTooManyLive(role, apart) ?? cooling ?? whyTooMuch(role, ofRole, added(wish), facts.now);
}

/** What begins a day before this or after it takes nothing from it. */
function isNear(request: Pending | Scheduled, at: Instant): boolean {
  const start = startOf(request);
  return start === undefined || Math.abs(start.at - at) < DAY;
}

/** What it comes to, beyond what it extends. */
export function added({ duration, extends: extended }: Pick<Ask, 'duration' | 'extends'>): Millis {
  return extended === undefined ? duration : extended.since + duration - extended.endsAt;
}

/** How far back the past matters to a role; 0: not at all. */
export function lookBack({ limits, approval, conditions }: Role): Millis {
  const isLimited = Object.values(limits).some((limit) => limit !== null);
  const rules = [approval, ...conditions.flatMap((condition) => condition.approval ?? [])];
  const caps = rules.flatMap((rule) => (rule.kind === 'automatic' ? (rule.cap?.within ?? 0) : 0));
  const asks = conditions.map(({ looksBack }) => (looksBack ? LOOKS_BACK : 0));
  return Math.max(isLimited ? DAY : 0, limits.cooldown ?? 0, ...caps, ...asks);
}

function whyTooManyLive(
  { limits: { live: max } }: Role,
  others: readonly AccessRequest[],
): Refusal | undefined {
  if (max === null) return undefined;
  const open = others.filter((request) => isWaiting(request) || isLive(request));
  // An extension and what it extends are one, whichever of the two is there.
  const ids = new Set(open.map(({ id }) => id));
  const held = open.filter(({ extends: first }) => first === undefined || !ids.has(first.request));
  return held.length < max ? undefined : { code: 'too-many-live', max };
}

/** NB. A second lease would lengthen the first, so that there would never be a pause. */
function whyCooling(
  { name, limits: { cooldown } }: Role,
  others: readonly AccessRequest[],
  now: Instant,
): Refusal | undefined {
  if (cooldown === null) return undefined;
  const isHeld = others.some((request) => isWaiting(request) || isLive(request));
  if (isHeld) return { code: 'cooling-down', role: name, cooldown, until: null };
  const ends = others.flatMap((request) => endOf(request) ?? []);
  const until = Math.max(0, ...ends) + cooldown;
  return now < until ? { code: 'cooling-down', role: name, cooldown, until } : undefined;
}

function endOf(request: AccessRequest): Instant | undefined {
  return wasHad(request) && 'finishedAt' in request ? request.finishedAt : undefined;
}

function whyTooMuch(
  { name, limits: { perDay: max } }: Role,
  others: readonly AccessRequest[],
  duration: Millis,
  now: Instant,
): Refusal | undefined {
  if (max === null) return undefined;
  const had = others.reduce((sum, request) => sum + timeOf(request, others, now - DAY), 0);
  const left = Math.max(0, max - had);
  return duration <= left ? undefined : { code: 'too-much-today', role: name, max, left };
}

/**
 * What it takes of the time since `from`: all that it may still last, or how long it really did. While an
 * extension and what it extends stand side by side, that time counts once.
 */
function timeOf(request: AccessRequest, others: readonly AccessRequest[], from: Instant): Millis {
  if (isWaiting(request)) return added(request);
  if (!wasHad(request)) return 0;
  const extended = others.find(({ id }) => id === request.extends?.request);
  const counted = extended !== undefined && wasHad(extended) ? untilOf(extended) : 0;
  return Math.max(0, untilOf(request) - Math.max(request.startedAt, counted, from));
}

function untilOf(request: Live | Finished): Instant {
  return 'finishedAt' in request ? Math.min(request.finishedAt, request.endsAt) : request.endsAt;
}
