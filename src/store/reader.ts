/** The half of the port that only reads. What was committed is seen at once. */
import type { Entry } from '../core/audit.ts';
import { accountKey, emailFrom } from '../core/principal.ts';
import type { Tables } from './commit.ts';
import { translating } from './errors.ts';
import { prepareHistory } from './history.ts';
import type { Queries } from './queries.ts';
import { scopeKey } from './scopes.ts';
import type { Db } from './statements.ts';
import type { EntryQuery, Members, OverQuery, Store } from './store.ts';

export type Reader = Omit<Store, 'commit' | 'lease' | 'prune' | 'close'>;

export function createReader(db: Db, { queries, effects }: Tables): Reader {
  const history = prepareHistory(db);
  return {
    ...createSubjectReader(queries),
    requests: reading((query) =>
      history(query).flatMap((rowid) => queries.requestAt.get({ rowid }) ?? []),
    ),
    ...createPeopleReader(queries),
    ...createWordReader(queries),
    effect: reading((key) => effects.shownByKey(key)),
    nextDueAt: reading(() => effects.nextDueAt()),
    dueCount: reading((now) => effects.dueCount(now)),
    upcoming: reading((after, until) => effects.upcoming(after, until)),
  };
}

function createSubjectReader(queries: Queries) {
  return {
    request: reading((id: string) => queries.request.get({ id })),
    requestCount: reading(() => queries.requestCount.get()?.count ?? 0),
    requestsOver: reading((query: OverQuery) => queries.requestsOver.all({ ...query })),
    requestsAfter: reading((after: string, limit: number) =>
      queries.requestsAfter.all({ after, limit }),
    ),
    access: reading((id: string) => queries.access.get({ id })),
    accesses: reading(() => queries.accesses.all()),
    version: reading((scope: Parameters<typeof scopeKey>[0]) => {
      return queries.version.get({ key: scopeKey(scope) })?.version ?? 0;
    }),
    policyHash: reading(() => queries.installation.get()?.policyHash ?? undefined),
    standstill: reading(() => queries.installation.get()?.standstill ?? null),
    sealKey: reading(() => queries.installation.get()?.sealKey ?? undefined),
    lastCommittedAt: reading(() => queries.installation.get()?.lastAt ?? 0),
  };
}

function createPeopleReader(queries: Queries) {
  return {
    person: reading((id: string) => queries.person.get({ id })),
    personByAccount: reading((account: Parameters<typeof accountKey>[0]) =>
      queries.personByAccount.get({ key: accountKey(account) }),
    ),
    peopleByEmail: reading((email: string) =>
      email === '' ? [] : queries.peopleByEmail.all({ email: emailFrom(email) }),
    ),
    peopleEverOf: reading((email: string) => queries.peopleEverOf.all({ email: emailFrom(email) })),
    people: reading((ids: readonly string[]) =>
      queries.people.all({ ids: JSON.stringify(ids) }).map(({ value }) => value),
    ),
    homes: reading((ids: readonly string[]) => queries.homesOf.all({ ids: JSON.stringify(ids) })),
    homesIn: reading((group: Members) =>
      queries.homesIn.all({
        accounts: JSON.stringify([...group.accounts]),
        emails: JSON.stringify([...group.emails]),
      }),
    ),
  };
}

function createWordReader(queries: Queries) {
  return {
    copy: reading((id: string) => queries.copy.get({ id })),
    copiesOf: reading((id: string) => queries.copiesOf.all({ id })),
    laggingCopies: reading(() => queries.laggingCopies.all().map(({ id }) => id)),
    text: reading((key: string) => queries.text.get({ key })),
    tally: reading((key: string) => queries.tally.get({ key })),
    inbox: reading((key: string) => {
      const found = queries.inbox.get({ key });
      if (found === undefined) return undefined;
      const { at, delivery, answer } = found;
      return { row: { key, at, delivery }, answer };
    }),
    entries: reading((query: EntryQuery) => entries(queries, query)),
    lastEntry: reading(() => queries.lastEntry.get()),
  };
}

function entries(queries: Queries, query: EntryQuery): readonly Entry[] {
  const { subject, id } = query;
  if (id === undefined) return (subject ? queries.entriesAbout : queries.entries).all(query);
  return (subject ? queries.entriesAboutOf : queries.entriesOf).all(query);
}

/** Synchronous reading as the port promises it: late, and with the port's errors. */
function reading<Args extends readonly unknown[], Result>(read: (...args: Args) => Result) {
  return async (...args: Args): Promise<Result> => translating(() => read(...args));
}
