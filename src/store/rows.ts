/** Prepared statements that write whole rows. */

import type { SQL } from 'drizzle-orm';
import { getTableColumns, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type Db, runs } from './statements.ts';

type Row<Table extends SQLiteTable> = Table['$inferInsert'] & Record<string, unknown>;

/** Adds rows. Throws when one is there already. */
export function inserter<Table extends SQLiteTable>(db: Db, table: Table) {
  const statement = runs(db, db.insert(table).values(placeholders(table)));
  return (row: Row<Table>) => statement.run(row);
}

/**
 * Adds rows, or replaces what stands under the same key.
 *
 * @param merged columns that are not simply replaced
 */
export function upserter<Table extends SQLiteTable>(
  db: Db,
  table: Table,
  key: SQLiteColumn,
  merged: Readonly<Record<string, SQL>> = {},
) {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => column !== key);
  const set = Object.fromEntries(
    columns.map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]),
  );
  const statement = runs(
    db,
    db
      .insert(table)
      .values(placeholders(table))
      .onConflictDoUpdate({ target: key, set: { ...set, ...merged } as never }),
  );
  return (row: Row<Table>) => statement.run(row);
}

/** One for each column; their values are encoded by the column when the statement runs. */
function placeholders<Table extends SQLiteTable>(table: Table): Table['$inferInsert'] {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as never;
}
