/**
 * What a decision is made on, each row with the version that it was read at; and what the events of the
 * decision make of it.
 */
import type { Access } from '../core/access.ts';
import type { Happening } from '../core/audit.ts';
import { evolveAccess, evolveRequest } from '../core/evolve.ts';
import { linkedIds } from '../core/extending.ts';
import type { Facts } from '../core/facts.ts';
import type { Accesses } from '../core/giving.ts';
import type { AccessId, RequestId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Instant } from '../core/time.ts';
import type { Expectation, Store, Versioned } from '../store/store.ts';

export interface Loaded {
  readonly requests: ReadonlyMap<RequestId, Versioned<AccessRequest>>;
  readonly accesses: ReadonlyMap<AccessId, Versioned<Access> | undefined>;
}

/** One request, what it extends and what would extend it, and the accesses that they share. */
export async function loadOne(store: Store, found: Versioned<AccessRequest>): Promise<Loaded> {
  const { value } = found;
  const linked = await Promise.all(linkedIds(value).map((id) => store.request(id)));
  const requests = new Map([[value.id, found]]);
  for (const other of linked) if (other !== undefined) requests.set(other.value.id, other);
  const ids = value.rights.map((right) => right.accessId);
  return { requests, accesses: await loadAccesses(store, ids) };
}

/** Those that belong to the one that was loaded. */
export function linkedIn({ requests }: Loaded): Facts['linked'] {
  return new Map([...requests].map(([id, { value }]) => [id, value]));
}

/** Those that the events are about, stored already or not. */
export async function loadTouched(store: Store, happenings: readonly Happening[]): Promise<Loaded> {
  const ids = happenings.flatMap((happening) =>
    happening.subject === 'access' ? [happening.id] : [],
  );
  return { requests: new Map(), accesses: await loadAccesses(store, ids) };
}

/** Everyone with a lease on an access, and their other accesses. */
export async function loadSharers(store: Store, access: Versioned<Access>): Promise<Loaded> {
  const sharers = await Promise.all(
    access.value.leases.map((lease) => store.request(lease.request)),
  );
  const requests = new Map<RequestId, Versioned<AccessRequest>>();
  for (const found of sharers) if (found !== undefined) requests.set(found.value.id, found);
  const others = [...requests.values()].flatMap(({ value }) =>
    value.rights.map((right) => right.accessId),
  );
  const accesses = await loadAccesses(
    store,
    others.filter((id) => id !== access.value.id),
  );
  return { requests, accesses: new Map([...accesses, [access.value.id, access]]) };
}

async function loadAccesses(store: Store, ids: readonly AccessId[]): Promise<Loaded['accesses']> {
  const rows = await Promise.all(
    [...new Set(ids)].map(async (id) => [id, await store.access(id)] as const),
  );
  return new Map(rows);
}

export interface Evolved {
  readonly requests: readonly AccessRequest[];
  readonly accesses: readonly Access[];
  /** Those by which what limits count has changed. */
  readonly turned: readonly AccessRequest[];
}

export function evolveAll(loaded: Loaded, happenings: readonly Happening[], at: Instant): Evolved {
  const requests = new Map<RequestId, AccessRequest>();
  const accesses = new Map<AccessId, Access>();
  for (const happening of happenings) {
    if (happening.subject === 'request') {
      const { id, event } = happening;
      const before = requests.get(id) ?? loaded.requests.get(id)?.value;
      requests.set(id, evolveRequest(before, event, at));
    } else if (happening.subject === 'access') {
      const { id, event } = happening;
      const before = accesses.get(id) ?? loaded.accesses.get(id)?.value;
      accesses.set(id, evolveAccess(before, event, at));
    }
  }
  const changed = [...requests.values()];
  return {
    requests: changed,
    accesses: [...accesses.values()],
    turned: changed.filter((request) => isTurned(loaded.requests.get(request.id)?.value, request)),
  };
}

/** Whether what limits count of somebody is another number by this. */
function isTurned(before: AccessRequest | undefined, after: AccessRequest): boolean {
  if (before === undefined) return true;
  const isNews = after.status === 'activating' || 'finishedAt' in after;
  return isNews && after.status !== before.status;
}

export function expectations(loaded: Loaded): readonly Expectation[] {
  return [
    ...[...loaded.requests].map(
      ([id, { version }]): Expectation => ({ scope: { kind: 'request', id }, version }),
    ),
    ...[...loaded.accesses].map(
      ([id, found]): Expectation => ({
        scope: { kind: 'access', id },
        version: found?.version ?? 0,
      }),
    ),
  ];
}

export function values(accesses: Loaded['accesses']): Accesses {
  const found = new Map<AccessId, Access>();
  for (const [id, row] of accesses) if (row !== undefined) found.set(id, row.value);
  return found;
}

export function firstOf(loaded: Loaded): AccessRequest | null {
  for (const { value } of loaded.requests.values()) return value;
  return null;
}
