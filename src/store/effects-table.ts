/** The effects' rows: work for after the commit, leased to one worker at a time. */
import { and, asc, count, eq, gt, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Instant } from '../core/time.ts';
import type { Next, StoredEffect } from './effect-life.ts';
import * as life from './effect-life.ts';
import { shown } from './effect-life.ts';
import { inserter } from './rows.ts';
import { effects } from './schema.ts';
import { type Db, reads, runs } from './statements.ts';
import type { EffectDraft, EffectRow, LeaseQuery, Settlement } from './store.ts';

const now = sql.placeholder('now');
const limit = sql.placeholder('limit');
const free = or(isNull(effects.leasedUntil), lte(effects.leasedUntil, now));

export class EffectsTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.#statements = prepare(db);
  }

  shownByKey(key: string): EffectRow | undefined {
    const row = this.#byKey(key);
    return row && shown(row);
  }

  /**
   * Most attempts are the last of their effect: whether they may be settled is then asked and done in one.
   *
   * @returns the row if it falls due again; undefined when the attempt is not the one that runs
   */
  settle({ effect: id, attempt, next }: Settlement): readonly EffectRow[] | undefined {
    if (next.kind === 'done' && this.#statements.finish.run({ id, attempt }).changes > 0) return [];
    const row = this.#byId(id);
    if (!life.mayBeSettled(row, attempt)) return undefined;
    const again = this.#put(id, life.settled(row, next));
    return again === undefined || next.kind === 'noted' ? [] : [again];
  }

  /** Those of these effects that are unfinished: what `cancel` and `draft` go by, and keep true. */
  byKeys(keys: readonly string[]): Map<string, StoredEffect> {
    if (keys.length === 0) return new Map();
    const rows = this.#statements.byKeys.all({ keys: JSON.stringify(keys) });
    return new Map(rows.map((row) => [row.key, row]));
  }

  cancel(key: string, stored: Map<string, StoredEffect>, at: Instant): void {
    const row = stored.get(key);
    if (row === undefined) return;
    const next = life.cancelled(row, at);
    this.#put(row.id, next);
    if (next === null) stored.delete(key);
    else stored.set(key, next);
  }

  /** @returns the row if it moved: one that is being worked on moves when that is settled */
  draft(draft: EffectDraft, stored: Map<string, StoredEffect>, at: Instant): EffectRow | undefined {
    const row = stored.get(draft.key);
    if (row !== undefined && life.isDrafted(row, draft)) return undefined;
    const next = row === undefined ? this.#add(draft) : life.drafted(row, draft, at);
    stored.set(draft.key, next);
    if (row === undefined) return shown(next);
    if (life.isLeased(row, at)) this.#statements.mark.run({ ...next });
    else this.#put(row.id, next);
    return life.isLeased(row, at) ? undefined : shown(next);
  }

  lease(query: LeaseQuery): readonly EffectRow[] {
    if (query.only !== undefined) return this.#leaseOnly(query, query.only);
    const taken: EffectRow[] = [];
    for (let seen = 1; seen > 0 && taken.length < query.limit; ) {
      const due = this.#due(query, query.limit - taken.length);
      seen = due.length;
      for (const row of due) taken.push(...this.#take(row, query));
    }
    return taken;
  }

  nextDueAt(): Instant | undefined {
    return this.#statements.next.get()?.dueAt;
  }

  dueCount(at: Instant): number {
    return this.#statements.dueCount.get({ now: at })?.count ?? 0;
  }

  upcoming(after: Instant, until: Instant): readonly EffectRow[] {
    return this.#statements.upcoming.all({ after, until }).map(shown);
  }

  #byKey(key: string): StoredEffect | undefined {
    return this.#statements.byKey.get({ key });
  }

  #byId(id: number): StoredEffect | undefined {
    return this.#statements.byId.get({ id });
  }

  #leaseOnly(query: LeaseQuery, only: { effect: number; attempt: number }): readonly EffectRow[] {
    const row = this.#byId(only.effect);
    if (row === undefined || row.attempt !== only.attempt) return [];
    if (life.isLeased(row, query.now) || row.dueAt > query.now) return [];
    return this.#take(row, query);
  }

  /** The lanes one after the other, so that each is a short walk along an index. */
  #due(query: LeaseQuery, most: number): readonly StoredEffect[] {
    const { now, overdueBy = 0 } = query;
    const due: StoredEffect[] = [];
    // Most of the time there is nothing, and to learn that from one row is cheaper than to walk along every lane.
    if (this.#statements.first.get({ dueAt: now - overdueBy }) === undefined) return due;
    const { fromLane = Number.MIN_SAFE_INTEGER + 1, toLane = Number.MAX_SAFE_INTEGER } = query;
    let lane = this.#statements.lane.get({ lane: fromLane - 1 })?.lane;
    while (lane !== undefined && lane <= toLane && due.length < most) {
      const dueAt = now - overdueBy;
      due.push(...this.#statements.due.all({ lane, now, dueAt, limit: most - due.length }));
      lane = this.#statements.lane.get({ lane })?.lane;
    }
    return due;
  }

  #take(row: StoredEffect, query: LeaseQuery): readonly EffectRow[] {
    const next = life.reclaimed(row);
    if (next === null || next.dueAt > query.now) {
      this.#put(row.id, next);
      return [];
    }
    const taken = life.leased(next, query.now + query.leaseFor(next.kind));
    if (next === row) this.#statements.lease.run({ ...taken });
    else this.#put(row.id, taken);
    return [shown(taken)];
  }

  #add(draft: EffectDraft): StoredEffect {
    const { key, kind, payload, dueAt, lane } = draft;
    const leasedUntil = life.firstLease(draft);
    const fresh = { key, kind, payload, dueAt, lane, attempt: 1, failures: 0, leasedUntil };
    const row = { ...fresh, progress: null, aftermath: null, again: null, cancelled: false };
    const { lastInsertRowid } = this.#statements.add({ ...row, id: null as never });
    return { ...row, id: Number(lastInsertRowid) };
  }

  #put(id: number, next: Next): EffectRow | undefined {
    if (next === null) this.#statements.remove.run({ id });
    else this.#statements.put.run({ ...next });
    return next === null ? undefined : shown(next);
  }
}

function prepare(db: Db) {
  const all = db.select().from(effects);
  return {
    add: inserter(db, effects),
    // NB. An index is written anew when one of its columns is: so each of these sets what it has to.
    put: updater(db, 'payload', 'dueAt', 'lane', 'leasedUntil', ...LIFE),
    lease: updater(db, 'leasedUntil', 'attempt', 'progress'),
    mark: updater(db, 'again', 'cancelled'),
    remove: runs(db, db.delete(effects).where(eq(effects.id, sql.placeholder('id')))),
    finish: runs(
      db,
      db
        .delete(effects)
        .where(
          and(
            eq(effects.id, sql.placeholder('id')),
            eq(effects.attempt, sql.placeholder('attempt')),
            isNotNull(effects.leasedUntil),
            isNull(effects.again),
          ),
        ),
    ),
    byKey: reads(db, all.where(eq(effects.key, sql.placeholder('key')))),
    byKeys: reads(
      db,
      db
        .select()
        .from(effects)
        .where(sql`${effects.key} in (select value from json_each(${sql.placeholder('keys')}))`),
    ),
    byId: reads(
      db,
      db
        .select()
        .from(effects)
        .where(eq(effects.id, sql.placeholder('id'))),
    ),
    lane: reads(
      db,
      db
        .select({ lane: effects.lane })
        .from(effects)
        .where(gt(effects.lane, sql.placeholder('lane')))
        .orderBy(asc(effects.lane))
        .limit(1),
    ),
    due: reads(
      db,
      db
        .select()
        .from(effects)
        .where(
          and(
            eq(effects.lane, sql.placeholder('lane')),
            lte(effects.dueAt, sql.placeholder('dueAt')),
            free,
          ),
        )
        .orderBy(asc(effects.dueAt), asc(effects.id))
        .limit(limit),
    ),
    first: reads(
      db,
      db
        .select({ dueAt: effects.dueAt })
        .from(effects)
        .where(lte(effects.dueAt, sql.placeholder('dueAt')))
        .orderBy(asc(effects.dueAt))
        .limit(1),
    ),
    next: reads(
      db,
      db
        .select({ dueAt: effects.dueAt })
        .from(effects)
        .where(isNull(effects.leasedUntil))
        .orderBy(asc(effects.dueAt))
        .limit(1),
    ),
    dueCount: reads(db, db.select({ count: count() }).from(effects).where(lte(effects.dueAt, now))),
    upcoming: reads(
      db,
      db
        .select()
        .from(effects)
        .where(
          and(
            gt(effects.dueAt, sql.placeholder('after')),
            lte(effects.dueAt, sql.placeholder('until')),
            eq(effects.cancelled, false),
          ),
        )
        .orderBy(asc(effects.dueAt), asc(effects.id)),
    ),
  };
}

const LIFE = ['attempt', 'failures', 'progress', 'aftermath', 'again', 'cancelled'] as const;

/** Sets these columns of a row; its key and kind never change. */
function updater(db: Db, ...columns: readonly (keyof StoredEffect)[]) {
  const set = Object.fromEntries(
    columns.map((name) => [name, sql`${sql.param(sql.placeholder(name), effects[name])}`]),
  );
  return runs(
    db,
    db
      .update(effects)
      .set(set)
      .where(eq(effects.id, sql.placeholder('id'))),
  );
}
