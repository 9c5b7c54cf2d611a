/** What must be true at the end of every story, whatever happened in it. */
import { expect } from 'vitest';
import type { Access } from '../../src/core/access.ts';
import type { Entry } from '../../src/core/audit.ts';
import { firstFault, happeningOf } from '../../src/core/audit.ts';
import { evolveAccess, evolveRequest } from '../../src/core/evolve.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { AccessRequest, Live } from '../../src/core/request.ts';
import { isLive } from '../../src/core/request.ts';
import type { RequestEventType } from '../../src/core/request-event.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Store } from '../../src/store/store.ts';
import type { NoteBook } from './note-book.ts';

const EVERYTHING = 1_000_000;

/** Where a story was played. */
export interface Played {
  readonly store: Store;
  readonly log: NoteBook;
  now(): Instant;
  /** Which entries each of a request's threads in channels tells of, by their numbers. */
  told(request: RequestId): readonly (readonly number[])[];
}

type Kept = Pick<Played, 'store'>;

export async function proved(stage: Played): Promise<void> {
  const entries = await allEntries(stage);
  expect(firstFault(entries), 'the chain is whole').toBeUndefined();
  await replayed(stage, entries);
  const requests = await allRequests(stage);
  for (const request of requests) {
    toldOnce(stage, request, entries);
    await waitsForSomething(stage, request);
  }
  expect(await stage.store.dueCount(stage.now()), 'nothing is due and left').toBe(0);
  expect(await stage.store.laggingCopies(), 'every card shows what is stored').toEqual([]);
  expect(stage.log.errors.filter((line) => !SAID_ALOUD.test(line))).toEqual([]);
}

/** What a story provokes is logged as an error too; these are said on purpose. */
const SAID_ALOUD =
  /^(a card cannot be delivered|The card of|The thread of|policy\.yaml|\/.*policy\.yaml|the changed policy|The changed policy|The clock of|Everything is frozen|Frozen: |The freeze found|Thawed by|Live access|What no request holds)/;

export async function allEntries(stage: Kept): Promise<readonly Entry[]> {
  return stage.store.entries({ afterSeq: 0, limit: EVERYTHING });
}

async function allRequests(stage: Kept): Promise<readonly AccessRequest[]> {
  const rows = await stage.store.requestsAfter('', EVERYTHING);
  return rows.map(({ value }) => value);
}

/** What happened to a request, in order. */
export async function lifeOf(stage: Kept, id: RequestId): Promise<readonly RequestEventType[]> {
  const entries = await allEntries(stage);
  return entries.flatMap((entry) => {
    const happening = happeningOf(entry);
    return happening.subject === 'request' && happening.id === id ? [happening.event.type] : [];
  });
}

async function replayed(stage: Kept, entries: readonly Entry[]): Promise<void> {
  const requests = new Map<string, AccessRequest>();
  const accesses = new Map<string, Access>();
  for (const entry of entries) {
    const { at, ...happening } = happeningOf(entry);
    const { id } = happening;
    if (happening.subject === 'request')
      requests.set(id, evolveRequest(requests.get(id), happening.event, at));
    if (happening.subject === 'access')
      accesses.set(id, evolveAccess(accesses.get(id), happening.event, at));
  }
  const rows = await stage.store.accesses();
  expect(byId(await allRequests(stage)), 'requests replay').toEqual(requests);
  expect(byId(rows.map(({ value }) => value)), 'accesses replay').toEqual(accesses);
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Each event stands once below one of the channel's cards (it may have moved), in the chain's order. */
function toldOnce(stage: Played, request: AccessRequest, entries: readonly Entry[]): void {
  const told = [...stage.told(request.id)].sort((a, b) => b.length - a.length)[0] ?? [];
  const happened = entries.filter(({ subject, id }) => subject === 'request' && id === request.id);
  expect(told, `the thread of ${request.id}`).toEqual(happened.map(({ seq }) => seq));
}

/** Nobody waits without an alarm that is set. */
async function waitsForSomething(stage: Kept, request: AccessRequest): Promise<void> {
  for (const key of awaited(request))
    expect(await stage.store.effect(key), `${key} while ${request.status}`).toBeDefined();
}

function awaited(request: AccessRequest): readonly string[] {
  const timer = (name: string) => `timer/${request.id}/${name}`;
  if (request.status === 'pending') return [timer('next')];
  if (!isLive(request)) return [];
  return [timer(request.status === 'revoking' ? 'next' : 'end'), ...converging(request)];
}

function converging(request: Live): readonly string[] {
  return request.grants
    .filter((grant) => grant.state.kind !== 'gone')
    .map((grant) => `converge/${grant.accessId}`);
}
