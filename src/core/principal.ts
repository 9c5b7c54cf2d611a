/**
 * People. A principal is our own id with chat accounts under it; an e-mail links accounts to it but
 * is not its key, because an e-mail can be changed by whoever holds the account.
 */
import type { PrincipalId } from './ids.ts';

/** The chat platforms' names as policy writes them before the colon: `slack:#lb-access`. */
export type PlatformName = string;

/** One person's account at one platform. `tenant` is the workspace or directory it belongs to. */
export interface Account {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly userId: string;
}

export interface Principal {
  readonly id: PrincipalId;
  /** As the platform shows it. For display alone: never compared. */
  readonly name: string;
  /** Lower case, or empty when the platform tells none. */
  readonly email: string;
  readonly accounts: readonly Account[];
  /** E-mails that accounts of theirs had, or have besides. They count heads and give nothing. */
  readonly otherEmails?: readonly string[];
}

/** Somebody with what their accounts vouch for at one moment. */
export interface Present extends Principal {
  /** What could not be read, so that an address of theirs may be missing. */
  readonly unread?: string | undefined;
}

/**
 * An e-mail as it is stored and compared. NB. Only A to Z are lowered: lower case makes some letters of
 * other scripts, such as the Kelvin sign, into plain ones, and with them one address into another.
 */
export function emailFrom(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** `slack/T01/U01`: one account as a string, for sets and maps. */
export function accountKey(account: Account): string {
  return `${account.platform}/${account.tenant}/${account.userId}`;
}

/**
 * The members of a policy group, as its sources (a platform's user group, a roster, a list of e-mails) named
 * them at this moment. `unreachable` is neither yes nor no: whoever needs the answer is refused.
 */
export type GroupFact =
  | {
      readonly kind: 'known';
      /** `accountKey`s */
      readonly accounts: ReadonlySet<string>;
      /** lower case */
      readonly emails: ReadonlySet<string>;
    }
  | {
      readonly kind: 'unreachable';
      readonly why: string;
      /** What was asked in vain, where that helps whoever is refused: `pagerduty schedule P1SCHED`. */
      readonly source?: string;
    };

export type Membership = 'member' | 'stranger' | 'unknown';

export function membership(group: GroupFact | undefined, person: Principal): Membership {
  if (group === undefined || group.kind === 'unreachable') return 'unknown';
  if (person.email !== '' && group.emails.has(person.email)) return 'member';
  return person.accounts.some((account) => group.accounts.has(accountKey(account)))
    ? 'member'
    : 'stranger';
}

/**
 * NB. Two ids that ever had an e-mail in common are one human here: the safe direction when counting
 * heads. It never turns from yes to no, because no e-mail is ever forgotten.
 */
export function sameHuman(a: Principal, b: Principal): boolean {
  if (a.id === b.id) return true;
  const known = emailsOf(a);
  return [...emailsOf(b)].some((email) => known.has(email));
}

/** The same person, whose accounts were seen with these e-mails too. */
export function seenWith(person: Principal, emails: readonly string[]): Principal {
  const known = emailsOf(person);
  const others = [...new Set(emails)].filter((email) => email !== '' && !known.has(email));
  if (others.length === 0) return person;
  return { ...person, otherEmails: [...(person.otherEmails ?? []), ...others] };
}

/** One human beyond doubt: by the e-mail that the accounts of both have now. */
export function provedSame(a: Principal, b: Principal): boolean {
  return a.id === b.id || (a.email !== '' && a.email === b.email);
}

/** None of their accounts vouches for an e-mail: it counts heads from here on. */
export function unvouched(person: Principal): Principal {
  return seenWith({ ...person, email: '', accounts: [] }, [person.email]);
}

/** Every address that somebody is, or ever was, known by. */
export function emailsOf({ email, otherEmails = [] }: Principal): ReadonlySet<string> {
  return new Set([email, ...otherEmails].filter((one) => one !== ''));
}
