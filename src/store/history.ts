/**
 * Past and present requests, newest first. One ordered walk along an index for each status, merged:
 * so that what is asked for is never sorted, nor searched for, among all that ever was.
 */

import type { SQL } from 'drizzle-orm';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Status } from '../core/request.ts';
import { STATUSES } from '../core/request.ts';
import { requests, UNREVIEWED } from './schema.ts';
import type { Db } from './statements.ts';
import type { RequestQuery } from './store.ts';

export type History = (query: RequestQuery) => readonly number[];

/** @returns a function from a query to the rowids of what it finds */
export function prepareHistory(db: Db): History {
  const requester = eq(requests.requester, sql.placeholder('requester'));
  const role = eq(requests.role, sql.placeholder('role'));
  const walks = (...also: readonly SQL[]) => ({
    any: prepareWalk(db, ...also),
    byRequester: prepareWalk(db, requester, ...also),
    byRole: prepareWalk(db, role, ...also),
    byBoth: prepareWalk(db, requester, role, ...also),
  });
  const [all, unreviewed] = [walks(), walks(UNREVIEWED)];
  const walkFor = (query: RequestQuery) => {
    const { any, byRequester, byRole, byBoth } = query.unreviewed ? unreviewed : all;
    if (query.requester === undefined) return query.role === undefined ? any : byRole;
    return query.role === undefined ? byRequester : byBoth;
  };
  return (query) => {
    const rows = statusesOf(query).flatMap((status) => walkFor(query).all({ ...query, status }));
    rows.sort((a, b) => b.askedAt - a.askedAt || b.rowid - a.rowid);
    return rows.slice(0, query.limit).map(({ rowid }) => rowid);
  };
}

function prepareWalk(db: Db, ...conditions: readonly SQL[]) {
  return db
    .select({ rowid: sql<number>`rowid`, askedAt: requests.askedAt })
    .from(requests)
    .where(and(eq(requests.status, sql.placeholder('status')), ...conditions))
    .orderBy(desc(requests.askedAt), desc(sql`rowid`))
    .limit(sql.placeholder('limit'))
    .prepare();
}

function statusesOf({ statuses }: RequestQuery): readonly Status[] {
  return statuses === undefined ? STATUSES : [...new Set(statuses)];
}
