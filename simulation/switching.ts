/** Whether a freeze or a thaw that somebody pressed is what they were told of, lately, with nothing in between. */
import type { PrincipalId } from '../src/core/ids.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Commit } from '../src/store/store.ts';

const LONGEST: Millis = 10 * MINUTE;

type Why = string | undefined;

export interface Letters {
  /** What a delivery presses; undefined: it is no press of this kind. */
  readonly previewOf: (delivery: string) => string | undefined;
  /** Whoever sent it, as the program knows them. */
  readonly sentBy: (delivery: string) => Promise<PrincipalId | undefined>;
}

export class Switching {
  readonly #letters: Letters;
  /** When each delivery came in, by the program's own time. */
  readonly #cameIn = new Map<string, Instant>();
  /** How often something had been turned when each was answered. */
  readonly #answered = new Map<string, number>();
  #turns = 0;

  constructor(letters: Letters) {
    this.#letters = letters;
  }

  /** NB. After what has happened in it was judged. */
  committed({ received, answered, policyHash, standstill }: Commit): void {
    if (policyHash !== undefined || standstill !== undefined) this.#turns += 1;
    if (received !== undefined) this.#cameIn.set(received.key, received.at);
    if (answered !== undefined) this.#answered.set(answered.key, this.#turns);
  }

  isPressed(delivery: string): boolean {
    return this.#letters.previewOf(delivery) !== undefined;
  }

  /** @returns what stands against it, once all of the step is done */
  why(by: PrincipalId, delivery: string): () => Promise<Why> {
    const preview = this.#letters.previewOf(delivery);
    const wrong = this.#untimely(delivery);
    return async () => {
      const told = preview === undefined ? by : await this.#letters.sentBy(preview);
      return told === by ? wrong : `told to ${told ?? 'nobody'}, not to ${by}`;
    };
  }

  #untimely(delivery: string): Why {
    const preview = this.#letters.previewOf(delivery);
    if (preview === undefined) return undefined;
    if (this.#answered.get(preview) !== this.#turns)
      return 'something was turned since it was told';
    const [told, pressed] = [this.#cameIn.get(preview), this.#cameIn.get(delivery)];
    if (told === undefined || pressed === undefined) return 'nobody was told';
    return pressed - told > LONGEST ? `told ${pressed - told} before` : undefined;
  }
}
