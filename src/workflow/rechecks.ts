/**
 * When live access is read back: every half minute, but only so many in a second. What a hundred
 * thousand live accesses are read back for must not take the time in which others are to end.
 */
import type { Instant } from '../core/time.ts';
import { SECOND } from '../core/time.ts';

/** Each costs a few milliseconds of processor. More than 3,000 live accesses wait longer than half a minute. */
export const MOST_A_SECOND = 100;

export class Rechecks {
  /** The second that is given out at present, and how much of it is taken. */
  #from: Instant = Number.NEGATIVE_INFINITY;
  #taken = 0;

  /** @returns `earliest`, or the first moment after it at which there is room */
  next(earliest: Instant): Instant {
    if (earliest >= this.#from + SECOND) this.#begin(earliest);
    if (this.#taken === MOST_A_SECOND) this.#begin(this.#from + SECOND);
    const at = this.#from + Math.floor((this.#taken * SECOND) / MOST_A_SECOND);
    this.#taken += 1;
    return earliest >= this.#from ? earliest : at;
  }

  #begin(at: Instant): void {
    this.#from = at;
    this.#taken = 0;
  }
}
