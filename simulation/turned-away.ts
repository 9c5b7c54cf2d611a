/**
 * Whoever was turned away by an answer, and has that written down, has nothing on its way: what somebody gives by hand
 * from then on is not the bot's, and the bot can know it although nothing there has a name.
 */
import type { Commit, CommitResult } from '../src/store/store.ts';

/** An attempt that has written down what it is about to ask for. */
export interface Asking {
  readonly attempt: number;
  /** Nothing had been asked for before it, and the answer to it was that nothing is done. */
  wasTurnedAway: boolean;
}

export interface Notices {
  /** Of what a row of the outbox converges where there are no names; undefined: anywhere else. */
  readonly keyOf: (effect: number) => string | undefined;
  /** Told once it is written down that nothing came of it. */
  readonly onKnown: (key: string) => void;
}

export class TurnedAway {
  readonly #notices: Notices;
  readonly #asking = new Map<string, Asking>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** The attempt that wrote it down last. */
  asking(key: string): Asking | undefined {
    return this.#asking.get(key);
  }

  committed({ settles }: Commit, result: CommitResult): void {
    if (result.kind !== 'committed' || settles === undefined) return;
    const { effect, attempt, next } = settles;
    const key = this.#notices.keyOf(effect);
    if (key === undefined) return;
    const asked = this.#asking.get(key);
    this.#asking.delete(key);
    if (next.kind === 'noted') this.#asking.set(key, { attempt, wasTurnedAway: false });
    else if (asked?.attempt === attempt && asked.wasTurnedAway) this.#notices.onKnown(key);
  }
}
