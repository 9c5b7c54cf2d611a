/**
 * Who pressed waits for the answer: what is worked out meanwhile is said in the acknowledgement, where
 * nobody else reads it. Whoever waited too long hears it in their own chat.
 */
import type { Clock } from '../../clock.ts';
import { type Millis, SECOND } from '../../core/time.ts';
import type { AnswerView } from '../../core/view.ts';
import type { People } from '../platform.ts';

export interface Said {
  readonly answer: AnswerView;
  readonly people: People;
}

/** Teams gives up on a card's button after some ten seconds, and people sooner. */
const PATIENCE: Millis = 4 * SECOND;

export class Waiting {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #held = new Map<string, (said: Said | undefined) => void>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** Begins to wait at once. @returns undefined: it took too long */
  hold(key: string): { readonly said: Promise<Said | undefined>; release(): void } {
    let give: (said: Said | undefined) => void = () => {};
    const said = new Promise<Said | undefined>((resolve) => {
      give = resolve;
    });
    const cancel = this.#clock.after(PATIENCE, () => give(undefined));
    this.#held.set(key, give);
    const release = (): void => {
      cancel();
      if (this.#held.get(key) === give) this.#held.delete(key);
      give(undefined);
    };
    return { said: said.finally(release), release };
  }

  /** @returns false when nobody waits for it any more */
  offer(key: string, said: Said): boolean {
    const give = this.#held.get(key);
    if (give === undefined) return false;
    this.#held.delete(key);
    give(said);
    return true;
  }

  releaseAll(): void {
    for (const give of this.#held.values()) give(undefined);
    this.#held.clear();
  }
}
