/**
 * What the tables of a database refuse to hold. Maps hold anything, so it is looked for before
 * anything is written: a commit that could not be stored elsewhere must not be stored here.
 */
import { accountKey } from '../core/principal.ts';
import { STATUSES } from '../core/request.ts';
import type { Commit } from './store.ts';

/** What rows may point to. */
export interface Known {
  readonly request: (id: string) => boolean;
  readonly person: (id: string) => boolean;
}

const statuses: ReadonlySet<string> = new Set(STATUSES);
const subjects: ReadonlySet<string> = new Set(['request', 'access', 'person', 'installation']);

/** @throws Error when a table would refuse a row of it */
export function checkRows(commit: Commit, known: Known): void {
  for (const { id, status } of commit.requests ?? [])
    refuseUnless(statuses.has(status), `request ${id} has no status that there is`);
  for (const { subject } of commit.happenings ?? [])
    refuseUnless(subjects.has(subject), 'an entry is about nothing that there is');
  checkReferences(commit, known);
  checkKeys(commit);
  for (const number of numbersOf(commit))
    refuseUnless(number === null || Number.isInteger(number), `${number} is no whole number`);
}

function checkReferences(commit: Commit, known: Known): void {
  for (const { id, request } of commit.copies ?? []) {
    const isWritten = commit.requests?.some((written) => written.id === request) ?? false;
    refuseUnless(isWritten || known.request(request), `copy ${id} is of no request`);
  }
  for (const { account, principal } of commit.homes ?? []) {
    const isWritten = commit.people?.some((written) => written.principal.id === principal) ?? false;
    refuseUnless(isWritten || known.person(principal), `${accountKey(account)} is nobody's home`);
  }
}

function checkKeys({ people = [], tallies = [] }: Commit): void {
  const accounts = people.flatMap(({ principal }) => principal.accounts.map(accountKey));
  refuseUnless(new Set(accounts).size === accounts.length, 'an account is linked twice');
  const opened = tallies.filter(({ op }) => op === 'open').map(({ key }) => key);
  refuseUnless(new Set(opened).size === opened.length, 'a tally is opened twice');
}

/** Those that stand in columns of their own. */
function numbersOf(commit: Commit): readonly (number | null)[] {
  const numbers: (number | null)[] = [commit.at];
  const { settles, received } = commit;
  if (settles?.next.kind === 'again') numbers.push(settles.next.dueAt, settles.next.failures);
  if (received !== undefined) numbers.push(received.at);
  for (const { askedAt } of commit.requests ?? []) numbers.push(askedAt);
  for (const { drawnVersion, toldSeq } of commit.copies ?? []) numbers.push(drawnVersion, toldSeq);
  for (const { openedAt } of commit.homes ?? []) numbers.push(openedAt);
  for (const { dueAt, lane, leaseUntil = null } of commit.effects ?? [])
    numbers.push(dueAt, lane, leaseUntil);
  return numbers;
}

function refuseUnless(holds: boolean, why: string): void {
  if (!holds) throw new Error(`cannot be stored: ${why}`);
}
