/** A store that can be cut off from its program, or told to fail: what a crash or a full disk does. */
import type { Commit, Store } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store.ts';

type Which = (commit: Commit) => boolean;

export class MortalStore {
  readonly store: Store;
  readonly #real: Store;
  #dead = false;
  #last: Which = () => false;
  #full: Which = () => false;

  constructor(real: Store) {
    this.#real = real;
    this.store = new Proxy(real, { get: (_, name: keyof Store) => this.#method(name) });
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** This commit is written, and nothing after it: the process is killed at that very moment. */
  dieAfter(last: Which): void {
    this.#last = last;
  }

  /** Commits like this one find no room. */
  refuse(full: Which): void {
    this.#full = full;
  }

  /** At this very moment. */
  die(): void {
    this.#dead = true;
  }

  /** Lets go of the file. */
  async bury(): Promise<void> {
    this.#dead = true;
    await this.#real.close();
  }

  #method(name: keyof Store) {
    if (name === 'commit') return (commit: Commit) => this.#commit(commit);
    const method = this.#real[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return async (...args: readonly unknown[]) => {
      if (this.#dead) throw gone();
      return method(...args);
    };
  }

  async #commit(commit: Commit) {
    if (this.#dead) throw gone();
    if (this.#full(commit)) throw new StoreError('full', 'there is no room left');
    const isLast = this.#last(commit);
    const written = this.#real.commit(commit);
    this.#dead ||= isLast;
    const result = await written;
    if (isLast) throw gone();
    return result;
  }
}

function gone(): StoreError {
  return new StoreError('unavailable', 'this process is no more');
}

/** Does a commit hold an event of this type? */
export function holds(type: string): Which {
  return ({ happenings = [] }) => happenings.some(({ event }) => event.type === type);
}
