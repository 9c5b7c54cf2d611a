/** Leaves out what a failure does not need, piece by piece, as long as the same promise is broken. */
import type { Trouble } from './troubles.ts';
import { TROUBLES } from './troubles.ts';
import { type Fate, live, type WorldOptions } from './world.ts';

export interface Shortest {
  readonly fate: Fate;
  readonly only: readonly number[];
  readonly spared: readonly Trouble[];
  readonly tries: number;
}

/** More tries than this, and whoever waits would rather read the long one. */
const TRIES = 250;

export async function shortest(options: WorldOptions, asks: number): Promise<Shortest> {
  const search = new Search(options, asks);
  await search.run();
  return search.result();
}

class Search {
  readonly #options: WorldOptions;
  #only: readonly number[];
  #spared: readonly Trouble[] = [];
  #claim: string | undefined;
  #tries = 0;

  constructor(options: WorldOptions, asks: number) {
    this.#options = options;
    this.#only = Array.from({ length: asks }, (_, index) => index);
  }

  async run(): Promise<void> {
    this.#claim = (await live(this.#options)).violation?.claim;
    if (this.#claim === undefined) throw new Error('this world keeps every promise');
    for (let before = Infinity; this.#only.length < before && this.#tries < TRIES; ) {
      before = this.#only.length;
      await this.#spareTroubles();
      await this.#leaveOutAsks();
    }
  }

  async result(): Promise<Shortest> {
    const [only, spared] = [this.#only, this.#spared];
    const fate = await live(this.#with(only, spared, true));
    return { fate, only, spared, tries: this.#tries };
  }

  async #spareTroubles(): Promise<void> {
    for (const trouble of TROUBLES) {
      if (this.#spared.includes(trouble)) continue;
      const spared = [...this.#spared, trouble];
      if (await this.#stillFails(this.#only, spared)) this.#spared = spared;
    }
  }

  /** Halves first, then quarters, and so on down to single ones. */
  async #leaveOutAsks(): Promise<void> {
    for (let size = Math.ceil(this.#only.length / 2); size >= 1; size = Math.floor(size / 2))
      for (let from = 0; from < this.#only.length && this.#tries < TRIES; ) {
        const rest = [...this.#only.slice(0, from), ...this.#only.slice(from + size)];
        if (rest.length > 0 && (await this.#stillFails(rest, this.#spared))) this.#only = rest;
        else from += size;
      }
  }

  async #stillFails(only: readonly number[], spared: readonly Trouble[]): Promise<boolean> {
    this.#tries += 1;
    const { violation } = await live(this.#with(only, spared, false));
    return violation?.claim === this.#claim;
  }

  #with(only: readonly number[], spared: readonly Trouble[], tell: boolean): WorldOptions {
    return { ...this.#options, only: new Set(only), spared: new Set(spared), tell };
  }
}
