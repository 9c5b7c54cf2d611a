/** What must be true once everything has settled, wherever the program was killed. */
import { verifyAudit } from '../src/cli/audit-verify.ts';
import { happeningOf } from '../src/core/audit.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { silentLog } from '../src/log.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Store } from '../src/store/store.ts';
import { PEOPLE } from './cast.ts';
import type { Script } from './scripts.ts';
import type { World } from './world.ts';

const EVERYTHING = 1_000_000;

/** How many notes stand where after a run in which nobody was killed. */
export type Notes = ReadonlyMap<string, readonly number[]>;

/** @returns what is wrong, in words */
export async function faultsOf(
  world: World,
  script: Script,
  notes: Notes | undefined,
): Promise<readonly string[]> {
  const store = openSqlite({ file: world.database, log: silentLog });
  try {
    const rows = await store.requestsAfter('', EVERYTHING);
    const requests = rows.map(({ value }) => value);
    return [
      ...world.faults,
      ...(await ofLog(store)),
      ...(await ofWork(store, world)),
      ...ofRequests(requests, script),
      ...ofGate(world),
      ...(await ofChat(store, world, requests)),
      ...ofHomes(world),
      ...ofAnswers(world),
      ...ofNotes(world, notes),
    ];
  } finally {
    await store.close();
  }
}

/** The chain is whole, and replays to what is stored. */
async function ofLog(store: Store): Promise<readonly string[]> {
  const { sound, lines } = await verifyAudit(store);
  return sound ? [] : lines;
}

async function ofWork(store: Store, world: World): Promise<readonly string[]> {
  const now = world.outside.clock.now();
  const due = await store.dueCount(now);
  const later = await store.upcoming(now, Number.MAX_SAFE_INTEGER);
  const lagging = await store.laggingCopies();
  return [
    ...(due === 0 ? [] : [`${due} effects are due and left`]),
    ...later.filter(({ kind }) => kind !== 'reconcile').map(({ key }) => `${key} is still to come`),
    ...(lagging.length === 0 ? [] : [`${lagging.length} cards lag behind`]),
  ];
}

/** Each ask had one effect, and came to the end that it comes to when nobody is killed. */
function ofRequests(requests: readonly AccessRequest[], script: Script): readonly string[] {
  return Object.entries(script.outcomes).flatMap(([role, wanted]) => {
    const asked = requests.filter((request) => nameOf(request) === role);
    const [only] = asked;
    if (asked.length !== 1 || only === undefined)
      return [`${role} was asked ${asked.length} times`];
    return only.status === wanted ? [] : [`${role} is ${only.status}, not ${wanted}`];
  });
}

const nameOf = ({ role, extends: extended }: AccessRequest): string =>
  extended === undefined ? role.name : `${role.name} extended`;

function ofGate({ outside }: World): readonly string[] {
  return [...outside.held.entries.keys()].map((key) => `${key} is still open`);
}

/** One card in the channel, one for each person at most, and each event told once, in order. */
async function ofChat(
  store: Store,
  { outside }: World,
  requests: readonly AccessRequest[],
): Promise<readonly string[]> {
  const { board } = outside.workspace;
  const entries = await store.entries({ afterSeq: 0, limit: EVERYTHING });
  return requests.flatMap(({ id, status, role: { name } }) => {
    const cards = board.cards(id);
    const places = cards.map(({ place }) => (place.kind === 'channel' ? '#' : place.userId));
    const inChannel = cards.filter(({ place }) => place.kind === 'channel');
    const told = inChannel
      .flatMap((card) => board.thread(card.id))
      .flatMap(({ content }) => (content.kind === 'lines' ? content.lines : []))
      .map(({ seq }) => seq);
    const happened = entries
      .filter((entry) => entry.id === id && happeningOf(entry).subject === 'request')
      .map(({ seq }) => seq);
    const stale = cards.filter(
      ({ content }) => content.kind === 'card' && content.card.status !== status,
    );
    return [
      ...(inChannel.length === 1 ? [] : [`${name} has ${inChannel.length} cards in its channel`]),
      ...(new Set(places).size === places.length ? [] : [`${name} was posted twice: ${places}`]),
      ...(`${told}` === `${happened}` ? [] : [`${name}'s thread tells ${told}, not ${happened}`]),
      ...stale.map(() => `a card of ${name} shows another status`),
    ];
  });
}

/** Everything is over, and home pages know it. */
function ofHomes({ outside }: World): readonly string[] {
  return PEOPLE.flatMap(({ userId }) => {
    const home = outside.workspace.desk(userId).home?.view;
    const shown = (home?.mine.length ?? 0) + (home?.waitingForMe.length ?? 0);
    return shown === 0 ? [] : [`the home page of ${userId} shows what is over`];
  });
}

/** Once; a second time only when the first was not known to have arrived. */
function ofAnswers({ acknowledged, outside, deaths }: World): readonly string[] {
  const most = 1 + deaths.length;
  return [...acknowledged].flatMap((key) => {
    const times = outside.answers.get(key) ?? 0;
    return times >= 1 && times <= most ? [] : [`${key} was answered ${times} times`];
  });
}

/**
 * NB. A note cannot be looked for: killed between its posting and the commit, it is posted again, and so
 * is each other one that was on its way just then. What was opened before the death and is taken back
 * after it is told of, where without it nothing was open yet.
 */
function ofNotes({ outside, deaths }: World, notes: Notes | undefined): readonly string[] {
  if (notes === undefined) return [];
  const found = outside.notes();
  return [...new Set([...notes.keys(), ...found.keys()])].flatMap((where) => {
    const [wanted, is] = [notes.get(where) ?? [], found.get(where) ?? []];
    const most = Math.max(...wanted) + deaths.length;
    const isAll = is.length >= wanted.length && is.length <= wanted.length + deaths.length;
    if (isAll && is.every((times) => times <= most)) return [];
    return [`notes for ${where}: ${is.join(', ')} times, not ${wanted.join(', ')}`];
  });
}
