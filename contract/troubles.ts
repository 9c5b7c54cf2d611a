/** What a stand-in is told to do wrong, and what was asked of it. */
import type { Instant, Millis } from '../src/core/time.ts';

export type What = 'read' | 'write';

export const HOWS = [
  /** Hangs up, and nothing was done. */
  'cut before',
  /** It is done, and the answer is lost. */
  'cut after',
  /** Never answers, and nothing was done. */
  'silent before',
  /** It is done, and never answered. */
  'silent after',
  'throttled',
  'forbidden',
  /** There is no room for another one. */
  'full',
  /** Somebody else is at work there. */
  'busy',
  /** Accepted, and comes to nothing later. */
  'fails later',
  /** What was true a moment ago. */
  'stale',
] as const;
export type How = (typeof HOWS)[number];

export interface Trouble {
  readonly how: How;
  /** What is said about when to come again. */
  readonly retryAfter: Millis | null;
}

interface Standing extends Trouble {
  readonly what: What;
  times: number;
}

export interface Call {
  readonly what: What;
  readonly at: Instant;
  readonly trouble: How | null;
}

export class Troubles {
  readonly calls: Call[] = [];
  /** Calls that are kept waiting at this moment. */
  held = 0;
  /** Called once, when the next write comes in: before it is carried out. */
  onWrite: (() => void) | undefined;
  readonly now: () => Instant;
  #standing: Standing[] = [];

  constructor(now: () => Instant) {
    this.now = now;
  }

  set(what: What, how: How, times = 1, retryAfter: Millis | null = null): void {
    this.#standing.push({ what, how, times, retryAfter });
  }

  clear(): void {
    this.#standing = [];
  }

  writes(): readonly Call[] {
    return this.calls.filter(({ what }) => what === 'write');
  }

  /** Every call comes by here. */
  next(what: What): Trouble | undefined {
    if (what === 'write') this.#tell();
    const found = this.#standing.find((one) => one.what === what && one.times > 0);
    if (found !== undefined) found.times -= 1;
    this.calls.push({ what, at: this.now(), trouble: found?.how ?? null });
    return found;
  }

  #tell(): void {
    const tell = this.onWrite;
    this.onWrite = undefined;
    tell?.();
  }
}
