/**
 * Past and present requests, newest first. One ordered walk along an index for each status, merged:
 * so that what is asked for is never sorted, nor searched for, among all that ever was.
 */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Status } from '../core/request.ts';
import { STATUSES } from '../core/request.ts';
import type { Db } from './rows.ts';
import { requests } from './schema.ts';
import type { RequestQuery } from './store.ts';

export type History = (query: RequestQuery) => readonly number[];

/** @returns a function from a query to the rowids of what it finds */
export function prepareHistory(db: Db): History {
  const walk = (...columns: readonly SQLiteColumn[]) => prepareWalk(db, columns);
  const any = walk();
  const byRequester = walk(requests.requester);
  const byRole = walk(requests.role);
  const byBoth = walk(requests.requester, requests.role);
  const walkFor = ({ requester, role }: RequestQuery) => {
    if (requester === undefined) return role === undefined ? any : byRole;
    return role === undefined ? byRequester : byBoth;
  };
  return (query) => {
    const rows = statusesOf(query).flatMap((status) => walkFor(query).all({ ...query, status }));
    rows.sort((a, b) => b.askedAt - a.askedAt || b.rowid - a.rowid);
    return rows.slice(0, query.limit).map(({ rowid }) => rowid);
  };
}

function prepareWalk(db: Db, columns: readonly SQLiteColumn[]) {
  const wanted = [requests.status, ...columns].map((one) => eq(one, sql.placeholder(one.name)));
  return db
    .select({ rowid: sql<number>`rowid`, askedAt: requests.askedAt })
    .from(requests)
    .where(and(...wanted))
    .orderBy(desc(requests.askedAt), desc(sql`rowid`))
    .limit(sql.placeholder('limit'))
    .prepare();
}

function statusesOf({ statuses }: RequestQuery): readonly Status[] {
  return statuses === undefined ? STATUSES : [...new Set(statuses)];
}
