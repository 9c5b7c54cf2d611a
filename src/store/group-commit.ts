/**
 * Commits that wait when the event loop turns share one transaction, so that they share its one
 * fsync. Each runs in a savepoint of its own: one that fails takes nothing from its neighbours.
 */
import { setImmediate } from 'node:timers';
import type { Database } from 'better-sqlite3';
import { translated } from './errors.ts';
import { StoreError } from './store.ts';

/** So that one transaction does not hold up the event loop, nor another process, for long. */
const LARGEST_GROUP = 512;

/** Work within the shared transaction. It is undone when it throws. */
export type Work<Result> = () => Result;

interface Waiting {
  readonly work: Work<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a group does around its works. */
export interface GroupHooks {
  readonly begin: () => void;
  readonly end: () => void;
}

export class GroupCommit {
  readonly #client: Database;
  readonly #hooks: GroupHooks;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(client: Database, hooks: GroupHooks) {
    this.#client = client;
    this.#hooks = hooks;
  }

  /** Settles only after the transaction was committed, or when it could not be. */
  run<Result>(work: Work<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreError('unavailable', 'the store is closed'));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: (result) => resolve(result as Result), reject });
      this.#schedule();
    });
  }

  /** Writes what is waiting, and takes nothing more. */
  close(): void {
    this.#closed = true;
    while (this.#waiting.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
      this.#schedule();
    });
  }

  #flush(): void {
    const group = this.#waiting.splice(0, LARGEST_GROUP);
    if (group.length === 0) return;
    try {
      const answers = this.#transaction(group);
      for (const answer of answers) answer();
    } catch (error) {
      if (this.#client.inTransaction) this.#client.exec('ROLLBACK');
      const why = translated(error);
      for (const { reject } of group) reject(why);
    }
  }

  #transaction(group: readonly Waiting[]): readonly (() => void)[] {
    this.#client.exec('BEGIN IMMEDIATE');
    this.#hooks.begin();
    const answers = group.map((one) => this.#savepoint(one));
    this.#hooks.end();
    this.#client.exec('COMMIT');
    return answers;
  }

  /** @returns what to tell whoever waits, once the transaction is committed */
  #savepoint({ work, resolve, reject }: Waiting): () => void {
    this.#client.exec('SAVEPOINT one');
    try {
      const result = work();
      this.#client.exec('RELEASE one');
      return () => resolve(result);
    } catch (error) {
      // Some errors end the whole transaction: then nobody's work stands.
      if (!this.#client.inTransaction) throw error;
      this.#client.exec('ROLLBACK TO one');
      this.#client.exec('RELEASE one');
      return () => reject(translated(error));
    }
  }
}
