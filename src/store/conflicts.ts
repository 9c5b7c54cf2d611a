/** Whether what a commit was decided upon still holds. The rules are the same in every store. */
import type { PrincipalId } from '../core/ids.ts';
import { accountKey } from '../core/principal.ts';
import { scopeKey } from './scopes.ts';
import type { Commit, TallyChange } from './store.ts';

/** What a store has to tell for that. */
export interface Found {
  readonly version: (scopeKey: string) => number;
  readonly isReceived: (key: string) => boolean;
  /** undefined: it is not open */
  readonly tallied: (key: string) => number | undefined;
  readonly holder: (accountKey: string) => PrincipalId | undefined;
  readonly isKnown: (id: PrincipalId) => boolean;
  readonly namesakes: (email: string) => readonly PrincipalId[];
}

/** What the decision depended on and is not so any more; undefined: it still holds. */
export function conflictOf(commit: Commit, found: Found): string | undefined {
  for (const { scope, version } of commit.expecting) {
    const key = scopeKey(scope);
    if (found.version(key) !== version) return key;
  }
  if (commit.received !== undefined && found.isReceived(commit.received.key)) return 'inbox';
  if ((commit.tallies ?? []).some((change) => !tallyFits(change, found))) return 'tally';
  return accountsFit(commit, found) && emailsFit(commit, found) ? undefined : 'account';
}

function tallyFits(change: TallyChange, found: Found): boolean {
  const count = found.tallied(change.key);
  if (change.op === 'open') return count === undefined;
  if (count === undefined) return false;
  return change.op === 'count' || change.count === undefined || change.count === count;
}

/** Two who meet the same account at once must not make two people of it. */
function accountsFit({ people = [] }: Commit, found: Found): boolean {
  const written = new Set(people.map(({ principal }) => principal.id));
  const accounts = people.flatMap(({ principal }) => principal.accounts);
  return accounts.every((account) => {
    const holder = found.holder(accountKey(account));
    return holder === undefined || written.has(holder);
  });
}

/** Nor two people of one e-mail, unless whoever writes the second has looked at the first. */
function emailsFit({ people = [], expecting }: Commit, found: Found): boolean {
  if (people.length === 0) return true;
  const seen = new Set(expecting.map(({ scope }) => scopeKey(scope)));
  return people.every(({ principal: { id, email } }) => {
    if (email === '' || found.isKnown(id)) return true;
    return found
      .namesakes(email)
      .every((other) => seen.has(scopeKey({ kind: 'person', id: other })));
  });
}
