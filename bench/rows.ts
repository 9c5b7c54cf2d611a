/** What a piece of the program's work has left in the database: the rows that were not there before. */
import { Database } from '../src/store/driver.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** In an order in which each refers to what stands before it. */
export const TABLES = [
  ...(['people', 'accounts', 'scopes', 'requests', 'accesses'] as const),
  ...(['copies', 'texts', 'audit', 'effects', 'inbox', 'tallies', 'homes'] as const),
] as const;
export type Table = (typeof TABLES)[number];
export type Written = ReadonlyMap<Table, readonly Row[]>;

/** Of lives alone, and the same for those of one kind, where the order of the keys says nothing. */
const RANGES: { readonly [Name in Table]?: string } = {
  texts: 'ORDER BY text',
  effects: "WHERE kind <> 'reconcile' ORDER BY id",
  inbox: 'ORDER BY length(key), key',
};

/** Every row that there is. */
export type Mark = ReadonlySet<string>;

export function markIn(file: string): Mark {
  return new Set([...allIn(file)].flatMap(([table, rows]) => rows.map((row) => sign(table, row))));
}

export function writtenSince(file: string, mark: Mark): Written {
  const isNew = (table: Table) => (row: Row) => !mark.has(sign(table, row));
  return new Map([...allIn(file)].map(([table, rows]) => [table, rows.filter(isNew(table))]));
}

function allIn(file: string): Written {
  return reading(file, (db) => {
    const rows = (table: Table) =>
      db.prepare<[], Row>(`SELECT * FROM ${table} ${RANGES[table] ?? ''}`).all();
    return new Map(TABLES.map((table) => [table, rows(table)]));
  });
}

function sign(table: Table, row: Row): string {
  return JSON.stringify([table, row]);
}

function reading<Result>(file: string, read: (db: Database) => Result): Result {
  const db = new Database(file, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
