/** Keeps where a chat platform has met people and channels, in the same file as everything else. */

import { eq, like, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Json } from '../core/policy.ts';
import { connect } from './connection.ts';
import type { Database } from './driver.ts';
import { translating } from './errors.ts';
import { migrate } from './migrate.ts';
import { upserter } from './rows.ts';
import { addresses } from './schema.ts';
import { reads, runs } from './statements.ts';

/** Synchronous: what was met is written down before its delivery is acknowledged. */
export interface StoredAddresses {
  get(key: string): Json | undefined;
  /** Those whose key begins so. */
  list(prefix: string): readonly { readonly key: string; readonly body: Json }[];
  put(key: string, body: Json): void;
  remove(key: string): void;
  close(): void;
}

/** @throws StoreError when the file cannot be opened, or is not ours */
export function openAddresses(file: string): StoredAddresses {
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

function assemble(client: Database): StoredAddresses {
  const db = drizzle(client);
  const key = sql.placeholder('key');
  const one = reads(db, db.select().from(addresses).where(eq(addresses.key, key)));
  const begun = reads(db, db.select().from(addresses).where(like(addresses.key, key)));
  const put = upserter(db, addresses, addresses.key);
  const remove = runs(db, db.delete(addresses).where(eq(addresses.key, key)));
  return {
    get: (wanted) => translating(() => one.get({ key: wanted })?.body),
    // LIKE takes `_` and `%` for more than themselves, and case for nothing.
    list: (prefix) =>
      translating(() =>
        begun.all({ key: `${prefix}%` }).filter((row) => row.key.startsWith(prefix)),
      ),
    put: (wanted, body) => void translating(() => put({ key: wanted, body })),
    remove: (wanted) => void translating(() => remove.run({ key: wanted })),
    close: () => client.close(),
  };
}
