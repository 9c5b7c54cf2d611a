/** Whom of a group one can write to, and by which account; whoever is known already first. */
import type { ChatIo, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName } from '../core/policy.ts';
import type { Account, GroupFact, Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { Store } from '../store/store.ts';
import type { Directory } from './directory.ts';
import { limited } from './patience.ts';
import { trusted } from './people.ts';
import type { Shell } from './shell.ts';

type Known = Extract<GroupFact, { kind: 'known' }>;
type People = Pick<Store, 'personByAccount' | 'peopleByEmail'>;

const AT_ONCE = 5;
/** A group may list very many who have no account here, and each is a call to find out. */
const LOOKUPS = 50;

export class Reach {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  /**
   * The members of a group at this moment, at most `limit`. Whoever is found on one of the platforms is
   * not looked for on those after it. @throws ChatError
   */
  async members(
    group: GroupName,
    platforms: readonly Platform[],
    limit: number,
  ): Promise<readonly Principal[]> {
    const fact = known(group, (await this.#directory.groups([group])).get(group));
    return this.listed(fact, platforms, limit);
  }

  /** Those behind these accounts and addresses. @throws ChatError */
  async listed(
    fact: Known,
    platforms: readonly Platform[],
    limit: number,
  ): Promise<readonly Principal[]> {
    const found = new Map<PrincipalId, Principal>();
    const troubles: ChatError[] = [];
    for (const platform of platforms) {
      const emails = new Set([...fact.emails].filter((email) => !has(found, email)));
      const trouble = await this.#find({ ...fact, emails }, platform, limit, found);
      if (trouble !== undefined) troubles.push(trouble);
    }
    // One platform that is away keeps nobody from being called by another.
    if (found.size === 0 && troubles[0] !== undefined) throw troubles[0];
    return [...found.values()];
  }

  /** As they were within the last minute, on one platform: for drawing. @throws ChatError */
  async drawn(
    groups: readonly GroupName[],
    platform: Platform,
    limit: number,
  ): Promise<readonly Principal[]> {
    const facts = await this.#directory.drawnGroups(groups);
    const found = new Map<PrincipalId, Principal>();
    for (const group of groups) {
      const trouble = await this.#find(known(group, facts.get(group)), platform, limit, found);
      if (trouble !== undefined) throw trouble;
    }
    return [...found.values()];
  }

  async #find(
    fact: Known,
    platform: Platform,
    limit: number,
    found: Map<PrincipalId, Principal>,
  ): Promise<ChatError | undefined> {
    const { clock, settings } = this.#shell;
    try {
      await limited(clock, settings.chatTimeout, (signal) =>
        this.#add(fact, platform, limit, found, { signal }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  async #add(
    fact: Known,
    platform: Platform,
    limit: number,
    found: Map<PrincipalId, Principal>,
    io: ChatIo,
  ): Promise<void> {
    for await (const accounts of accountsIn(fact, platform, this.#shell.store, io)) {
      const people = await Promise.all(accounts.map((account) => this.#reached(account)));
      for (const person of people)
        if (person !== undefined && found.size < limit) found.set(person.id, person);
      if (found.size >= limit) return;
    }
  }

  /** To write to somebody, a profile may be a minute old: what they press is decided by a new one. */
  async #reached(account: Account): Promise<Principal | undefined> {
    const stored = await this.#shell.store.personByAccount(account);
    const person = stored && trusted(stored.value);
    if (person?.accounts.some((one) => accountKey(one) === accountKey(account)))
      if (await this.#directory.vouchedLately(account, person)) return person;
    const identity = await this.#directory.identify(account);
    return identity.kind === 'known' ? identity.person : undefined;
  }
}

function known(group: GroupName, fact: GroupFact | undefined): Known {
  if (fact?.kind === 'known') return fact;
  throw new ChatError('unavailable', `the group ${group}`);
}

function has(found: ReadonlyMap<PrincipalId, Principal>, email: string): boolean {
  return [...found.values()].some((person) => person.email === email);
}

/** The accounts behind a group's list. A few at a time, so that whoever has found enough asks for no more. */
async function* accountsIn(
  { accounts, emails }: Known,
  platform: Platform,
  store: People,
  io: ChatIo,
): AsyncGenerator<readonly Account[]> {
  const named = [...accounts].map(accountFrom).filter(({ platform: at }) => at === platform.name);
  yield* chunks(named);
  const unknown: string[] = [];
  for (const some of chunks([...emails])) {
    const found = await Promise.all(some.map((email) => accountsOf(email, platform, store)));
    yield found.flat();
    unknown.push(...some.filter((_, nth) => found[nth]?.length === 0));
  }
  for (const some of chunks(unknown.slice(0, LOOKUPS))) {
    const found = await Promise.all(some.map((email) => platform.accountByEmail(email, io)));
    yield found.filter((account) => account !== undefined);
  }
}

async function accountsOf(email: string, platform: Platform, store: People) {
  const people = await store.peopleByEmail(email);
  return people
    .flatMap(({ value }) => trusted(value).accounts)
    .filter((account) => account.platform === platform.name);
}

function* chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}

/** What `accountKey` made one string of. */
function accountFrom(key: string): Account {
  const [platform = '', tenant = '', userId = ''] = key.split('/');
  return { platform, tenant, userId };
}
