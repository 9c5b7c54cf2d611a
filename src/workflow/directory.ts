/**
 * Who people are, and who is in which group, asked of the platforms. Fresh for a decision; questions
 * that are asked at the same moment share one answer. What is drawn may use an older one.
 */
import type { ChatIo, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Happening, PersonEvent } from '../core/audit.ts';
import type { PrincipalId } from '../core/ids.ts';
import { principalIdFrom } from '../core/ids.ts';
import type { Group, GroupName, GroupSource } from '../core/policy.ts';
import type { Account, GroupFact, Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Millis } from '../core/time.ts';
import type { PersonRecord, Versioned } from '../store/store.ts';
import type { Shell } from './shell.ts';

export type Identity =
  | { readonly kind: 'known'; readonly person: Principal }
  | { readonly kind: 'refused'; readonly person: Principal | null; readonly refusal: Refusal };

/** How old an answer may be that is only drawn. */
const DRAWN_AGE: Millis = 60_000;

export class Directory {
  readonly #shell: Shell;
  readonly #asking = new Map<string, Promise<GroupFact>>();
  readonly #known = new Map<string, { readonly fact: GroupFact; readonly at: number }>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /**
   * The person behind an account, as the platform tells it now. Meets those who are new, links an
   * account to the person who has its e-mail, and suspends one whose e-mail has changed.
   */
  async identify(account: Account): Promise<Identity> {
    const profile = await this.#profile(account);
    if (typeof profile === 'string')
      return refusedAs(null, { code: 'directory-unreachable', what: profile });
    if (profile.standing !== 'member') {
      const known = await this.#shell.store.personByAccount(account);
      const person = known?.value.principal ?? null;
      return refusedAs(person, { code: 'not-a-member', standing: profile.standing });
    }
    for (;;) {
      const known = await this.#shell.store.personByAccount(account);
      const next =
        known === undefined
          ? await this.#meet(account, profile)
          : await this.#check(account, profile, known);
      if (next !== 'again') return next;
    }
  }

  /**
   * Those of these people whose chat accounts are in good standing nowhere. One whose e-mail has
   * changed is none: at its next click it will be suspended. @throws ChatError
   */
  async absent(people: readonly Principal[]): Promise<ReadonlySet<PrincipalId>> {
    const checks = await Promise.all(
      people.map(async (person) => [person.id, await this.#present(person)] as const),
    );
    return new Set(checks.flatMap(([id, present]) => (present ? [] : [id])));
  }

  async #present(person: Principal): Promise<boolean> {
    const standings = await Promise.all(
      person.accounts.map(async (account) => {
        const profile = await this.#profile(account);
        if (typeof profile === 'string') throw new ChatError('unavailable', profile);
        return profile.standing === 'member' && profile.email === person.email;
      }),
    );
    return standings.includes(true);
  }

  /** The members of groups at this moment. */
  async groups(names: readonly GroupName[]): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups(names, (source) => this.#members(source));
  }

  /** The members of groups as they were within the last minute: for drawing, never for deciding. */
  async drawnGroups(names: readonly GroupName[]): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups(names, async (source) => {
      const known = this.#known.get(sourceKey(source));
      const fresh = known !== undefined && this.#shell.clock.monotonic() - known.at < DRAWN_AGE;
      return fresh ? known.fact : this.#members(source);
    });
  }

  /** The people in a group who can be written to on this platform, at most `limit`. */
  async reachable(group: GroupName, platform: Platform, limit: number): Promise<Principal[]> {
    const fact = (await this.groups([group])).get(group);
    if (fact?.kind !== 'known') throw new ChatError('unavailable', `the group ${group}`);
    const found = new Map<PrincipalId, Principal>();
    for (const account of await this.#accountsOf(fact, platform)) {
      if (found.size >= limit) break;
      const identity = await this.identify(account);
      if (identity.kind === 'known') found.set(identity.person.id, identity.person);
    }
    return [...found.values()];
  }

  /** Those in a group, within the last minute, whom Hallpass has met. */
  async met(group: GroupName): Promise<readonly PrincipalId[]> {
    const fact = (await this.drawnGroups([group])).get(group);
    if (fact?.kind !== 'known') return [];
    const { store } = this.#shell;
    const accounts = [...fact.accounts].map(accountFrom);
    const found = await Promise.all([
      ...accounts.map((account) => store.personByAccount(account)),
      ...[...fact.emails].map((email) => store.personByEmail(email)),
    ]);
    return found.flatMap((person) => (person === undefined ? [] : [person.value.principal.id]));
  }

  async #accountsOf(
    fact: Extract<GroupFact, { kind: 'known' }>,
    platform: Platform,
  ): Promise<Account[]> {
    const named = [...fact.accounts]
      .map(accountFrom)
      .filter((account) => account.platform === platform.name);
    const io = this.#io();
    const byEmail = await Promise.all(
      [...fact.emails].map((email) => platform.accountByEmail(email, io)),
    );
    return [...named, ...byEmail.filter((account) => account !== undefined)];
  }

  async #groups(
    names: readonly GroupName[],
    read: (source: GroupSource) => Promise<GroupFact>,
  ): Promise<ReadonlyMap<GroupName, GroupFact>> {
    const { groups } = this.#shell.policy();
    const facts = await Promise.all(
      [...new Set(names)].map(async (name): Promise<[GroupName, GroupFact]> => {
        const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
        return [name, group === undefined ? gone(name) : await union(group, read)];
      }),
    );
    return new Map(facts);
  }

  #members(source: GroupSource): Promise<GroupFact> {
    if (source.kind === 'emails')
      return Promise.resolve({
        kind: 'known',
        accounts: new Set(),
        emails: new Set(source.emails),
      });
    const key = sourceKey(source);
    const asked = this.#asking.get(key);
    if (asked !== undefined) return asked;
    const answer = this.#askPlatform(source).finally(() => this.#asking.delete(key));
    this.#asking.set(key, answer);
    return answer;
  }

  async #askPlatform(source: Extract<GroupSource, { kind: 'platform' }>): Promise<GroupFact> {
    const platform = this.#shell.platforms.get(source.platform);
    if (platform === undefined)
      return { kind: 'unreachable', why: `${source.platform} is not set up` };
    try {
      const accounts = await platform.groupMembers(source.group, this.#io());
      const fact: GroupFact = {
        kind: 'known',
        accounts: new Set(accounts.map(accountKey)),
        emails: new Set(),
      };
      this.#known.set(sourceKey(source), { fact, at: this.#shell.clock.monotonic() });
      return fact;
    } catch (error) {
      this.#shell.log.warn({ err: error, group: source.group }, 'a group could not be read');
      return { kind: 'unreachable', why: `${source.platform}:${source.group}` };
    }
  }

  /** A sentence when the platform could not be asked. */
  async #profile(account: Account) {
    const platform = this.#shell.platforms.get(account.platform);
    if (platform === undefined) return `the people of ${account.platform}`;
    try {
      return await platform.profile(account, this.#io());
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not-found')
        return { name: '', email: '', standing: 'stranger' as const };
      this.#shell.log.warn({ err: error }, 'a profile could not be read');
      return `the people of ${account.platform}`;
    }
  }

  async #meet(account: Account, profile: { name: string; email: string }) {
    const { store, random } = this.#shell;
    const twin = profile.email === '' ? undefined : await store.personByEmail(profile.email);
    const principal: Principal =
      twin === undefined
        ? {
            id: principalIdFrom(random(10)),
            name: profile.name,
            email: profile.email,
            accounts: [account],
          }
        : { ...twin.value.principal, accounts: [...twin.value.principal.accounts, account] };
    const event: PersonEvent = {
      type: twin === undefined ? 'met' : 'account-linked',
      account: accountKey(account),
    };
    const record = { principal, suspended: twin?.value.suspended ?? [] };
    const written = await this.#write(record, twin?.version ?? 0, [event]);
    return written ? ({ kind: 'known', person: principal } as const) : 'again';
  }

  async #check(
    account: Account,
    profile: { name: string; email: string },
    known: Versioned<PersonRecord>,
  ) {
    const { principal, suspended } = known.value;
    const key = accountKey(account);
    const refusal = refusedAs(principal, { code: 'account-suspended' });
    if (suspended.includes(key)) return refusal;
    if (profile.email !== principal.email) {
      const record = { principal, suspended: [...suspended, key] };
      const event: PersonEvent = { type: 'account-suspended', account: key };
      return (await this.#write(record, known.version, [event])) ? refusal : 'again';
    }
    if (profile.name !== principal.name) {
      const renamed = { ...principal, name: profile.name };
      await this.#write({ principal: renamed, suspended }, known.version, []);
      return { kind: 'known', person: renamed } as const;
    }
    return { kind: 'known', person: principal } as const;
  }

  async #write(
    record: PersonRecord,
    version: number,
    events: readonly PersonEvent[],
  ): Promise<boolean> {
    const { id } = record.principal;
    const happenings = events.map((event): Happening => ({ subject: 'person', id, event }));
    const result = await this.#shell.ledger.commit({
      expecting: [{ scope: { kind: 'person', id }, version }],
      people: [record],
      happenings,
    });
    return result.kind === 'committed';
  }

  #io(): ChatIo {
    return { signal: AbortSignal.timeout(this.#shell.settings.chatTimeout) };
  }
}

/** What `accountKey` made one string of. */
function accountFrom(key: string): Account {
  const [platform = '', tenant = '', userId = ''] = key.split('/');
  return { platform, tenant, userId };
}

function refusedAs(person: Principal | null, refusal: Refusal): Identity {
  return { kind: 'refused', person, refusal };
}

function gone(name: GroupName): GroupFact {
  return { kind: 'unreachable', why: `policy has no group ${name}` };
}

/** NB. One source that cannot be read makes the whole group unknown: a no might be a yes. */
async function union(
  group: Group,
  read: (source: GroupSource) => Promise<GroupFact>,
): Promise<GroupFact> {
  const facts = await Promise.all(group.sources.map(read));
  const accounts = new Set<string>();
  const emails = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'unreachable') return fact;
    for (const account of fact.accounts) accounts.add(account);
    for (const email of fact.emails) emails.add(email);
  }
  return { kind: 'known', accounts, emails };
}

function sourceKey(source: GroupSource): string {
  return source.kind === 'emails' ? 'emails' : `${source.platform}/${source.group}`;
}
