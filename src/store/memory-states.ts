/** Requests and accesses in maps, and how often each thing that a decision can depend on was changed. */
import type { Access } from '../core/access.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Standstill } from '../core/standstill.ts';
import type { Instant } from '../core/time.ts';
import { among, firstIndex } from './memory-index.ts';
import { movedBy } from './scopes.ts';
import type { Commit, OverQuery, RequestQuery, Versioned } from './store.ts';

interface Row {
  /** Which of them was met first: it decides between those that were asked at once. */
  readonly order: number;
  readonly request: AccessRequest;
}

export class MemoryStates {
  readonly #versions = new Map<string, number>();
  readonly #accesses = new Map<string, Access>();
  readonly #requests = new Map<string, Row>();
  readonly #byRequester = new Map<string, Set<string>>();
  readonly #byRole = new Map<string, Set<string>>();
  /** In their order; undefined: they have to be sorted again. */
  #requestIds: readonly string[] | undefined = [];
  policyHash: string | undefined;
  standstill: Standstill | null = null;
  lastCommittedAt: Instant = 0;
  sealKey: string | undefined;

  version(scopeKey: string): number {
    return this.#versions.get(scopeKey) ?? 0;
  }

  write(commit: Commit): void {
    for (const key of movedBy(commit)) this.#versions.set(key, this.version(key) + 1);
    for (const request of commit.requests ?? []) this.#writeRequest(request);
    for (const access of commit.accesses ?? []) this.#accesses.set(access.id, access);
    this.policyHash = commit.policyHash ?? this.policyHash;
    this.sealKey ??= commit.sealKey;
    if (commit.standstill !== undefined) this.standstill = commit.standstill;
    this.passed(commit.at);
  }

  passed(at: Instant): void {
    this.lastCommittedAt = Math.max(this.lastCommittedAt, at);
  }

  request(id: string): Versioned<AccessRequest> | undefined {
    const row = this.#requests.get(id);
    return row && this.#versioned(row.request);
  }

  requestCount(): number {
    return this.#requests.size;
  }

  /** Newest first. */
  requests(query: RequestQuery): readonly Versioned<AccessRequest>[] {
    const { role, statuses, unreviewed } = query;
    const rows: Row[] = [];
    for (const id of this.#candidates(query)) {
      const row = this.#requests.get(id);
      if (row === undefined || (role !== undefined && row.request.role.name !== role)) continue;
      if (unreviewed === true && row.request.review?.kind !== 'open') continue;
      if (statuses === undefined || statuses.includes(row.request.status)) rows.push(row);
    }
    rows.sort((a, b) => b.request.askedAt - a.request.askedAt || b.order - a.order);
    return rows.slice(0, query.limit).map(({ request }) => this.#versioned(request));
  }

  /** The last first. */
  requestsOver({ after, limit, ...query }: OverQuery): readonly Versioned<AccessRequest>[] {
    const over = this.requests({ ...query, limit: Infinity }).filter(
      ({ value }) => endOf(value) > after,
    );
    return over
      .map((found) => ({ found, order: this.#requests.get(found.value.id)?.order ?? 0 }))
      .sort((a, b) => endOf(b.found.value) - endOf(a.found.value) || b.order - a.order)
      .slice(0, limit)
      .map(({ found }) => found);
  }

  requestsAfter(after: string, limit: number): readonly Versioned<AccessRequest>[] {
    this.#requestIds ??= [...this.#requests.keys()].sort();
    const start = firstIndex(this.#requestIds, (id) => id > after);
    return this.#requestIds.slice(start, start + limit).flatMap((id) => this.request(id) ?? []);
  }

  access(id: string): Versioned<Access> | undefined {
    const value = this.#accesses.get(id);
    return value && { value, version: this.version(`access/${id}`) };
  }

  accesses(): readonly Versioned<Access>[] {
    return [...this.#accesses.keys()].sort().flatMap((id) => this.access(id) ?? []);
  }

  #writeRequest(request: AccessRequest): void {
    const { id, requester, role } = request;
    const known = this.#requests.get(id);
    this.#requests.set(id, { order: known?.order ?? this.#requests.size, request });
    // NB. Whose it is and for which role stays the same for its whole life.
    if (known !== undefined) return;
    this.#requestIds = undefined;
    among(this.#byRequester, requester).add(id);
    among(this.#byRole, role.name).add(id);
  }

  #candidates({ requester, role }: RequestQuery): Iterable<string> {
    if (requester !== undefined) return this.#byRequester.get(requester) ?? [];
    return role === undefined ? this.#requests.keys() : (this.#byRole.get(role) ?? []);
  }

  #versioned(value: AccessRequest): Versioned<AccessRequest> {
    return { value, version: this.version(`request/${value.id}`) };
  }
}

function endOf(request: AccessRequest): Instant {
  return 'finishedAt' in request ? request.finishedAt : -Infinity;
}
