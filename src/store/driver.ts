/**
 * The SQLite driver that this Node can load: better-sqlite3 in one of two versions.
 * 13 asks for Node-API 10 (Node 22.14, 23.6, 24) and crashes the process where there is less
 * (WiseLibs/better-sqlite3#1514). 12 is compiled against V8 itself, and aborts the process from Node 24.19 on
 * as soon as a statement is collected (nodejs/node#65446). npm installs it only where 13 cannot be used.
 */
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

const NEEDED = 10;

/** @param napi the version of Node-API, as in `process.versions` */
export function driverFor(napi: string | undefined): string {
  return Number(napi) >= NEEDED ? 'better-sqlite3' : 'sqlite-before-napi-10';
}

/** @throws an Error that says what to do when it is not installed */
export function load(name: string): typeof BetterSqlite3 {
  try {
    return createRequire(import.meta.url)(name);
  } catch (cause) {
    throw new Error(
      `the SQLite driver ${name} is not installed, or was not compiled: see that there are python3, make and g++, ` +
        'and run `npm ci` again, with optional packages',
      { cause },
    );
  }
}

export const Database = load(driverFor(process.versions.napi));
export type Database = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement;
