/**
 * Who may call a target now. Targets count all calls of an account or a gate together, so whatever one
 * attempt learns (it is throttled, somebody is at work there) holds for all that go the same way.
 * Nobody waits here: who may not go now comes again. Taking away goes before giving, and both before
 * looking again at what is as it should be.
 *
 * NB. Each process keeps its own: two of them ask twice as much, and are told so by the target.
 */
import type { Way } from '../access/provider.ts';
import type { Instant, Millis } from '../core/time.ts';
import { MINUTE, SECOND } from '../core/time.ts';

/** A target that throttled lately is gone to at this pace, whatever it takes otherwise. */
const CAREFUL: Millis = 50;
const LATELY: Millis = MINUTE;
const LONGEST: Millis = 30 * SECOND;
const ERRANDS = ['take', 'give', 'watch'] as const satisfies readonly Errand[];
/** Looking again takes half of a road at most: whoever gives finds room beside it. */
const WATCHING = 2;
/** How soon to look again whether somebody else is done, and how long their wish to go first counts. */
const SOON: Millis = SECOND / 4;

/** What somebody goes for; in the order in which they may go. */
export type Errand = 'take' | 'give' | 'watch';

interface Road {
  /** When the next one may go who takes away, who gives, and who only looks. */
  take: Instant;
  give: Instant;
  watch: Instant;
  throttledAt: Instant;
  /** How often in a row. */
  times: number;
}

interface Place {
  isTaken: boolean;
  /** Until when somebody is expected who goes for this, and before those who go for less. */
  readonly keptUntil: Partial<Record<Errand, Instant>>;
}

/**
 * However long somebody asks to be left alone, who takes away comes again: what is over must not stay
 * open for as long as its target likes.
 */
export function leftAloneFor<Wait extends Millis | null>(
  errand: Errand,
  wait: Wait,
): Wait | Millis {
  return errand === 'take' && wait !== null ? Math.min(wait, LONGEST) : wait;
}

export class Traffic {
  readonly #roads = new Map<string, Road>();
  readonly #places = new Map<string, Place>();
  /** A number from 0 to 1. */
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** @returns when to come again, or null: go, and say when it is over */
  enter(way: Way, errand: Errand, now: Instant): Instant | null {
    const at = this.#slot(way, errand, now);
    if (at > now) return at;
    return this.#take(way, errand, now) ? null : now + Math.ceil(SOON * (1 + this.#chance()));
  }

  leave({ alone }: Way): void {
    const place = alone === undefined ? undefined : this.#places.get(alone);
    if (place !== undefined) place.isTaken = false;
  }

  /** @param wait what the target asked for, or null: it is left alone for longer each time */
  throttled({ scope }: Way, wait: Millis | null, now: Instant): void {
    const road = this.#road(scope);
    road.times += 1;
    road.throttledAt = now;
    const growing = Math.min(LONGEST, SECOND * 2 ** Math.min(road.times - 1, 10));
    const asked = wait ?? growing * (0.8 + 0.2 * this.#chance());
    for (const errand of ERRANDS) {
      const until = now + Math.ceil(leftAloneFor(errand, asked));
      road[errand] = Math.max(road[errand], until);
    }
  }

  went({ scope }: Way): void {
    const road = this.#roads.get(scope);
    if (road !== undefined) road.times = 0;
  }

  #slot({ scope, perSecond }: Way, errand: Errand, now: Instant): Instant {
    const known = this.#roads.get(scope);
    if (perSecond === undefined && known === undefined) return now;
    const road = this.#road(scope);
    const isCareful = now - road.throttledAt < LATELY;
    const own = perSecond === undefined ? 0 : SECOND / perSecond;
    const pace = Math.max(own, isCareful ? CAREFUL : 0);
    const before = ERRANDS.slice(0, ERRANDS.indexOf(errand) + 1);
    const free = Math.max(...before.map((one) => road[one]));
    if (free > now) return Math.ceil(free);
    // What nobody used of the last second may be used at once.
    const from = isCareful ? now : Math.max(free, now - SECOND + pace);
    road[errand] = from + pace * (errand === 'watch' ? WATCHING : 1);
    return now;
  }

  #take({ alone }: Way, errand: Errand, now: Instant): boolean {
    if (alone === undefined) return true;
    const place = this.#places.get(alone) ?? { isTaken: false, keptUntil: {} };
    this.#places.set(alone, place);
    const before = ERRANDS.slice(0, ERRANDS.indexOf(errand));
    const isKept = before.some((one) => (place.keptUntil[one] ?? now) > now);
    if (place.isTaken || isKept) {
      place.keptUntil[errand] = now + 4 * SOON;
      return false;
    }
    place.isTaken = true;
    delete place.keptUntil[errand];
    return true;
  }

  #road(scope: string): Road {
    const never = Number.NEGATIVE_INFINITY;
    const road = this.#roads.get(scope) ?? {
      ...{ take: never, give: never, watch: never, throttledAt: never },
      times: 0,
    };
    this.#roads.set(scope, road);
    return road;
  }
}
