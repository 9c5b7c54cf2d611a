import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { STATUSES } from '../core/request.ts';
import { connect } from './connection.ts';
import type { Database } from './driver.ts';
import { migrate } from './migrate.ts';
import * as schema from './schema.ts';

const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));

let client: Database;
beforeEach(() => {
  client = connect(':memory:');
  migrate(client);
});
afterEach(() => client.close());

const pluck = (sql: string, ...args: unknown[]) =>
  client
    .prepare<unknown[], unknown>(sql)
    .pluck()
    .all(...args);

describe('a migrated database', () => {
  it('has strict tables only', () => {
    const all = pluck(
      `SELECT sql FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'`,
    );
    const lax = all.filter((sql) => !/\) STRICT(, WITHOUT ROWID)?$/.test(String(sql)));
    expect(lax).toEqual([]);
  });

  it('has the tables and columns that the program knows, and no others', () => {
    const known = Object.fromEntries(
      tables.map((table) => [getTableName(table), columnsOf(table)]),
    );
    const names = pluck(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('sqlite_sequence', 'migrations')`,
    );
    const stored = Object.fromEntries(names.map((name) => [String(name), storedColumns(name)]));
    expect(stored).toEqual(known);
  });

  it('has the indexes that the program knows, and no others', () => {
    const known = tables.flatMap((table) => {
      const { indexes, columns } = getTableConfig(table);
      const unique = columns.flatMap(({ isUnique, uniqueName }) =>
        isUnique && uniqueName !== undefined ? [uniqueName] : [],
      );
      return [...indexes.map(({ config }) => config.name), ...unique];
    });
    const stored = pluck(
      `SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'`,
    );
    expect([...stored].sort()).toEqual(known.sort());
  });

  it('refuses to change, remove or replace an audit entry', () => {
    insertEntry(1);
    const refused = /append-only/;
    expect(() => client.exec(`UPDATE audit SET body = 'x'`)).toThrow(refused);
    expect(() => client.exec('DELETE FROM audit')).toThrow(refused);
    expect(() => insertEntry(1, 'INSERT OR REPLACE')).toThrow(/follows the last one/);
    expect(() => insertEntry(3)).toThrow(/follows the last one/);
    insertEntry(2);
    expect(pluck('SELECT count(*) FROM audit')).toEqual([2]);
  });

  it('refuses a status that no request can have, and knows each that one can', () => {
    const insert = client.prepare(
      `INSERT INTO requests (id, status, requester, role, asked_at, body) VALUES (?, ?, '', '', 0, '{}')`,
    );
    for (const status of STATUSES) insert.run(status, status);
    expect(() => insert.run('lost', 'lost')).toThrow(/CHECK/);
  });

  it('keeps what it holds, and what refers to it, when a status is new', () => {
    const old = migratedBy(6);
    old.exec(`INSERT INTO requests VALUES ('r', 'active', 'ada', 'lb', 7, '{}')`);
    old.exec(`INSERT INTO copies VALUES ('c', 'r', 'local', '{}', NULL, NULL, 1, 2, 0, 1)`);
    expect(migrate(old)).toBeGreaterThan(0);
    expect(old.prepare('SELECT * FROM requests').all()).toMatchObject([{ id: 'r', asked_at: 7 }]);
    expect(old.prepare('SELECT * FROM copies').all()).toMatchObject([
      { request: 'r', told_seq: 2 },
    ]);
    expect(() => old.exec(`UPDATE copies SET request = 'gone'`)).toThrow(/FOREIGN KEY/);
    expect(old.pragma('foreign_key_check')).toEqual([]);
    old.close();
  });

  it('knows whose an e-mail was of whom it holds already', () => {
    const old = migratedBy(9);
    const insert = old.prepare('INSERT INTO people VALUES (?, ?, ?)');
    const otherEmails = ['old@example.com', 'ada@example.com'];
    insert.run('p_ada', 'ada@example.com', JSON.stringify({ principal: { otherEmails } }));
    insert.run('p_ben', '', JSON.stringify({ principal: {} }));
    expect(migrate(old)).toBeGreaterThan(0);
    expect(old.prepare('SELECT * FROM emails ORDER BY email').all()).toEqual([
      { email: 'ada@example.com', principal: 'p_ada' },
      { email: 'old@example.com', principal: 'p_ada' },
    ]);
    old.close();
  });

  it('is left alone when it is migrated again', () => {
    const before = pluck('SELECT sql FROM sqlite_master ORDER BY name');
    expect(migrate(client)).toBe(0);
    expect(pluck('SELECT sql FROM sqlite_master ORDER BY name')).toEqual(before);
  });

  it('is refused when a trigger or a table lost what protects it', () => {
    client.exec('DROP TRIGGER audit_no_delete; CREATE TABLE lax (a)');
    expect(() => migrate(client)).toThrow(/lacks: lax, audit_no_delete/);
  });

  it('is refused when another version migrated it', () => {
    client.exec(`INSERT INTO migrations VALUES (99, 'unknown')`);
    expect(() => migrate(client)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});

/** As the first so many migrations leave it. */
function migratedBy(count: number): Database {
  const folder = makeTempFolder('migrations').path;
  cpSync('migrations', folder, { recursive: true });
  const journal = join(folder, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, count) }));
  const old = connect(':memory:');
  migrate(old, folder);
  return old;
}

function insertEntry(seq: number, verb = 'INSERT'): void {
  const sql = `${verb} INTO audit (seq, at, subject, id, body, prev, hash)`;
  client.prepare(`${sql} VALUES (?, 0, 'request', 'r', '', '', '')`).run(seq);
}

function columnsOf(table: SQLiteTable) {
  return Object.values(getTableColumns(table)).map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    notnull: column.notNull,
    pk: column.primary,
  }));
}

function storedColumns(table: unknown) {
  return client
    .prepare<[unknown], { name: string; type: string; notnull: number; pk: number }>(
      'SELECT name, type, "notnull", pk FROM pragma_table_info(?)',
    )
    .all(table)
    .map(({ name, type, notnull, pk }) => ({
      name,
      type: type.toUpperCase(),
      notnull: notnull === 1,
      pk: pk === 1,
    }));
}
