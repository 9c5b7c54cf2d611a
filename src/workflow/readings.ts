/** What providers last said, in this process: every reading, also those that were no news. */
import type { AccessId } from '../core/ids.ts';
import type { Seen } from '../core/observe.ts';
import type { Instant } from '../core/time.ts';

export interface LastReading {
  readonly seen: Seen;
  readonly at: Instant;
}

/** As many as anybody looks at; the oldest makes room. */
const KEPT = 1_000;

export class Readings {
  readonly #last = new Map<AccessId, LastReading>();

  note(access: AccessId, seen: Seen, at: Instant): void {
    this.#last.delete(access);
    this.#last.set(access, { seen, at });
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= KEPT) return;
      this.#last.delete(oldest);
    }
  }

  of(access: AccessId): LastReading | undefined {
    return this.#last.get(access);
  }
}
