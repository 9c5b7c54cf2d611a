/** Which access each row of the outbox converges, as whoever was given the row could see it. */
import type { AccessId } from '../src/core/ids.ts';
import type { CommitResult, EffectRow } from '../src/store/store.ts';
import { effectOf } from '../src/workflow/effect-row.ts';

export class Converging {
  readonly #accesses = new Map<number, AccessId>();

  accessOf(effect: number): AccessId | undefined {
    return this.#accesses.get(effect);
  }

  leased(rows: readonly EffectRow[]): void {
    for (const row of rows) {
      const effect = effectOf(row);
      if (effect.kind === 'converge') this.#accesses.set(row.id, effect.access);
    }
  }

  committed(result: CommitResult): void {
    if (result.kind === 'committed') this.leased(result.effects);
  }
}
