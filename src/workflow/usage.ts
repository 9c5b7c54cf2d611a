/** What the limits of roles count: the requests of somebody, under every id that is known as theirs. */

import type { PrincipalId } from '../core/ids.ts';
import { lookBack } from '../core/limits.ts';
import type { Role, RoleName } from '../core/policy.ts';
import { emailsOf, type Principal } from '../core/principal.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Instant } from '../core/time.ts';
import type { Expectation, Scope, Store } from '../store/store.ts';
import { trusted } from './people.ts';

const NOT_OVER = ['pending', 'scheduled', 'activating', 'active', 'revoking'] as const;
/** More than anybody holds at once. */
const MOST = 500;
/** More than anybody has had within what is looked back at. */
const MOST_OVER = 5_000;
/** Each is somebody's only one. */
const MOST_OPEN = 5_000;

export interface Usage {
  readonly past: readonly AccessRequest[];
  /** Everybody whose requests these are. */
  readonly people: readonly Principal[];
}

/** @param roles as the role was asked under and as it is in force, or either */
export async function usageOf(
  store: Store,
  requester: PrincipalId,
  roles: readonly Role[],
  now: Instant,
): Promise<Usage> {
  const [role] = roles;
  const back = Math.max(0, ...roles.map(lookBack));
  if (role === undefined || back === 0) return { past: [], people: [] };
  const people = await idsOf(store, requester);
  const past = await Promise.all(people.map(({ id }) => pastOf(store, id, role, now - back)));
  return { past: past.flat(), people };
}

/** What stands against breaking one more glass: reviews that are open, and those of this role before. */
export async function brokenBy(
  store: Store,
  requester: PrincipalId,
  role: Role,
  now: Instant,
): Promise<Usage> {
  const within = role.breakGlass?.often.within ?? 0;
  const people = await idsOf(store, requester);
  const past = await Promise.all(people.map(({ id }) => pastOf(store, id, role, now - within)));
  const open = await store.requests({ unreviewed: true, limit: MOST_OPEN });
  const unreviewed = open.map(({ value }) => value);
  // NB. Those of everybody: who has had an address in common is one human, whatever it is now.
  const others = await store.people([...new Set(unreviewed.map((one) => one.requester))]);
  return { past: [...past.flat(), ...unreviewed], people: [...others.map(trusted), ...people] };
}

/** The counters that move with whatever `usageOf` reads. NB. To be read before it. */
export async function countersOf(
  store: Store,
  requester: PrincipalId,
  role: RoleName,
): Promise<readonly Expectation[]> {
  const people = await idsOf(store, requester);
  const scopes = [requester, ...people.map(({ id }) => id)].flatMap((id) => scopesOf(id, role));
  const all = new Map(scopes.map((scope) => [JSON.stringify(scope), scope]));
  return Promise.all(
    [...all.values()].map(async (scope) => ({ scope, version: await store.version(scope) })),
  );
}

/** What moves when a request comes into another status. */
export function scopesOf(id: PrincipalId, role: RoleName): readonly Scope[] {
  return [
    { kind: 'person-role', id, role },
    { kind: 'person-requests', id },
  ];
}

/** NB. By every address that any of them ever had, as heads are counted: see `sameHuman`. */
async function idsOf(store: Store, requester: PrincipalId): Promise<readonly Principal[]> {
  const found = (await store.person(requester))?.value;
  if (found === undefined) return [];
  const emails = [...emailsOf(found.principal)];
  const namesakes = await Promise.all(emails.map((email) => store.peopleEverOf(email)));
  const records = [found, ...namesakes.flat().map(({ value }) => value)];
  return [...new Map(records.map((record) => [record.principal.id, trusted(record)])).values()];
}

/** NB. By when it was over: what ended lately may have been asked long ago, and much else since. */
async function pastOf(
  store: Store,
  requester: PrincipalId,
  role: Role,
  since: Instant,
): Promise<readonly AccessRequest[]> {
  const open = await store.requests({ requester, statuses: NOT_OVER, limit: MOST });
  const query = { requester, role: role.name, after: since, limit: MOST_OVER };
  const over = await store.requestsOver(query);
  return [...open, ...over].map(({ value }) => value);
}
