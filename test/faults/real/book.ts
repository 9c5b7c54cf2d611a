/** What the program has written down, read beside it from its own database. */

import { type Entry, happeningOf } from '../../../src/core/audit.ts';
import type { RequestEvent, RequestEventType } from '../../../src/core/request-event.ts';
import type { Instant } from '../../../src/core/time.ts';
import { Database } from '../../../src/store/driver.ts';
import { eventually } from '../../stories/outside/eventually.ts';
import type { World } from '../../stories/outside/world.ts';

type Event = RequestEvent & { readonly at: Instant };

/** What happened to a request, in order. */
function eventsOf(world: World, request: string): readonly Event[] {
  return entries(world).flatMap((entry) => {
    const happening = happeningOf(entry);
    const isIt = happening.subject === 'request' && happening.id === request;
    return isIt ? [{ ...happening.event, at: entry.at }] : [];
  });
}

export function lifeOf(world: World, request: string): readonly RequestEventType[] {
  return eventsOf(world, request).map(({ type }) => type);
}

/** Waits until this has happened to a request, however late its card says so. */
export async function until(
  world: World,
  request: string,
  type: RequestEventType,
  within?: number,
): Promise<void> {
  await eventually(async () => lifeOf(world, request), {
    within,
    isRight: (life) => life.includes(type),
  });
}

/** Milliseconds between two things that happened to a request. */
export function between(
  world: World,
  request: string,
  first: RequestEventType,
  then: RequestEventType,
): number {
  return eventOf(world, request, then).at - eventOf(world, request, first).at;
}

/** For how long after its end a request's access was not yet being taken away. */
export function lateness(world: World, request: string): number {
  const started = eventOf(world, request, 'activation-started');
  if (started.type !== 'activation-started') throw new Error('it was never started');
  return eventOf(world, request, 'revoking-started').at - started.endsAt;
}

function eventOf(world: World, request: string, type: RequestEventType): Event {
  const found = eventsOf(world, request).find((event) => event.type === type);
  if (found === undefined) throw new Error(`${request} has no ${type}`);
  return found;
}

function entries(world: World): readonly Entry[] {
  return rows<Entry>(
    world,
    'select seq, at, subject, id, body, prev, hash from audit order by seq',
  );
}

/** The requests that were ever made for a role. */
export function requestsFor(world: World, role: string): readonly string[] {
  const all = rows<{ id: string; role: string }>(world, 'select id, role from requests');
  return all.flatMap((row) => (row.role === role ? [row.id] : []));
}

/** How much is still to be done, by kind. */
export function waiting(world: World, kind: string): number {
  return rows<{ kind: string }>(world, 'select kind from effects').filter(
    (row) => row.kind === kind,
  ).length;
}

function rows<Row>(world: World, query: string): readonly Row[] {
  const database = new Database(world.env.DATABASE_URL ?? '', { readonly: true });
  try {
    return database.prepare(query).all() as readonly Row[];
  } finally {
    database.close();
  }
}
