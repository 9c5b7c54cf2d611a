/** What is read without deciding anything: one prepared statement each. */

import { and, asc, count, desc, eq, getTableColumns, gt, inArray, or, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Entry } from '../core/audit.ts';
import type { Database } from './driver.ts';
import * as tables from './schema.ts';
import { FINISHED } from './schema.ts';
import { type Db, reads } from './statements.ts';
import type { EntryQuery } from './store.ts';

const { accesses, accounts, audit, copies, emails, homes, inbox } = tables;
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
    version: reads(
      db,
      db.select({ version: scopes.version }).from(scopes).where(eq(scopes.key, key)),
    ),
    installation: reads(db, db.select().from(installation)),
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
    request: reads(db, fromRequests().where(eq(requests.id, id))),
    requestAt: reads(db, fromRequests().where(eq(sql`requests.rowid`, sql.placeholder('rowid')))),
    requestsOver: reads(
      db,
      fromRequests()
        .where(
          and(
            eq(requests.requester, sql.placeholder('requester')),
            eq(requests.role, sql.placeholder('role')),
            gt(FINISHED, after),
          ),
        )
        .orderBy(desc(FINISHED), desc(sql`requests.rowid`))
        .limit(limit),
    ),
    requestsAfter: reads(
      db,
      fromRequests().where(gt(requests.id, after)).orderBy(asc(requests.id)).limit(limit),
    ),
    requestCount: reads(db, db.select({ count: count() }).from(requests)),
    access: reads(db, fromAccesses().where(eq(accesses.id, id))),
    accesses: reads(db, fromAccesses().orderBy(asc(accesses.id))),
  };
}

function preparePeople(db: Db) {
  const person = { value: people.body, version: scopes.version };
  const fromPeople = () =>
    db.select(person).from(people).innerJoin(scopes, scopeOf('person', people.id));
  const home = { account: homes.body, principal: homes.principal, openedAt: homes.openedAt };
  const fromHomes = () => db.select(home).from(homes);
  return {
    person: reads(db, fromPeople().where(eq(people.id, id))),
    people: reads(db, fromPeople().where(among(people.id))),
    personByAccount: reads(
      db,
      fromPeople()
        .innerJoin(accounts, eq(accounts.principal, people.id))
        .where(eq(accounts.key, key)),
    ),
    peopleByEmail: reads(
      db,
      fromPeople()
        .where(eq(people.email, sql.placeholder('email')))
        .orderBy(sql`people.rowid`),
    ),
    peopleEverOf: reads(
      db,
      fromPeople()
        .innerJoin(emails, eq(emails.principal, people.id))
        .where(eq(emails.email, sql.placeholder('email')))
        .orderBy(sql`people.rowid`),
    ),
    holder: reads(
      db,
      db.select({ principal: accounts.principal }).from(accounts).where(eq(accounts.key, key)),
    ),
    homesOf: reads(db, fromHomes().where(among(homes.principal))),
    homesIn: reads(
      db,
      fromHomes().where(
        or(
          inArray(
            homes.principal,
            db
              .select({ id: accounts.principal })
              .from(accounts)
              .where(among(accounts.key, 'accounts')),
          ),
          inArray(
            homes.principal,
            db.select({ id: people.id }).from(people).where(among(people.email, 'emails')),
          ),
        ),
      ),
    ),
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
    lastEntry: reads(db, db.select().from(audit).orderBy(desc(audit.seq)).limit(1)),
    text: reads(db, db.select().from(texts).where(eq(texts.digest, key))),
  };
}

function prepareChat(db: Db) {
  const { lagging: _lagging, ...copy } = getTableColumns(copies);
  return {
    copy: reads(db, db.select(copy).from(copies).where(eq(copies.id, id))),
    copiesOf: reads(
      db,
      db.select(copy).from(copies).where(eq(copies.request, id)).orderBy(sql`copies.rowid`),
    ),
    laggingCopies: reads(db, db.select({ id: copies.id }).from(copies).where(sql`lagging = 1`)),
    inbox: reads(db, db.select().from(inbox).where(eq(inbox.key, key))),
    tally: reads(db, db.select().from(tallies).where(eq(tallies.key, key))),
  };
}

/** Where the scope of a row is found. NB. As `scopeKey` writes it. */
function scopeOf(kind: 'request' | 'access' | 'person', column: SQLiteColumn) {
  return eq(scopes.key, sql`${sql.raw(`'${kind}/'`)} || ${column}`);
}

/** One of those given as a JSON list: however many they are, it is one statement. */
function among(column: SQLiteColumn, name = 'ids') {
  return sql`${column} in (select value from json_each(${sql.placeholder(name)}))`;
}
