/** People, their accounts and the home pages that they opened, in maps. */
import type { PrincipalId } from '../core/ids.ts';
import { accountKey, emailsOf } from '../core/principal.ts';
import type { Instant } from '../core/time.ts';
import { among } from './memory-index.ts';
import type { HomeRow, Members, PersonRecord } from './store.ts';

interface Row {
  /** Which of them was met first. */
  readonly order: number;
  readonly record: PersonRecord;
}

export class MemoryPeople {
  readonly #rows = new Map<string, Row>();
  readonly #byEmail = new Map<string, Set<PrincipalId>>();
  readonly #byAnyEmail = new Map<string, Set<PrincipalId>>();
  readonly #byAccount = new Map<string, PrincipalId>();
  readonly #accounts = new Map<string, Set<string>>();
  readonly #homes = new Map<string, HomeRow>();

  person(id: string): PersonRecord | undefined {
    return this.#rows.get(id)?.record;
  }

  holder(account: string): PrincipalId | undefined {
    return this.#byAccount.get(account);
  }

  /** In the order in which they were met. */
  namesakes(email: string): readonly PrincipalId[] {
    return this.#inOrder(this.#byEmail.get(email));
  }

  /** Those whose it is or ever was, in the same order. */
  everOf(email: string): readonly PrincipalId[] {
    return this.#inOrder(this.#byAnyEmail.get(email));
  }

  people(ids: readonly string[]): readonly PersonRecord[] {
    return [...new Set(ids)].sort().flatMap((id) => this.person(id) ?? []);
  }

  /** Accounts that moved from one to another leave the one before they join the other. */
  write(records: readonly PersonRecord[]): void {
    for (const record of records) this.#writePerson(record);
    for (const { principal } of records)
      for (const account of principal.accounts) this.#link(accountKey(account), principal.id);
  }

  open(homes: readonly HomeRow[]): void {
    for (const { account, principal, openedAt } of homes)
      this.#homes.set(accountKey(account), { account, principal, openedAt });
  }

  homes(principals: readonly string[]): readonly HomeRow[] {
    return this.#homesOf(new Set(principals));
  }

  /** First of those who have an account of the group's, then of those who have an e-mail of its. */
  homesIn({ accounts, emails }: Members): readonly HomeRow[] {
    const holders = new Set<string>();
    for (const account of accounts) {
      const holder = this.#byAccount.get(account);
      if (holder !== undefined) holders.add(holder);
    }
    const others = new Set<string>();
    for (const email of emails)
      for (const id of this.#byEmail.get(email) ?? []) if (!holders.has(id)) others.add(id);
    return [...this.#homesOf(holders), ...this.#homesOf(others)];
  }

  prune(before: Instant): number {
    const pruned = [...this.#homes].filter(([, { openedAt }]) => openedAt < before);
    for (const [account] of pruned) this.#homes.delete(account);
    return pruned.length;
  }

  #writePerson(record: PersonRecord): void {
    const { id, email } = record.principal;
    const known = this.#rows.get(id);
    this.#unlinkAll(id);
    if (known !== undefined) {
      among(this.#byEmail, known.record.principal.email).delete(id);
      for (const one of emailsOf(known.record.principal)) among(this.#byAnyEmail, one).delete(id);
    }
    among(this.#byEmail, email).add(id);
    for (const one of emailsOf(record.principal)) among(this.#byAnyEmail, one).add(id);
    this.#rows.set(id, { order: known?.order ?? this.#rows.size, record });
  }

  #link(account: string, id: PrincipalId): void {
    this.#byAccount.set(account, id);
    among(this.#accounts, id).add(account);
  }

  #unlinkAll(id: string): void {
    for (const account of this.#accounts.get(id) ?? []) this.#byAccount.delete(account);
    this.#accounts.delete(id);
  }

  /** By person, and for each in the order in which they were opened first. */
  #homesOf(principals: ReadonlySet<string>): readonly HomeRow[] {
    if (principals.size === 0) return [];
    const homes = [...this.#homes.values()].filter(({ principal }) => principals.has(principal));
    return homes.sort((a, b) => (a.principal < b.principal ? -1 : +(a.principal > b.principal)));
  }

  #inOrder(found: ReadonlySet<PrincipalId> = new Set()): readonly PrincipalId[] {
    const ids = [...found];
    return ids.length < 2 ? ids : ids.sort((a, b) => this.#orderOf(a) - this.#orderOf(b));
  }

  #orderOf(id: string): number {
    return this.#rows.get(id)?.order ?? 0;
  }
}
