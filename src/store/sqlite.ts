/** The store in one SQLite file, or in memory. */

import { drizzle } from 'drizzle-orm/better-sqlite3';
import { GENESIS } from '../core/audit.ts';
import type { Log } from '../log.ts';
import type { Head, Tables } from './commit.ts';
import { foundIn, write } from './commit.ts';
import { conflictOf, type Found } from './conflicts.ts';
import { connect } from './connection.ts';
import type { Database } from './driver.ts';
import { EffectsTable } from './effects-table.ts';
import { translated, translating } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { prepareQueries } from './queries.ts';
import { createReader } from './reader.ts';
import type { Commit, CommitResult, LeaseQuery, Store } from './store.ts';
import { prepareWrites } from './writes.ts';

export interface SqliteOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly log: Log;
}

/** @throws StoreError when the file cannot be opened, or is not ours */
export function openSqlite({ file, log }: SqliteOptions): Store {
  return translating(() => {
    const client = connect(file);
    try {
      const applied = migrate(client);
      log.info({ file, applied }, 'the store is open');
      return assemble(client, log);
    } catch (error) {
      client.close();
      throw error;
    }
  });
}

function assemble(client: Database, log: Log): Store {
  const db = drizzle(client);
  const queries = prepareQueries(db, client);
  const tables: Tables = { queries, writes: prepareWrites(db), effects: new EffectsTable(db) };
  const door = new Door(client, tables, log);
  return {
    ...createReader(db, tables),
    commit: (commit) => door.commit(commit),
    lease: (query) => door.lease(query),
    prune: (before) => door.prune(before),
    close: async () => door.close(),
  };
}

/** Everything that writes: through one queue, into one chain. */
class Door {
  readonly #client: Database;
  readonly #tables: Tables;
  readonly #found: Found;
  readonly #group: GroupCommit;
  readonly #log: Log;
  /** Where the chain stands, and the latest time, within the transaction that is open. */
  #head: Head = { seq: 0, hash: GENESIS };
  #latest = 0;

  constructor(client: Database, tables: Tables, log: Log) {
    this.#client = client;
    this.#tables = tables;
    this.#found = foundIn(tables.queries);
    this.#log = log;
    this.#group = new GroupCommit(client, {
      begin: () => this.#begin(),
      end: () => this.#tables.writes.time.run({ at: this.#latest }),
    });
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const result = await this.#group.run(() => this.#write(commit));
    if (result.kind === 'committed' && commit.erases?.length) this.#forget();
    return result;
  }

  lease(query: LeaseQuery) {
    return this.#group.run(() => {
      const taken = this.#tables.effects.lease(query);
      if (taken.length > 0) this.#latest = Math.max(this.#latest, query.now);
      return taken;
    });
  }

  prune(before: number): Promise<number> {
    const { pruneInbox, pruneHomes } = this.#tables.writes;
    return this.#group.run(
      () => pruneInbox.run({ before }).changes + pruneHomes.run({ before }).changes,
    );
  }

  close(): void {
    if (!this.#client.open) return;
    this.#group.close();
    this.#client.close();
  }

  /** NB. Read anew for each transaction: another process may have written to the same file. */
  #begin(): void {
    this.#head = this.#tables.queries.lastEntry.get() ?? { seq: 0, hash: GENESIS };
    this.#latest = 0;
  }

  #write(commit: Commit): CommitResult {
    const on = conflictOf(commit, this.#found);
    if (on !== undefined) return { kind: 'conflict', on };
    const result = write(commit, this.#head, this.#tables);
    if (result.kind === 'conflict') return result;
    // Last, because a write that throws is undone and leaves the chain where it was.
    this.#head = result.entries.at(-1) ?? this.#head;
    this.#latest = Math.max(this.#latest, commit.at);
    return result;
  }

  /** What was erased still stands in the write-ahead log until that is emptied. */
  #forget(): void {
    try {
      this.#client.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      this.#log.warn({ error: translated(error) }, 'the write-ahead log could not be emptied');
    }
  }
}
