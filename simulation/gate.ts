/** A load balancer or cloud IAM as it is: what stands there, what it said a moment ago, who wrote it. */
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { GateName } from './cast.ts';
import type { Timeline } from './timeline.ts';

export interface GateEntry {
  /** null: it stands until somebody removes it. */
  readonly until: Instant | null;
  /** `stray`: the bot's own, of a life that nothing remembers. */
  readonly by: 'bot' | 'hand' | 'stray';
  /** Put there when nothing of ours was there, nor lately, nor believed to be. */
  readonly wasFirst?: true;
}

interface Past {
  readonly at: Millis;
  /** What stood there from then on. */
  readonly entry: GateEntry | undefined;
}

interface GateTimer {
  /** When it was set or taken away last. */
  readonly since: Millis;
  readonly at: Instant | null;
  readonly cancel: () => void;
}

/** How long after it somebody's going through shows, at a gate that keeps no ends. */
export const SHOWS_AFTER: Millis = 90 * SECOND;
/** How often somebody may go through within that. */
const REMEMBERED = 100;

export class Gate {
  readonly name: GateName;
  readonly #line: Timeline;
  readonly #start: Instant;
  readonly #entries = new Map<string, GateEntry>();
  readonly #past = new Map<string, Past[]>();
  /** What others had put there before us, and the bot has changed or taken away all the same. */
  readonly taken: string[] = [];
  /** What the bot has given although no timer would have ended it. */
  readonly untimed: string[] = [];
  /** The last of each, in their order. */
  readonly #uses = new Map<string, readonly Millis[]>();
  readonly #timers = new Map<string, GateTimer>();
  /** When it last said of an entry that it stands. */
  readonly #said = new Map<string, Millis>();

  constructor(name: GateName, line: Timeline, start: Instant) {
    this.name = name;
    this.#line = line;
    this.#start = start;
  }

  /** Whether it turns people away at the end by itself. */
  get keepsEnds(): boolean {
    return this.name === 'keeps';
  }

  /** Whether it has room for the name of whoever wrote, keeps count of who goes through, and has timers. */
  get keepsNames(): boolean {
    return this.name === 'plain';
  }

  /** The gate's own clock is right, whatever the bot's machine says. */
  get now(): Instant {
    return this.#start + this.#line.now;
  }

  /** Somebody goes through, if they are let in. */
  use(key: string): void {
    const before = this.#uses.get(key) ?? [];
    if (this.opens(key)) this.#uses.set(key, [...before, this.#line.now].slice(-REMEMBERED));
  }

  /** How long ago somebody went through last, but for what is more recent than that. */
  lastUse(key: string, atLeast: Millis = 0): Millis {
    const { now } = this.#line;
    const last = this.#uses.get(key)?.findLast((at) => now - at >= atLeast);
    return now - (last ?? Number.NEGATIVE_INFINITY);
  }

  get hasStrays(): boolean {
    return [...this.#entries.values()].some(({ by }) => by === 'stray');
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  entry(key: string): GateEntry | undefined {
    return this.#entries.get(key);
  }

  /** Is somebody let in by what the bot has written? */
  opens(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry?.by !== 'bot') return false;
    return !this.keepsEnds || entry.until === null || this.now < entry.until;
  }

  /** What stood there so long ago: what a lagging replica still answers. */
  entryBefore(key: string, ago: Millis): GateEntry | undefined {
    const then = this.#line.now - ago;
    const known = this.#past.get(key)?.findLast(({ at }) => at <= then);
    return known === undefined ? undefined : known.entry;
  }

  put(key: string, entry: GateEntry): void {
    this.#entries.set(key, entry);
    this.#remember(key, entry);
  }

  /** What nobody reads wrongly any more. */
  putLongAgo(key: string, entry: GateEntry): void {
    this.#entries.set(key, entry);
    this.#remember(key, entry, this.#line.now - MINUTE);
  }

  remove(key: string): boolean {
    this.#remember(key, undefined);
    return this.#entries.delete(key);
  }

  timer(key: string): Instant | null {
    return this.#timers.get(key)?.at ?? null;
  }

  /** @param ring what its ringing comes to */
  setTimer(key: string, at: Instant | null, ring: () => void): void {
    this.#timers.get(key)?.cancel();
    const cancel = at === null ? () => {} : this.#line.in(at - this.now, ring);
    this.#timers.set(key, { since: this.#line.now, at, cancel });
  }

  /** NB. A call that another attempt has overtaken may still be on its way. */
  hadTimer(key: string, ago: Millis): boolean {
    const timer = this.#timers.get(key);
    return timer !== undefined && (timer.at !== null || this.#line.now - timer.since < ago);
  }

  /** It comes back with nothing. */
  restartEmpty(): void {
    for (const key of this.keys) this.remove(key);
  }

  sayPresent(key: string): void {
    this.#said.set(key, this.#line.now);
  }

  /** Has it said so since so long ago? */
  hasSaidPresent(key: string, ago: Millis): boolean {
    return (this.#said.get(key) ?? Number.NEGATIVE_INFINITY) >= this.#line.now - ago;
  }

  /** Has anything stood there at any time since so long ago? `by`: by this hand. */
  stoodLately(key: string, ago: Millis, by?: GateEntry['by']): boolean {
    const since = this.#line.now - ago;
    const past = this.#past.get(key) ?? [];
    return past.some(
      ({ entry }, index) =>
        entry !== undefined &&
        entry.by === (by ?? entry.by) &&
        (past[index + 1]?.at ?? Infinity) >= since,
    );
  }

  #remember(key: string, entry: GateEntry | undefined, at = this.#line.now): void {
    const past = this.#past.get(key) ?? [];
    past.push({ at, entry });
    this.#past.set(key, past.slice(-20));
  }
}
