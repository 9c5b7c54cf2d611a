/**
 * Brings a database up to this version's tables, and checks that it then has the safeguards which
 * the schema alone cannot express.
 */
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database } from './driver.ts';
import { StoreError } from './store.ts';

/** NB. The same from `src/store` and from `dist/store`. */
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

const TRIGGERS = ['audit_in_order', 'audit_no_delete', 'audit_no_update'];

/** @returns how many migrations were applied */
export function migrate(client: Database, folder: string = MIGRATIONS): number {
  const applied = client.transaction(() => applyMissing(client, folder)).immediate();
  checkSafeguards(client);
  return applied;
}

function applyMissing(client: Database, folder: string): number {
  client.exec(
    'CREATE TABLE IF NOT EXISTS migrations (nth INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT',
  );
  const done = client.prepare<[], string>('SELECT hash FROM migrations ORDER BY nth').pluck().all();
  const known = readMigrationFiles({ migrationsFolder: folder });
  if (done.some((hash, nth) => known[nth]?.hash !== hash))
    throw new StoreError('corrupt', 'the database was migrated by another version of this program');
  const record = client.prepare('INSERT INTO migrations (nth, hash) VALUES (?, ?)');
  for (const [nth, { sql, hash }] of known.entries()) {
    if (nth < done.length) continue;
    for (const statement of sql) client.exec(statement);
    record.run(nth, hash);
  }
  return known.length - done.length;
}

/** A migration that recreates a table loses its triggers and strictness without a word. */
function checkSafeguards(client: Database): void {
  const lax = client
    .prepare<[], string>(
      `SELECT name FROM pragma_table_list
       WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .pluck()
    .all();
  const triggers = client
    .prepare<[], string>(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
    .pluck()
    .all();
  const missing = TRIGGERS.filter((name) => !triggers.includes(name));
  if (lax.length + missing.length > 0)
    throw new StoreError('corrupt', `the database lacks: ${[...lax, ...missing].join(', ')}`);
}
