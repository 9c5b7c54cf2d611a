/** Work for after the commit, in maps: the rows live as `effect-life.ts` says, whatever keeps them. */
import type { Instant } from '../core/time.ts';
import type { Next, StoredEffect } from './effect-life.ts';
import * as life from './effect-life.ts';
import type { EffectDraft, EffectRow, LeaseQuery, Settlement } from './store.ts';

export class MemoryEffects {
  readonly #byKey = new Map<string, StoredEffect>();
  readonly #byId = new Map<number, StoredEffect>();
  #lastId = 0;
  /** Before this there is nothing to lease. NB. It may be too early: a search makes it exact. */
  #wakesAt = Number.POSITIVE_INFINITY;
  /** When the next one falls due that is not leased; undefined: it has to be looked for. */
  #nextDueAt: Instant | undefined = Number.POSITIVE_INFINITY;

  shownByKey(key: string): EffectRow | undefined {
    const row = this.#byKey.get(key);
    return row && life.shown(row);
  }

  maySettle({ effect, attempt }: Settlement): boolean {
    return life.mayBeSettled(this.#byId.get(effect), attempt);
  }

  /** @returns the row if it falls due again */
  settle({ effect, attempt, next }: Settlement): readonly EffectRow[] {
    const row = this.#byId.get(effect);
    if (!life.mayBeSettled(row, attempt)) return [];
    const again = this.#put(row, life.settled(row, next));
    return again === undefined || next.kind === 'noted' ? [] : [again];
  }

  /** All of them: to pick some would cost more. */
  byKeys(): Map<string, StoredEffect> {
    return this.#byKey;
  }

  cancel(key: string, stored: Map<string, StoredEffect>, at: Instant): void {
    const row = stored.get(key);
    if (row !== undefined) this.#put(row, life.cancelled(row, at));
  }

  /** @returns the row if it moved: one that is being worked on moves when that is settled */
  draft(draft: EffectDraft, stored: Map<string, StoredEffect>, at: Instant): EffectRow | undefined {
    const row = stored.get(draft.key);
    if (row === undefined) return this.#add(draft);
    if (life.isDrafted(row, draft)) return undefined;
    const moved = this.#put(row, life.drafted(row, draft, at));
    return life.isLeased(row, at) ? undefined : moved;
  }

  lease(query: LeaseQuery): readonly EffectRow[] {
    if (query.only !== undefined) return this.#leaseOnly(query, query.only);
    const taken: EffectRow[] = [];
    for (let most = query.limit; most > 0; most = query.limit - taken.length) {
      const due = this.#due(query, most);
      for (const row of due) taken.push(...this.#take(row, query));
      if (due.length < most) break;
    }
    return taken;
  }

  nextDueAt(): Instant | undefined {
    if (this.#nextDueAt === undefined) {
      this.#nextDueAt = Number.POSITIVE_INFINITY;
      for (const { leasedUntil, dueAt } of this.#byId.values())
        if (leasedUntil === null && dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
    }
    return Number.isFinite(this.#nextDueAt) ? this.#nextDueAt : undefined;
  }

  dueCount(at: Instant): number {
    let count = 0;
    for (const { dueAt } of this.#byId.values()) if (dueAt <= at) count += 1;
    return count;
  }

  upcoming(after: Instant, until: Instant): readonly EffectRow[] {
    const rows: StoredEffect[] = [];
    for (const row of this.#byId.values())
      if (row.dueAt > after && row.dueAt <= until && !row.cancelled) rows.push(row);
    return rows.sort(byTime).map(life.shown);
  }

  #leaseOnly(query: LeaseQuery, only: { effect: number; attempt: number }): readonly EffectRow[] {
    const row = this.#byId.get(only.effect);
    if (row === undefined || row.attempt !== only.attempt) return [];
    return wakesAt(row) > query.now ? [] : this.#take(row, query);
  }

  /** By lane, and within it by time. Those that are due are few, so they alone are sorted. */
  #due(query: LeaseQuery, most: number): readonly StoredEffect[] {
    if (query.now < this.#wakesAt) return [];
    const { now, overdueBy = 0 } = query;
    const { fromLane = Number.NEGATIVE_INFINITY, toLane = Number.POSITIVE_INFINITY } = query;
    const due: StoredEffect[] = [];
    this.#wakesAt = Number.POSITIVE_INFINITY;
    for (const row of this.#byId.values()) {
      const fits = row.dueAt <= now - overdueBy && row.lane >= fromLane && row.lane <= toLane;
      if (fits && wakesAt(row) <= now) due.push(row);
      else this.#wakeAt(wakesAt(row));
    }
    due.sort((a, b) => a.lane - b.lane || byTime(a, b));
    for (const row of due.splice(most)) this.#wakeAt(wakesAt(row));
    return due;
  }

  #take(row: StoredEffect, query: LeaseQuery): readonly EffectRow[] {
    const next = life.reclaimed(row);
    if (next === null || next.dueAt > query.now) {
      this.#put(row, next);
      return [];
    }
    const taken = this.#put(row, life.leased(next, query.now + query.leaseFor(next.kind)));
    return taken === undefined ? [] : [taken];
  }

  #add(draft: EffectDraft): EffectRow {
    const { key, kind, payload, dueAt, lane } = draft;
    const leasedUntil = life.firstLease(draft);
    const id = ++this.#lastId;
    const fresh = { id, key, kind, payload, dueAt, lane, attempt: 1, failures: 0 };
    const state = { leasedUntil, progress: null, aftermath: null, again: null, cancelled: false };
    return this.#keep({ ...fresh, ...state });
  }

  #put(row: StoredEffect, next: Next): EffectRow | undefined {
    if (row.leasedUntil === null && row.dueAt === this.#nextDueAt) this.#nextDueAt = undefined;
    if (next !== null) return this.#keep(next);
    this.#byKey.delete(row.key);
    this.#byId.delete(row.id);
    return undefined;
  }

  #keep(row: StoredEffect): EffectRow {
    this.#byKey.set(row.key, row);
    this.#byId.set(row.id, row);
    this.#wakeAt(wakesAt(row));
    if (row.leasedUntil === null && this.#nextDueAt !== undefined)
      this.#nextDueAt = Math.min(this.#nextDueAt, row.dueAt);
    return life.shown(row);
  }

  #wakeAt(at: Instant): void {
    if (at < this.#wakesAt) this.#wakesAt = at;
  }
}

/** When it is due and nobody works on it. */
function wakesAt({ dueAt, leasedUntil }: StoredEffect): Instant {
  return leasedUntil === null ? dueAt : Math.max(dueAt, leasedUntil);
}

function byTime(a: StoredEffect, b: StoredEffect): number {
  return a.dueAt - b.dueAt || a.id - b.id;
}
