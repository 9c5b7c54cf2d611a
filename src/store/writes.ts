/** What a commit writes: one prepared statement each. */
import { and, eq, lt, sql } from 'drizzle-orm';
import { inserter, upserter } from './rows.ts';
import * as tables from './schema.ts';
import { type Db, runs } from './statements.ts';

const { accesses, accounts, audit, copies, emails, homes, inbox } = tables;
const { installation, people, requests, scopes, tallies, texts } = tables;

const id = sql.placeholder('id');
const key = sql.placeholder('key');
const at = sql.placeholder('at');
const before = sql.placeholder('before');

export type Writes = ReturnType<typeof prepareWrites>;

export function prepareWrites(db: Db) {
  return { ...prepareStates(db), ...prepareWords(db), ...prepareCopies(db), ...prepareDoor(db) };
}

function prepareStates(db: Db) {
  return {
    move: runs(
      db,
      db
        .insert(scopes)
        .values({ key, version: 1 })
        .onConflictDoUpdate({ target: scopes.key, set: { version: sql`${scopes.version} + 1` } }),
    ),
    request: upserter(db, requests, requests.id),
    access: upserter(db, accesses, accesses.id),
    person: upserter(db, people, people.id),
    account: inserter(db, accounts),
    email: inserter(db, emails),
    dropEmails: runs(db, db.delete(emails).where(eq(emails.principal, id))),
    dropAccounts: runs(db, db.delete(accounts).where(eq(accounts.principal, id))),
    policy: runs(db, db.update(installation).set({ policyHash: sql`${sql.placeholder('hash')}` })),
    sealKey: runs(
      db,
      db.update(installation).set({
        sealKey: sql`coalesce(${installation.sealKey}, ${sql.placeholder('sealKey')})`,
      }),
    ),
    standstill: runs(
      db,
      db.update(installation).set({
        standstill: sql`${sql.param(sql.placeholder('standstill'), installation.standstill)}`,
      }),
    ),
    time: runs(
      db,
      db
        .update(installation)
        .set({ lastAt: sql`${at}` })
        .where(lt(installation.lastAt, at)),
    ),
  };
}

function prepareWords(db: Db) {
  return {
    entry: inserter(db, audit),
    text: runs(
      db,
      db
        .insert(texts)
        .values({
          digest: sql.placeholder('digest'),
          salt: sql.placeholder('salt'),
          text: sql.placeholder('text'),
        })
        .onConflictDoNothing(),
    ),
    erase: runs(db, db.delete(texts).where(eq(texts.digest, sql.placeholder('digest')))),
  };
}

function prepareCopies(db: Db) {
  const version = sql`(select version from scopes where key = 'request/' || ${copies.request})`;
  const lastSeq = sql`(select max(seq) from audit where audit.id = ${copies.request})`;
  const undrawn = sql`drawn_version < coalesce(${version}, 0)`;
  // Only the channel's card carries the thread in which entries are told.
  const untold = sql`principal is null and told_seq < coalesce(${lastSeq}, 0)`;
  const lagging = sql`not undeliverable and (${undrawn} or (${untold}))`;
  const reposted = sql`excluded.ref <> ref`;
  return {
    copy: upserter(db, copies, copies.id, {
      ref: sql`coalesce(excluded.ref, ref)`,
      drawnVersion: sql`case when ${reposted} then excluded.drawn_version
        else max(drawn_version, excluded.drawn_version) end`,
      toldSeq: sql`case when ${reposted} then excluded.told_seq
        else max(told_seq, excluded.told_seq) end`,
      undeliverable: sql`max(undeliverable, excluded.undeliverable)`,
    }),
    compareCopies: runs(db, db.update(copies).set({ lagging }).where(eq(copies.request, id))),
    home: upserter(db, homes, homes.account),
    pruneHomes: runs(db, db.delete(homes).where(lt(homes.openedAt, before))),
  };
}

function prepareDoor(db: Db) {
  const tally = eq(tallies.key, key);
  return {
    received: inserter(db, inbox),
    /** The first answer stands. What was delivered, people's own words and the way to answer, goes. */
    answered: runs(
      db,
      db
        .update(inbox)
        .set({
          answered: true,
          answer: sql`${sql.param(sql.placeholder('answer'), inbox.answer)}`,
          delivery: sql`'null'`,
        })
        .where(and(eq(inbox.key, key), eq(inbox.answered, false))),
    ),
    pruneInbox: runs(
      db,
      db.delete(inbox).where(and(eq(inbox.answered, true), lt(inbox.at, before))),
    ),
    openTally: inserter(db, tallies),
    countTally: runs(
      db,
      db
        .update(tallies)
        .set({ count: sql`${tallies.count} + 1` })
        .where(tally),
    ),
    closeTally: runs(db, db.delete(tallies).where(tally)),
  };
}
