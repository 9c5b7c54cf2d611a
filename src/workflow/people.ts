/** People as the store has them: how somebody was typed, and what a record is good for. */
import type { Delivery } from '../chat/platform.ts';
import type { Principal } from '../core/principal.ts';
import { accountKey, emailFrom, unvouched } from '../core/principal.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Shell } from './shell.ts';

const MENTION = /^<@([A-Za-z0-9_.-]{1,64})(?:\|[^>]*)?>$/;

/**
 * `@ada`, `<@U123|ada>`, `ada@example.com`: only somebody whom Hallpass has met; undefined otherwise.
 * The tenant is that of who is asking.
 */
export async function findPerson(
  shell: Shell,
  typed: string,
  delivery: Pick<Delivery, 'account'>,
): Promise<PersonRecord | undefined> {
  const who = typed.trim();
  const { platform, tenant } = delivery.account;
  const named = mentioned(who) ?? who.replace(/^@/, '');
  const byAccount = await shell.store.personByAccount({ platform, tenant, userId: named });
  if (byAccount !== undefined) return byAccount.value;
  return (await shell.store.peopleByEmail(emailFrom(named)))[0]?.value;
}

/** `<@U123|ada>`: the id of an account, as a chat writes it where somebody is mentioned. */
export function mentioned(typed: string): string | undefined {
  return MENTION.exec(typed.trim())?.[1];
}

/** Whom anything may be decided by, or shown to: a suspended account confers nothing. */
export function trusted({ principal, suspended }: PersonRecord): Principal {
  if (suspended.length === 0) return principal;
  const accounts = principal.accounts.filter((account) => !suspended.includes(accountKey(account)));
  return accounts.length === 0 ? unvouched(principal) : { ...principal, accounts };
}
