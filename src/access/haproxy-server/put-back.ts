/**
 * What is remembered of a server from one attempt to the next (the receipt): that it was asked for, and at which nodes
 * it was put back, until the end is proven or it is open again. What is set at those since is somebody else's.
 */
import { z } from 'zod';
import type { Answer, Wish } from '../provider.ts';

const receiptSchema = z.strictObject({
  kind: z.literal('wished'),
  /** By their names in policy. */
  back: z.array(z.string()).default([]),
});

/** It is about to be set, and was put back nowhere. */
export const NOTED = { kind: 'wished' } as const;

/** Is what is set there known as ours, but for where it was put back? */
export function isOurs({ held, receipt }: Wish): boolean {
  return held || receiptSchema.safeParse(receipt).success;
}

export class PutBack {
  readonly #wish: Wish;
  readonly #nodes: Set<string>;
  /** It says something that an answer without a receipt would leave as it was. */
  readonly #isKnown: boolean;
  #noted: Promise<void> = Promise.resolve();

  constructor(wish: Wish) {
    this.#wish = wish;
    this.#nodes = new Set(receiptSchema.safeParse(wish.receipt).data?.back);
    this.#isKnown = this.#nodes.size > 0;
  }

  has(node: string): boolean {
    return this.#nodes.has(node);
  }

  /** NB. Where nothing is ours, what is not set there was never put back. */
  add(node: string): void {
    if (isOurs(this.#wish)) this.#nodes.add(node);
  }

  /**
   * NB. What is set for the next is ours again, whatever comes of it: that is noted before it is set. One node does not
   * wait for another, so each is noted with those before it.
   *
   * @throws ProviderError like `Wish.note`: nothing may be set then
   */
  async setAgain(nodes: readonly string[]): Promise<void> {
    const struck = nodes.filter((node) => this.#nodes.delete(node));
    if (struck.length === 0) return;
    const receipt = this.#receipt();
    this.#noted = this.#noted.then(() => this.#wish.note(receipt));
    await this.#noted;
  }

  /** The same answer, and what is known from then on. */
  toldBy(answer: Answer): Answer {
    const isTold = this.#nodes.size > 0 || this.#isKnown;
    return isTold ? { ...answer, receipt: this.#receipt() } : answer;
  }

  #receipt() {
    return { ...NOTED, back: [...this.#nodes] };
  }
}
