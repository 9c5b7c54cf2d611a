/**
 * Statements that drizzle writes and the driver runs. What drizzle would do at each run (look up the
 * placeholders, pick encoders and decoders) is worked out once: a request's life is some hundred
 * statements, and that was half of what they cost.
 */

import { Column, is, Param, Placeholder } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Database } from './driver.ts';

export type Db = BetterSQLite3Database & { readonly $client: Database };
type Values = Readonly<Record<string, unknown>>;

interface Written {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

interface Selected<Row> extends Written {
  readonly _: { readonly selectedFields: object; readonly result: Row[] };
}

export interface Reads<Row> {
  get(values?: Values): Row | undefined;
  all(values?: Values): Row[];
}

export interface Runs {
  run(values?: Values): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

export function reads<Row>(db: Db, query: Selected<Row>): Reads<Row> {
  const { sql, params } = query.toSQL();
  const statement = db.$client.prepare<unknown[], unknown[]>(sql).raw(true);
  const bind = binder(params);
  const decode = decoder<Row>(query._.selectedFields);
  return {
    get(values = {}) {
      const row = statement.get(...bind(values));
      return row && decode(row);
    },
    all: (values = {}) => statement.all(...bind(values)).map(decode),
  };
}

export function runs(db: Db, query: Written): Runs {
  const { sql, params } = query.toSQL();
  const statement = db.$client.prepare<unknown[]>(sql);
  const bind = binder(params);
  return { run: (values = {}) => statement.run(...bind(values)) };
}

/** From what is given by name to what stands at each question mark. */
function binder(params: readonly unknown[]): (values: Values) => unknown[] {
  const binds = params.map((param): ((values: Values) => unknown) => {
    if (is(param, Placeholder)) return (values) => values[param.name];
    if (!is(param, Param)) return () => param;
    const { value, encoder } = param;
    if (!is(value, Placeholder)) return () => param;
    return (values) => encoder.mapToDriverValue(values[value.name]);
  });
  return (values) => binds.map((bind) => bind(values));
}

/** From the columns in the order of their selection to an object. */
function decoder<Row>(fields: object): (row: unknown[]) => Row {
  const columns = Object.entries(fields).map(([name, field]: [string, unknown]) => ({
    name,
    decode: is(field, Column) ? (value: unknown) => field.mapFromDriverValue(value) : same,
  }));
  return (row) => {
    const decoded: Record<string, unknown> = {};
    let nth = 0;
    for (const { name, decode } of columns) {
      const value = row[nth];
      decoded[name] = value === null ? null : decode(value);
      nth += 1;
    }
    return decoded as Row;
  };
}

function same(value: unknown): unknown {
  return value;
}
