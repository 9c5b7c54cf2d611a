/**
 * The store in maps of this process: it keeps what SQLite keeps, by the same rules, and nothing stays
 * when the process ends. For simulations, in which the store must cost next to nothing.
 */
import type { PrincipalId } from '../core/ids.ts';
import { accountKey, emailFrom } from '../core/principal.ts';
import { MemoryTables } from './memory-commit.ts';
import { scopeKey } from './scopes.ts';
import type { PersonRecord, Store, Versioned } from './store.ts';
import { StoreError } from './store.ts';

/** Makes a method of the port out of what is done when it is called. */
type Method = <Args extends readonly unknown[], Result>(
  work: (...args: Args) => Result,
) => (...args: Args) => Promise<Result>;

export function openMemory(): Store {
  const tables = new MemoryTables();
  let isClosed = false;
  const method: Method =
    (work) =>
    async (...args) => {
      if (isClosed) throw new StoreError('unavailable', 'the store is closed');
      return work(...args);
    };
  return {
    ...methodsOfStates(tables, method),
    ...methodsOfPeople(tables, method),
    ...methodsOfWords(tables, method),
    ...methodsOfEffects(tables, method),
    commit: method((commit) => tables.commit(commit)),
    prune: method((before) => tables.door.prune(before) + tables.people.prune(before)),
    close: async () => {
      isClosed = true;
    },
  };
}

function methodsOfStates({ states }: MemoryTables, method: Method) {
  return {
    request: method((id) => states.request(id)),
    requests: method((query) => states.requests(query)),
    requestsOver: method((query) => states.requestsOver(query)),
    requestCount: method(() => states.requestCount()),
    requestsAfter: method((after, limit) => states.requestsAfter(after, limit)),
    access: method((id) => states.access(id)),
    accesses: method(() => states.accesses()),
    version: method((scope) => states.version(scopeKey(scope))),
    policyHash: method(() => states.policyHash),
    standstill: method(() => states.standstill),
    sealKey: method(() => states.sealKey),
    lastCommittedAt: method(() => states.lastCommittedAt),
  } satisfies Partial<Store>;
}

function methodsOfPeople({ people, states }: MemoryTables, method: Method) {
  const versioned = (id: PrincipalId | undefined): Versioned<PersonRecord> | undefined => {
    const value = id === undefined ? undefined : people.person(id);
    return value && { value, version: states.version(`person/${value.principal.id}`) };
  };
  return {
    person: method((id) => versioned(id)),
    personByAccount: method((account) => versioned(people.holder(accountKey(account)))),
    peopleByEmail: method((email) =>
      email === '' ? [] : people.namesakes(emailFrom(email)).flatMap((id) => versioned(id) ?? []),
    ),
    peopleEverOf: method((email) =>
      people.everOf(emailFrom(email)).flatMap((id) => versioned(id) ?? []),
    ),
    people: method((ids) => people.people(ids)),
    homes: method((principals) => people.homes(principals)),
    homesIn: method((group) => people.homesIn(group)),
  } satisfies Partial<Store>;
}

function methodsOfWords({ chain, copies, door }: MemoryTables, method: Method) {
  return {
    copy: method((id) => copies.copy(id)),
    copiesOf: method((request) => copies.copiesOf(request)),
    laggingCopies: method(() => copies.laggingCopies()),
    text: method((digest) => chain.text(digest)),
    inbox: method((key) => door.inbox(key)),
    tally: method((key) => door.tally(key)),
    entries: method((query) => chain.entries(query)),
    lastEntry: method(() => chain.last()),
  } satisfies Partial<Store>;
}

function methodsOfEffects({ effects, states }: MemoryTables, method: Method) {
  return {
    lease: method((query) => {
      const taken = effects.lease(query);
      if (taken.length > 0) states.passed(query.now);
      return taken;
    }),
    effect: method((key) => effects.shownByKey(key)),
    nextDueAt: method(() => effects.nextDueAt()),
    dueCount: method((now) => effects.dueCount(now)),
    upcoming: method((after, until) => effects.upcoming(after, until)),
  } satisfies Partial<Store>;
}
