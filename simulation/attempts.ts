/** Who works on what: a result counts only as long as nobody else was given the same work since. */
import type { Millis } from '../src/core/time.ts';
import type { Commit, CommitResult, EffectRow } from '../src/store/store.ts';

export interface Around {
  readonly broken: (claim: string, detail: string) => void;
  readonly now: () => Millis;
}

export class Attempts {
  readonly #around: Around;
  /** The number under which each row was given to somebody last, and when. */
  readonly #latest = new Map<number, { readonly attempt: number; readonly at: Millis }>();

  constructor(around: Around) {
    this.#around = around;
  }

  leased(rows: readonly EffectRow[]): void {
    const at = this.#around.now();
    for (const { id, attempt, leasedUntil } of rows)
      if (leasedUntil !== null) this.#latest.set(id, { attempt, at });
  }

  /** NB. Of two writes that SQLite does in one transaction, the later one may be heard of first. */
  committed({ settles }: Commit, result: CommitResult): void {
    if (result.kind !== 'committed') return;
    const latest = settles && this.#latest.get(settles.effect);
    const isPast = latest !== undefined && latest.at < this.#around.now();
    if (isPast && latest.attempt !== settles?.attempt)
      this.#around.broken(
        'each effect is as if it ran once',
        `attempt ${settles?.attempt} counts while ${latest.attempt} is at work`,
      );
    this.leased(result.effects);
  }
}
