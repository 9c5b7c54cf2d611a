/** Who works on what: a result counts only as long as nobody else was given the same work since. */
import type { Commit, CommitResult, EffectRow } from '../src/store/store.ts';

type Broken = (claim: string, detail: string) => void;

export class Attempts {
  readonly #broken: Broken;
  /** The number under which each row was given to somebody last. */
  readonly #latest = new Map<number, number>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  leased(rows: readonly EffectRow[]): void {
    for (const { id, attempt, leasedUntil } of rows)
      if (leasedUntil !== null) this.#latest.set(id, attempt);
  }

  committed({ settles }: Commit, result: CommitResult): void {
    if (result.kind !== 'committed') return;
    const latest = settles && this.#latest.get(settles.effect);
    if (latest !== undefined && latest !== settles?.attempt)
      this.#broken(
        'each effect is as if it ran once',
        `attempt ${settles?.attempt} counts while ${latest} is at work`,
      );
    this.leased(result.effects);
  }
}
