/** What is read without deciding anything: one prepared statement each. */
import type { Database } from 'better-sqlite3';
import { asc, count, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Entry } from '../core/audit.ts';
import type { Db } from './rows.ts';
import * as tables from './schema.ts';
import type { EntryQuery } from './store.ts';

const { accesses, accounts, audit, copies, homes, inbox } = tables;
const { installation, people, requests, scopes, tallies, texts } = tables;

const id = sql.placeholder('id');
const key = sql.placeholder('key');
const after = sql.placeholder('after');
const limit = sql.placeholder('limit');

export type Queries = ReturnType<typeof prepareQueries>;

export function prepareQueries(db: Db, client: Database) {
  return {
    ...prepareSubjects(db),
    ...preparePeople(db),
    ...prepareChain(db, client),
    ...prepareChat(db),
    version: db
      .select({ version: scopes.version })
      .from(scopes)
      .where(eq(scopes.key, key))
      .prepare(),
    installation: db.select().from(installation).prepare(),
  };
}

function prepareSubjects(db: Db) {
  const request = { value: requests.body, version: scopes.version };
  const access = { value: accesses.body, version: scopes.version };
  const fromRequests = () =>
    db.select(request).from(requests).innerJoin(scopes, scopeOf('request', requests.id));
  const fromAccesses = () =>
    db.select(access).from(accesses).innerJoin(scopes, scopeOf('access', accesses.id));
  return {
    request: fromRequests().where(eq(requests.id, id)).prepare(),
    requestAt: fromRequests()
      .where(eq(sql`requests.rowid`, sql.placeholder('rowid')))
      .prepare(),
    requestsAfter: fromRequests()
      .where(gt(requests.id, after))
      .orderBy(asc(requests.id))
      .limit(limit)
      .prepare(),
    requestCount: db.select({ count: count() }).from(requests).prepare(),
    access: fromAccesses().where(eq(accesses.id, id)).prepare(),
    accesses: fromAccesses().orderBy(asc(accesses.id)).prepare(),
  };
}

function preparePeople(db: Db) {
  const person = { value: people.body, version: scopes.version };
  const fromPeople = () =>
    db.select(person).from(people).innerJoin(scopes, scopeOf('person', people.id));
  return {
    person: fromPeople().where(eq(people.id, id)).prepare(),
    personByAccount: fromPeople()
      .innerJoin(accounts, eq(accounts.principal, people.id))
      .where(eq(accounts.key, key))
      .prepare(),
    /** The one met first, should there be several. */
    personByEmail: fromPeople()
      .where(eq(people.email, sql.placeholder('email')))
      .orderBy(sql`people.rowid`)
      .limit(1)
      .prepare(),
    holder: db
      .select({ principal: accounts.principal })
      .from(accounts)
      .where(eq(accounts.key, key))
      .prepare(),
    homesOf: db
      .select({ account: homes.body, principal: homes.principal, openedAt: homes.openedAt })
      .from(homes)
      .where(eq(homes.principal, id))
      .prepare(),
  };
}

/** NB. Entries are read as SQLite gives them: to walk the whole chain is to read nothing else. */
function prepareChain(db: Db, client: Database) {
  const page = (also: string) =>
    client.prepare<[EntryQuery], Entry>(
      `SELECT seq, at, subject, id, body, prev, hash FROM audit
       WHERE seq > @afterSeq ${also} ORDER BY seq LIMIT @limit`,
    );
  return {
    entries: page(''),
    entriesAbout: page('AND subject = @subject'),
    entriesOf: page('AND id = @id'),
    entriesAboutOf: page('AND subject = @subject AND id = @id'),
    lastEntry: db.select().from(audit).orderBy(desc(audit.seq)).limit(1).prepare(),
    text: db.select().from(texts).where(eq(texts.digest, key)).prepare(),
  };
}

function prepareChat(db: Db) {
  const { lagging: _lagging, ...copy } = getTableColumns(copies);
  return {
    copy: db.select(copy).from(copies).where(eq(copies.id, id)).prepare(),
    copiesOf: db
      .select(copy)
      .from(copies)
      .where(eq(copies.request, id))
      .orderBy(sql`copies.rowid`)
      .prepare(),
    laggingCopies: db.select({ id: copies.id }).from(copies).where(sql`lagging = 1`).prepare(),
    inbox: db.select().from(inbox).where(eq(inbox.key, key)).prepare(),
    tally: db.select().from(tallies).where(eq(tallies.key, key)).prepare(),
  };
}

/** Where the scope of a row is found. NB. As `scopeKey` writes it. */
function scopeOf(kind: 'request' | 'access' | 'person', column: SQLiteColumn) {
  return eq(scopes.key, sql`${sql.raw(`'${kind}/'`)} || ${column}`);
}
