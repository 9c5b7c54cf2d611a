/** All that one commit writes, within a transaction. */

import type { Entry } from '../core/audit.ts';
import { link } from '../core/audit.ts';
import { accountKey, emailsOf } from '../core/principal.ts';
import type { Found } from './conflicts.ts';
import type { EffectsTable } from './effects-table.ts';
import type { Queries } from './queries.ts';
import { movedBy } from './scopes.ts';
import type { Commit, CommitResult, EffectRow, PersonRecord, TallyChange } from './store.ts';
import type { Writes } from './writes.ts';

/** Where the chain stands. */
export type Head = Pick<Entry, 'seq' | 'hash'>;

export interface Tables {
  readonly queries: Queries;
  readonly writes: Writes;
  readonly effects: EffectsTable;
}

/** What the tables tell of whether a commit still fits. */
export function foundIn(queries: Queries): Found {
  return {
    version: (key) => queries.version.get({ key })?.version ?? 0,
    isReceived: (key) => queries.inbox.get({ key }) !== undefined,
    tallied: (key) => queries.tally.get({ key })?.count,
    holder: (key) => queries.holder.get({ key })?.principal,
    isKnown: (id) => queries.person.get({ id }) !== undefined,
    namesakes: (email) =>
      queries.peopleByEmail.all({ email }).map(({ value }) => value.principal.id),
  };
}

/** NB. Whether the attempt may be settled is found by settling it, so nothing is written before that. */
export function write(commit: Commit, head: Head, tables: Tables): CommitResult {
  const { settles } = commit;
  const settled = settles === undefined ? [] : tables.effects.settle(settles);
  if (settled === undefined) return { kind: 'conflict', on: 'effect' };
  writeStates(commit, tables.writes);
  const entries = writeEntries(commit, head, tables.writes);
  writeChat(commit, tables.writes);
  for (const id of requestsMoved(commit)) tables.writes.compareCopies.run({ id });
  return { kind: 'committed', entries, effects: writeEffects(commit, settled, tables.effects) };
}

function writeStates(commit: Commit, writes: Writes): void {
  for (const key of movedBy(commit)) writes.move.run({ key });
  for (const body of commit.requests ?? []) {
    const { id, status, requester, role, askedAt } = body;
    writes.request({ id, status, requester, role: role.name, askedAt, body });
  }
  for (const body of commit.accesses ?? []) writes.access({ id: body.id, body });
  writePeople(commit.people ?? [], writes);
  if (commit.policyHash !== undefined) writes.policy.run({ hash: commit.policyHash });
  const { standstill, sealKey } = commit;
  if (sealKey !== undefined) writes.sealKey.run({ sealKey });
  if (standstill !== undefined) writes.standstill.run({ standstill });
}

/** Accounts that moved from one to another leave the one before they join the other. */
function writePeople(people: readonly PersonRecord[], writes: Writes): void {
  for (const body of people) {
    const { id, email } = body.principal;
    writes.person({ id, email, body });
    writes.dropEmails.run({ id });
    for (const one of emailsOf(body.principal)) writes.email({ email: one, principal: id });
    writes.dropAccounts.run({ id });
  }
  for (const { principal } of people)
    for (const account of principal.accounts)
      writes.account({ key: accountKey(account), principal: principal.id });
}

function writeEntries(commit: Commit, head: Head, writes: Writes): readonly Entry[] {
  let { seq, hash } = head;
  const entries: Entry[] = [];
  for (const happening of commit.happenings ?? []) {
    const entry = link(happening, seq + 1, commit.at, hash);
    writes.entry({ ...entry });
    entries.push(entry);
    ({ seq, hash } = entry);
  }
  return entries;
}

function writeChat(commit: Commit, writes: Writes): void {
  for (const text of commit.texts ?? []) writes.text.run({ ...text });
  for (const digest of commit.erases ?? []) writes.erase.run({ digest });
  for (const copy of commit.copies ?? []) writes.copy({ ...copy, lagging: false });
  for (const { account, principal, openedAt } of commit.homes ?? [])
    writes.home({ account: accountKey(account), body: account, principal, openedAt });
  if (commit.received !== undefined)
    writes.received({ ...commit.received, answered: false, answer: null });
  if (commit.answered !== undefined) writes.answered.run(commit.answered);
  for (const change of commit.tallies ?? []) writeTally(change, commit, writes);
}

function writeTally(change: TallyChange, { at }: Commit, writes: Writes): void {
  const { key } = change;
  if (change.op === 'open')
    writes.openTally({ key, openedAt: at, count: 0, detail: change.detail });
  else if (change.op === 'count') writes.countTally.run({ key });
  else writes.closeTally.run({ key });
}

/** What is settled comes first, so that a draft under the same key is work of its own. */
export function writeEffects(
  commit: Commit,
  settled: readonly EffectRow[],
  effects: Pick<EffectsTable, 'byKeys' | 'cancel' | 'draft'>,
): readonly EffectRow[] {
  const { cancels = [], effects: drafts = [], at } = commit;
  const moved = new Map(settled.map((row) => [row.key, row]));
  const stored = effects.byKeys([...cancels, ...drafts.map(({ key }) => key)]);
  for (const key of cancels) {
    effects.cancel(key, stored, at);
    moved.delete(key);
  }
  for (const draft of drafts) {
    const row = effects.draft(draft, stored, at);
    if (row !== undefined) moved.set(row.key, row);
  }
  return [...moved.values()];
}

/** Requests whose copies may lag from now on, or lag no more. */
export function requestsMoved(commit: Commit): ReadonlySet<string> {
  const moved = new Set<string>((commit.copies ?? []).map((copy) => copy.request));
  for (const { id } of commit.requests ?? []) moved.add(id);
  for (const scope of commit.touches ?? []) if (scope.kind === 'request') moved.add(scope.id);
  for (const { subject, id } of commit.happenings ?? []) if (subject === 'request') moved.add(id);
  return moved;
}
