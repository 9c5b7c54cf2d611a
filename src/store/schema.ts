/**
 * The tables. Bodies are JSON; what queries look for stands in columns beside them. The generated
 * migrations are edited after generating: drizzle-kit knows neither STRICT nor triggers.
 */
import { sql } from 'drizzle-orm';
import { check, customType, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Access } from '../core/access.ts';
import type { SubjectKind } from '../core/audit.ts';
import type { AccessId, CopyId, PrincipalId, RequestId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { Account } from '../core/principal.ts';
import type { AccessRequest, Status } from '../core/request.ts';
import { STATUSES } from '../core/request.ts';
import type { Standstill } from '../core/standstill.ts';
import type { Aftermath, Copy, EffectDraft, PersonRecord } from './store.ts';

/** JSON as text, in which null is the column's NULL. */
const json = customType<{ data: unknown; driverData: string | null }>({
  dataType: () => 'text',
  toDriver: (value) => (value === null ? null : JSON.stringify(value)),
  fromDriver: (stored) => (stored === null ? null : JSON.parse(stored)),
});

const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull();
const oneOf = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(', '));

/** How often each thing that a decision can depend on was changed. */
export const scopes = sqliteTable('scopes', {
  key: text().primaryKey(),
  version: integer().notNull(),
});

/** One row. */
export const installation = sqliteTable(
  'installation',
  {
    id: integer().primaryKey(),
    policyHash: text('policy_hash'),
    lastAt: integer('last_at').notNull(),
    standstill: json().$type<Standstill | null>(),
    /** What its seal is made with. Made once. */
    sealKey: text('seal_key'),
  },
  (table) => [check('installation_one', sql`${table.id} = 1`)],
);

/** NB. An index holds those alone, and is used for a query that says just this. */
export const UNREVIEWED = sql`json_extract(body, '$.review.kind') = 'open'`;

/** When access was over; NULL where it is not, or never was. NB. Used for a query that says just this. */
export const FINISHED = sql`body ->> '$.finishedAt'`;

export const requests = sqliteTable(
  'requests',
  {
    id: text().$type<RequestId>().primaryKey(),
    status: text().$type<Status>().notNull(),
    requester: text().$type<PrincipalId>().notNull(),
    role: text().notNull(),
    askedAt: integer('asked_at').notNull(),
    body: json().$type<AccessRequest>().notNull(),
  },
  (table) => [
    check('requests_status', sql`${table.status} in (${oneOf(STATUSES)})`),
    // NB. Status comes before time in each: histories are merged from one ordered walk per status.
    index('requests_by_status').on(table.status, table.askedAt),
    index('requests_by_requester').on(table.requester, table.status, table.askedAt),
    index('requests_by_both').on(table.requester, table.role, table.status, table.askedAt),
    index('requests_by_role').on(table.role, table.status, table.askedAt),
    index('requests_finished')
      .on(table.requester, table.role, FINISHED)
      .where(sql`${FINISHED} is not null`),
    index('requests_unreviewed').on(table.status, table.askedAt).where(UNREVIEWED),
  ],
);

export const accesses = sqliteTable('accesses', {
  id: text().$type<AccessId>().primaryKey(),
  body: json().$type<Access>().notNull(),
});

export const people = sqliteTable(
  'people',
  {
    id: text().$type<PrincipalId>().primaryKey(),
    email: text().notNull(),
    body: json().$type<PersonRecord>().notNull(),
  },
  (table) => [index('people_by_email').on(table.email)],
);

export const accounts = sqliteTable(
  'accounts',
  {
    key: text().primaryKey(),
    principal: text()
      .$type<PrincipalId>()
      .notNull()
      .references(() => people.id),
  },
  (table) => [index('accounts_by_principal').on(table.principal)],
);

/** Every e-mail that a person has or ever had, for whom one is looked up by. */
export const emails = sqliteTable(
  'emails',
  {
    email: text().notNull(),
    principal: text()
      .$type<PrincipalId>()
      .notNull()
      .references(() => people.id),
  },
  (table) => [
    index('emails_by_email').on(table.email),
    index('emails_by_principal').on(table.principal),
  ],
);

/** Append-only, by triggers. */
export const audit = sqliteTable(
  'audit',
  {
    seq: integer().primaryKey(),
    at: integer().notNull(),
    subject: text().$type<SubjectKind>().notNull(),
    id: text().notNull(),
    body: text().notNull(),
    prev: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [
    check(
      'audit_subject',
      sql`${table.subject} in ('request', 'access', 'person', 'installation')`,
    ),
    index('audit_by_id').on(table.id),
  ],
);

export const texts = sqliteTable('texts', {
  digest: text().primaryKey(),
  salt: text().notNull(),
  text: text().notNull(),
});

export const copies = sqliteTable(
  'copies',
  {
    id: text().$type<CopyId>().primaryKey(),
    request: text()
      .$type<RequestId>()
      .notNull()
      .references(() => requests.id),
    platform: text().notNull(),
    where: json().$type<Json>(),
    principal: text().$type<PrincipalId>(),
    ref: json().$type<Copy['ref']>(),
    drawnVersion: integer('drawn_version').notNull(),
    toldSeq: integer('told_seq').notNull(),
    undeliverable: flag('undeliverable'),
    /** Kept by the commits that move a request or a copy, so that nobody has to compare them all. */
    lagging: flag('lagging'),
  },
  (table) => [
    index('copies_by_request').on(table.request),
    index('copies_lagging').on(table.id).where(sql`lagging = 1`),
  ],
);

/** Unfinished work. What is finished is deleted, so a key is unique among the unfinished. */
export const effects = sqliteTable(
  'effects',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    key: text().notNull().unique('effects_by_key'),
    kind: text().notNull(),
    payload: json().$type<Json>(),
    dueAt: integer('due_at').notNull(),
    lane: integer().notNull(),
    attempt: integer().notNull(),
    failures: integer().notNull(),
    leasedUntil: integer('leased_until'),
    progress: json().$type<Json>(),
    /** Drafted while it was leased: what it becomes when that attempt is settled. */
    again: json().$type<EffectDraft | null>(),
    /** Cancelled while it was leased: gone when that attempt is settled. */
    cancelled: flag('cancelled'),
    aftermath: json().$type<Aftermath | null>(),
  },
  (table) => [
    index('effects_by_lane').on(table.lane, table.dueAt),
    index('effects_by_due').on(table.dueAt, table.leasedUntil),
  ],
);

export const inbox = sqliteTable(
  'inbox',
  {
    key: text().primaryKey(),
    at: integer().notNull(),
    delivery: json().$type<Json>(),
    answered: flag('answered'),
    answer: json().$type<Json>(),
  },
  (table) => [index('inbox_by_at').on(table.at)],
);

export const tallies = sqliteTable('tallies', {
  key: text().primaryKey(),
  openedAt: integer('opened_at').notNull(),
  count: integer().notNull(),
  detail: json().$type<Json>(),
});

export const homes = sqliteTable(
  'homes',
  {
    account: text().primaryKey(),
    body: json().$type<Account>().notNull(),
    principal: text()
      .$type<PrincipalId>()
      .notNull()
      .references(() => people.id),
    openedAt: integer('opened_at').notNull(),
  },
  (table) => [index('homes_by_principal').on(table.principal)],
);

/** What was posted in the local workspace, which has no chat program of its own to keep it. */
export const localMessages = sqliteTable('local_messages', {
  id: integer().primaryKey(),
  body: json().$type<Json>().notNull(),
});

/** How far somebody has read a conversation of the local workspace. */
export const localMarks = sqliteTable('local_marks', {
  /** Reader and place. */
  key: text().primaryKey(),
  upTo: integer('up_to').notNull(),
});

/** Where a chat platform that lists nothing by itself has met people and channels. */
export const addresses = sqliteTable('addresses', {
  key: text().primaryKey(),
  body: json().$type<Json>().notNull(),
});
