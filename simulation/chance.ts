/** Chance, worked out from a seed: the same seed gives the same choices, to the bit. */
import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const MILLION = 1_000_000;

/** One stream of choices. Streams with other names are independent of it. */
export class Chance {
  readonly #seed: string;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: string) {
    this.#seed = seed;
    this.#generator = xoroshiro128plus(createHash('sha256').update(seed).digest().readInt32LE());
  }

  /** A stream of its own: what is drawn there moves nothing here. */
  stream(name: string): Chance {
    return new Chance(`${this.#seed}/${name}`);
  }

  /** Whole, from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  /** Small numbers far more often than large ones, as waiting times are. */
  skewed(least: number, most: number): number {
    const part = this.int(0, MILLION) / MILLION;
    return Math.round(least + (most - least) * part ** 4);
  }

  is(probability: number): boolean {
    return probability > 0 && this.int(1, MILLION) <= probability * MILLION;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.int(0, items.length - 1)] as Item;
  }

  /** undefined of nothing. */
  oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items.length === 0 ? undefined : items[this.int(0, items.length - 1)];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(0, 255));
  }
}
