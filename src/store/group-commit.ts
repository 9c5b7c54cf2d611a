/**
 * Commits that wait when the event loop turns share one transaction, so that they share its one
 * fsync. One that fails takes nothing from its neighbours: as that is rare and savepoints cost each of
 * them something, the whole group is then undone and done again, each in a savepoint of its own.
 */
import { setImmediate } from 'node:timers';
import type { Database } from './driver.ts';
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
  readonly #sql: ReturnType<typeof prepare>;
  readonly #hooks: GroupHooks;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(client: Database, hooks: GroupHooks) {
    this.#client = client;
    this.#sql = prepare(client);
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
    for (const answer of this.#answers(group)) answer();
  }

  #answers(group: readonly Waiting[]): readonly (() => void)[] {
    try {
      return this.#transaction(group, plain) ?? this.#transaction(group, this.#savepoint) ?? [];
    } catch (error) {
      if (this.#client.inTransaction) this.#sql.rollback.run();
      const why = translated(error);
      return group.map(
        ({ reject }) =>
          () =>
            reject(why),
      );
    }
  }

  /** @returns what to tell those who wait; undefined when somebody failed, and nothing was written */
  #transaction(group: readonly Waiting[], run: Run): readonly (() => void)[] | undefined {
    this.#sql.begin.run();
    this.#hooks.begin();
    const answers: (() => void)[] = [];
    for (const one of group) {
      const answer = run(one);
      if (answer === undefined) {
        if (this.#client.inTransaction) this.#sql.rollback.run();
        return undefined;
      }
      answers.push(answer);
    }
    this.#hooks.end();
    this.#sql.commit.run();
    return answers;
  }

  #savepoint: Run = ({ work, resolve, reject }) => {
    this.#sql.savepoint.run();
    try {
      const result = work();
      this.#sql.release.run();
      return () => resolve(result);
    } catch (error) {
      // Some errors end the whole transaction: then nobody's work stands.
      if (!this.#client.inTransaction) throw error;
      this.#sql.undo.run();
      this.#sql.release.run();
      return () => reject(translated(error));
    }
  };
}

/** Undefined: it threw, and what it wrote is still there. */
type Run = (waiting: Waiting) => (() => void) | undefined;

const plain: Run = ({ work, resolve }) => {
  try {
    const result = work();
    return () => resolve(result);
  } catch {
    return undefined;
  }
};

function prepare(client: Database) {
  return {
    begin: client.prepare('BEGIN IMMEDIATE'),
    commit: client.prepare('COMMIT'),
    rollback: client.prepare('ROLLBACK'),
    savepoint: client.prepare('SAVEPOINT one'),
    undo: client.prepare('ROLLBACK TO one'),
    release: client.prepare('RELEASE one'),
  };
}
