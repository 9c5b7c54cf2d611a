/**
 * Who people are. An account's platform is asked at every decision; the store only says whom an account
 * was linked to. An e-mail links a new account to somebody whose own account vouches for it now.
 */
import type { ChatIo, Profile } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Happening, PersonEvent } from '../core/audit.ts';
import type { PrincipalId } from '../core/ids.ts';
import { principalIdFrom } from '../core/ids.ts';
import type { GroupName } from '../core/policy.ts';
import type { Account, GroupFact, Present, Principal } from '../core/principal.ts';
import { accountKey, seenWith, unvouched } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { PersonRecord, Versioned } from '../store/store.ts';
import { Groups } from './groups.ts';
import { trusted } from './people.ts';
import { Profiles, type Reading } from './profiles.ts';
import type { Shell } from './shell.ts';

export type Identity =
  | {
      readonly kind: 'known';
      readonly person: Principal;
      /** As the account's platform tells it. */
      readonly zone?: string | undefined;
    }
  | { readonly kind: 'refused'; readonly person: Principal | null; readonly refusal: Refusal };

/** Somebody with those accounts alone that vouch for them at this moment. */
interface Presence {
  readonly person: Principal;
  /** What could not be read, so that an account may be missing. */
  readonly unread: string | undefined;
  /** The same, of a suspended account: an address may be missing, by which heads are counted. */
  readonly unseen: string | undefined;
}

export class Directory {
  readonly #shell: Shell;
  readonly #profiles: Profiles;
  readonly #groups: Groups;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#profiles = new Profiles(shell);
    this.#groups = new Groups(shell);
  }

  /**
   * The person behind an account, as the platform tells it now. Meets those who are new, links an
   * account to the person who has its e-mail, and suspends one whose e-mail has changed.
   */
  async identify(account: Account, io?: ChatIo): Promise<Identity> {
    const reading = await this.#profiles.now(account, io);
    if (reading.kind === 'unreachable') return unreachable(reading.what);
    const { profile } = reading;
    if (profile.standing !== 'member') {
      const known = await this.#shell.store.personByAccount(account);
      const person = known?.value.principal ?? null;
      return refusedAs(person, { code: 'not-a-member', standing: profile.standing });
    }
    for (;;) {
      const known = await this.#shell.store.personByAccount(account);
      const next =
        known === undefined
          ? await this.#meet(account, profile, io)
          : await this.#check(account, profile, known);
      if (next === 'again') continue;
      return next.kind === 'known' ? { ...next, zone: profile.zone } : next;
    }
  }

  /**
   * These people with those accounts alone that are in good standing at this moment, and no e-mail
   * without one. @throws ChatError when it cannot be told whether somebody is there at all
   */
  async present(records: readonly PersonRecord[], io?: ChatIo): Promise<readonly Present[]> {
    return Promise.all(
      records.map(async (record) => {
        const { person, unread, unseen } = await this.#presence(record, io);
        if (person.accounts.length === 0 && unread !== undefined)
          throw new ChatError('unavailable', unread);
        return { ...person, unread: unread ?? unseen };
      }),
    );
  }

  /** Who was just identified by one account; the other ones vouch for themselves. @throws ChatError */
  async acting(id: PrincipalId, io?: ChatIo): Promise<Present | undefined> {
    const record = (await this.#shell.store.person(id))?.value;
    if (record === undefined) return undefined;
    return record.principal.accounts.length === 1
      ? trusted(record)
      : (await this.present([record], io))[0];
  }

  /** The members of groups at this moment. */
  groups(names: readonly GroupName[], io?: ChatIo): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups.now(names, io);
  }

  /** The members of groups as they were within the last minute: for drawing, never for deciding. */
  drawnGroups(names: readonly GroupName[]): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups.drawn(names);
  }

  /** Whether an account vouched for them within the last minute: for writing to somebody alone. */
  async vouchedLately(account: Account, person: Principal, io?: ChatIo): Promise<boolean> {
    const reading = await this.#profiles.drawn(account, io);
    return reading.kind === 'read' && vouches(reading.profile, person);
  }

  /** NB. A suspended account vouches for nothing, but its e-mail of today is of the same human. */
  async #presence({ principal, suspended }: PersonRecord, io?: ChatIo): Promise<Presence> {
    const isSuspended = ({ account }: { readonly account: Account }) =>
      suspended.includes(accountKey(account));
    const { platforms } = this.#shell;
    const readings = await Promise.all(
      principal.accounts
        .filter((account) => platforms.has(account.platform))
        .map(async (account) => ({ account, ...(await this.#profiles.now(account, io)) })),
    );
    const read = readings.flatMap((one) => (one.kind === 'read' ? [one] : []));
    const vouching = read.filter((one) => !isSuspended(one) && vouches(one.profile, principal));
    const accounts = vouching.map(({ account }) => account);
    const addresses = read.map(({ profile }) => profile.email);
    const person = seenWith(principal, addresses);
    const unread = readings.filter(({ kind }) => kind === 'unreachable');
    return {
      person: accounts.length === 0 ? unvouched(person) : { ...person, accounts },
      unread: whatOf(unread.filter((one) => !isSuspended(one))),
      unseen: whatOf(unread.filter(isSuspended)),
    };
  }

  async #meet(account: Account, profile: Profile, io?: ChatIo): Promise<Identity | 'again'> {
    const namesakes = await this.#shell.store.peopleByEmail(profile.email);
    const unread: string[] = [];
    for (const namesake of namesakes) {
      const presence = await this.#presence(namesake.value, io);
      if (presence.person.accounts.length > 0) return this.#link(account, namesake);
      if (presence.unread !== undefined) unread.push(presence.unread);
    }
    const [what] = unread;
    return what === undefined ? this.#welcome(account, profile, namesakes) : unreachable(what);
  }

  async #link(account: Account, twin: Versioned<PersonRecord>): Promise<Identity | 'again'> {
    const { principal } = twin.value;
    // Two deliveries meet somebody at once: the other one was first.
    if (principal.accounts.some((one) => accountKey(one) === accountKey(account))) return 'again';
    const linked = { ...principal, accounts: [...principal.accounts, account] };
    const record = { ...twin.value, principal: linked };
    const event: PersonEvent = { type: 'account-linked', account: accountKey(account) };
    return (await this.#write(record, twin.version, [event])) ? known(record) : 'again';
  }

  /**
   * Somebody new. NB. Whoever has an e-mail that nobody's account vouches for any more is not whoever
   * had it before: they share no rights, although they never count as two humans.
   */
  async #welcome(
    account: Account,
    { name, email }: Profile,
    namesakes: readonly Versioned<PersonRecord>[],
  ): Promise<Identity | 'again'> {
    const id = principalIdFrom(this.#shell.random(10));
    const record = { principal: { id, name, email, accounts: [account] }, suspended: [] };
    const event: PersonEvent = { type: 'met', account: accountKey(account) };
    return (await this.#write(record, 0, [event], namesakes)) ? known(record) : 'again';
  }

  async #check(
    account: Account,
    profile: Profile,
    stored: Versioned<PersonRecord>,
  ): Promise<Identity | 'again'> {
    const { principal, suspended } = stored.value;
    const key = accountKey(account);
    const refusal = refusedAs(principal, { code: 'account-suspended' });
    if (suspended.includes(key)) return refusal;
    if (profile.email !== principal.email) {
      const seen = seenWith(principal, [profile.email]);
      const record = { ...stored.value, principal: seen, suspended: [...suspended, key] };
      const event: PersonEvent = { type: 'account-suspended', account: key };
      return (await this.#write(record, stored.version, [event])) ? refusal : 'again';
    }
    if (profile.name === principal.name) return known(stored.value);
    const renamed = { ...stored.value, principal: { ...principal, name: profile.name } };
    await this.#write(renamed, stored.version, []);
    return known(renamed);
  }

  async #write(
    record: PersonRecord,
    version: number,
    events: readonly PersonEvent[],
    seen: readonly Versioned<PersonRecord>[] = [],
  ): Promise<boolean> {
    const { id } = record.principal;
    const happenings = events.map((event): Happening => ({ subject: 'person', id, event }));
    const others = seen.map(({ value, version: was }) => expected(value.principal.id, was));
    const result = await this.#shell.ledger.commit({
      expecting: [expected(id, version), ...others],
      people: [record],
      happenings,
    });
    return result.kind === 'committed';
  }
}

function whatOf(readings: readonly Reading[]): string | undefined {
  return readings.flatMap((one) => (one.kind === 'unreachable' ? [one.what] : []))[0];
}

function expected(id: PrincipalId, version: number) {
  return { scope: { kind: 'person', id }, version } as const;
}

function vouches({ standing, email }: Profile, person: Principal): boolean {
  return standing === 'member' && email === person.email;
}

function known(record: PersonRecord): Identity {
  return { kind: 'known', person: trusted(record) };
}

function unreachable(what: string): Identity {
  return refusedAs(null, { code: 'directory-unreachable', what });
}

function refusedAs(person: Principal | null, refusal: Refusal): Identity {
  return { kind: 'refused', person, refusal };
}
