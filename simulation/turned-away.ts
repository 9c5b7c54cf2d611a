/**
 * Whoever was turned away by an answer, and has that written down, has nothing on its way: what somebody gives by hand
 * from then on is not the bot's, and the bot can know it although nothing there has a name.
 */
import type { AccessId } from '../src/core/ids.ts';
import type { Commit, CommitResult, EffectRow } from '../src/store/store.ts';
import { effectOf } from '../src/workflow/effect-row.ts';

/** An attempt that has written down what it is about to ask for. */
export interface Asking {
  readonly attempt: number;
  /** Nothing had been asked for before it, and the answer to it was that nothing is done. */
  wasTurnedAway: boolean;
}

export interface Notices {
  /** Of what is given where there are no names; undefined: anywhere else. */
  readonly keyOf: (access: AccessId) => string | undefined;
  /** Told once it is written down that nothing came of it. */
  readonly onKnown: (key: string) => void;
}

export class TurnedAway {
  readonly #notices: Notices;
  /** What each row of the outbox converges. */
  readonly #accesses = new Map<number, AccessId>();
  readonly #asking = new Map<string, Asking>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** The attempt that wrote it down last. */
  asking(key: string): Asking | undefined {
    return this.#asking.get(key);
  }

  leased(rows: readonly EffectRow[]): void {
    for (const row of rows) {
      const effect = effectOf(row);
      if (effect.kind === 'converge') this.#accesses.set(row.id, effect.access);
    }
  }

  committed({ settles }: Commit, result: CommitResult): void {
    if (result.kind !== 'committed') return;
    this.leased(result.effects);
    if (settles === undefined) return;
    const { effect, attempt, next } = settles;
    const access = this.#accesses.get(effect);
    const key = access && this.#notices.keyOf(access);
    if (key === undefined) return;
    const asked = this.#asking.get(key);
    this.#asking.delete(key);
    if (next.kind === 'noted') this.#asking.set(key, { attempt, wasTurnedAway: false });
    else if (asked?.attempt === attempt && asked.wasTurnedAway) this.#notices.onKnown(key);
  }
}
