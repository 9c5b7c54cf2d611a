/** Keeps what was posted in the local workspace, in the same file as everything else. */

import { asc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Json } from '../core/policy.ts';
import { connect } from './connection.ts';
import type { Database } from './driver.ts';
import { translating } from './errors.ts';
import { migrate } from './migrate.ts';
import { upserter } from './rows.ts';
import { localMarks, localMessages } from './schema.ts';
import { reads, runs } from './statements.ts';

export interface StoredLocalLog {
  /** Oldest first. */
  messages(): readonly { readonly id: number; readonly body: Json }[];
  put(id: number, body: Json): void;
  remove(id: number): void;
  marks(): ReadonlyMap<string, number>;
  mark(key: string, upTo: number): void;
  close(): void;
}

/** @throws StoreError when the file cannot be opened, or is not ours */
export function openLocalLog(file: string): StoredLocalLog {
  return translating(() => {
    const client = connect(file);
    try {
      migrate(client);
      return assemble(client);
    } catch (error) {
      client.close();
      throw error;
    }
  });
}

function assemble(client: Database): StoredLocalLog {
  const db = drizzle(client);
  const all = reads(db, db.select().from(localMessages).orderBy(asc(localMessages.id)));
  const put = upserter(db, localMessages, localMessages.id);
  const id = sql.placeholder('id');
  const remove = runs(db, db.delete(localMessages).where(eq(localMessages.id, id)));
  const marks = reads(db, db.select().from(localMarks));
  const mark = upserter(db, localMarks, localMarks.key);
  return {
    messages: () => translating(() => all.all()),
    put: (row, body) => void translating(() => put({ id: row, body })),
    remove: (row) => void translating(() => remove.run({ id: row })),
    marks: () => translating(() => new Map(marks.all().map(({ key, upTo }) => [key, upTo]))),
    mark: (key, upTo) => void translating(() => mark({ key, upTo })),
    close: () => client.close(),
  };
}
