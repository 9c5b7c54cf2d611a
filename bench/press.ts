import { hashOf } from '../src/core/audit.ts';
import type { Database, Statement } from '../src/store/driver.ts';
import type { Row, Table } from './rows.ts';
import type { Names, Stamp } from './stamp.ts';

/** Writes rows as fast as SQLite takes them, and links the chain. */
export class Press {
  readonly #db: Database;
  readonly #statements = new Map<Table, Statement>();
  #seq: number;
  #hash: string;
  #lastAt = 0;

  constructor(db: Database) {
    this.#db = db;
    const last = db
      .prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM audit ORDER BY seq DESC')
      .get();
    this.#seq = last?.seq ?? 0;
    this.#hash = last?.hash ?? '0'.repeat(64);
  }

  print(stamp: Stamp, names: Names): void {
    for (const { table, row } of stamp.rows(names, this.#seq))
      this.#insert(table, table === 'audit' ? this.#linked(row) : row);
  }

  finish(): void {
    this.#db.prepare('UPDATE installation SET last_at = max(last_at, ?)').run(this.#lastAt);
  }

  #linked(row: Row): Row {
    const prev = this.#hash;
    this.#hash = hashOf(prev, String(row.body));
    this.#seq = Number(row.seq);
    this.#lastAt = Math.max(this.#lastAt, Number(row.at));
    return { ...row, prev, hash: this.#hash };
  }

  #insert(table: Table, row: Row): void {
    let statement = this.#statements.get(table);
    if (statement === undefined) {
      statement = this.#db.prepare(insertInto(table, Object.keys(row)));
      this.#statements.set(table, statement);
    }
    statement.run(row);
  }
}

/** What a person does again with a role grows the version of one and the same scope. */
function insertInto(table: Table, columns: readonly string[]): string {
  const names = columns.map((name) => `"${name}"`).join(', ');
  const values = columns.map((name) => `@${name}`).join(', ');
  const again = ' ON CONFLICT(key) DO UPDATE SET version = version + excluded.version';
  return `INSERT INTO ${table} (${names}) VALUES (${values})${table === 'scopes' ? again : ''}`;
}
