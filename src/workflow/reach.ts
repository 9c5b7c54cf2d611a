/** Whom of a group one can write to, and by which account; whoever is known already first. */
import type { ChatIo, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName } from '../core/policy.ts';
import type { Account, GroupFact, Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { Millis } from '../core/time.ts';
import type { Store } from '../store/store.ts';
import type { Directory } from './directory.ts';
import { trusted } from './people.ts';
import { answered } from './questions.ts';
import type { Shell } from './shell.ts';

type Known = Extract<GroupFact, { kind: 'known' }>;
type People = Pick<Store, 'personByAccount' | 'peopleByEmail'>;

const AT_ONCE = 5;
/** However few of them count, no more people are found. */
const MOST = 500;
/** A group may list very many who have no account here, and each is a call to find out. */
const LOOKUPS = 50;

export interface Wanted {
  /** So many at most of those who count. */
  readonly most: number;
  /** Whoever does not is found besides. Left out: everybody counts. */
  readonly counts?: (person: Principal) => Promise<boolean>;
  /** How long to look for them at most, if not for as long as a call may take. */
  readonly within?: Millis;
}

export class Reach {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  /**
   * The members of a group at this moment, as far as they are wanted. Whoever is found on one of the platforms is
   * not looked for on those after it. @throws ChatError
   */
  async members(
    group: GroupName,
    platforms: readonly Platform[],
    wanted: Wanted,
  ): Promise<readonly Principal[]> {
    const fact = known(group, (await this.#directory.groups([group])).get(group));
    return this.listed(fact, platforms, wanted);
  }

  /** Those behind these accounts and addresses. @throws ChatError */
  async listed(
    fact: Known,
    platforms: readonly Platform[],
    wanted: Wanted,
  ): Promise<readonly Principal[]> {
    const found = new Found(wanted);
    const troubles: ChatError[] = [];
    for (const platform of platforms) {
      const emails = new Set([...fact.emails].filter((email) => !found.has(email)));
      const within = this.#within(wanted) / platforms.length;
      const trouble = await this.#find({ ...fact, emails }, platform, within, found);
      if (trouble !== undefined) troubles.push(trouble);
    }
    // One platform that is away keeps nobody from being called by another, and neither does one person.
    if (found.people.length === 0 && troubles[0] !== undefined) throw troubles[0];
    return found.people;
  }

  /** As they were within the last minute, on one platform: for drawing. @throws ChatError */
  async drawn(
    groups: readonly GroupName[],
    platform: Platform,
    wanted: Wanted,
  ): Promise<readonly Principal[]> {
    const facts = await this.#directory.drawnGroups(groups);
    const found = new Found(wanted);
    const troubles: ChatError[] = [];
    for (const group of groups) {
      const within = this.#within(wanted) / groups.length;
      const trouble = await this.#find(known(group, facts.get(group)), platform, within, found);
      if (trouble !== undefined) troubles.push(trouble);
    }
    if (found.people.length === 0 && troubles[0] !== undefined) throw troubles[0];
    return found.people;
  }

  #within({ within }: Wanted): Millis {
    return within ?? this.#shell.settings.chatTimeout;
  }

  async #find(
    fact: Known,
    platform: Platform,
    within: Millis,
    found: Found,
  ): Promise<ChatError | undefined> {
    try {
      await answered(this.#shell.clock, within, (io) => this.#add(fact, platform, found, io));
      return undefined;
    } catch (error) {
      if (error instanceof ChatError) return error;
      throw error;
    }
  }

  /** Several at once, so that one who is waited for in vain holds up nobody else. */
  async #add(fact: Known, platform: Platform, found: Found, io: ChatIo): Promise<void> {
    const accounts = accountsIn(fact, platform, this.#shell.store, io);
    let looking = 0;
    const look = async () => {
      while (!io.signal.aborted && found.wants(looking)) {
        looking += 1;
        const next = await accounts.next();
        const person = next.done === true ? undefined : await this.#reached(next.value, io);
        await found.add(person);
        looking -= 1;
        if (next.done === true) return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, look));
  }

  /** To write to somebody, a profile may be a minute old: what they press is decided by a new one. */
  async #reached(account: Account, io: ChatIo): Promise<Principal | undefined> {
    const stored = await this.#shell.store.personByAccount(account);
    const person = stored && trusted(stored.value);
    if (person?.accounts.some((one) => accountKey(one) === accountKey(account)))
      if (await this.#directory.vouchedLately(account, person, io)) return person;
    if (io.signal.aborted) return undefined;
    const identity = await this.#directory.identify(account, io);
    return identity.kind === 'known' ? identity.person : undefined;
  }
}

/** Whom one is looking for, and whom one has found so far. */
class Found {
  readonly #wanted: Wanted;
  readonly #people = new Map<PrincipalId, Principal>();
  #counting = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get people(): readonly Principal[] {
    return [...this.#people.values()];
  }

  /** @param looking for how many it is being found out */
  wants(looking: number): boolean {
    return this.#counting + looking < this.#wanted.most && this.#people.size < MOST;
  }

  has(email: string): boolean {
    return this.people.some((person) => person.email === email);
  }

  async add(person: Principal | undefined): Promise<void> {
    if (person === undefined || this.#people.has(person.id)) return;
    this.#people.set(person.id, person);
    const { counts = everybody } = this.#wanted;
    if (await counts(person)) this.#counting += 1;
  }
}

const everybody = async () => true;

function known(group: GroupName, fact: GroupFact | undefined): Known {
  if (fact?.kind === 'known') return fact;
  throw new ChatError('unavailable', `the group ${group}`);
}

/** The accounts behind a group's list. A few at a time, so that whoever has found enough asks for no more. */
async function* accountsIn(
  { accounts, emails }: Known,
  platform: Platform,
  store: People,
  io: ChatIo,
): AsyncGenerator<Account> {
  const named = [...accounts].map(accountFrom).filter(({ platform: at }) => at === platform.name);
  yield* named;
  const unknown: string[] = [];
  for (const some of chunks([...emails])) {
    const found = await Promise.all(some.map((email) => accountsOf(email, platform, store)));
    yield* found.flat();
    unknown.push(...some.filter((_, nth) => found[nth]?.length === 0));
  }
  for (const some of chunks(unknown.slice(0, LOOKUPS))) {
    const found = await Promise.all(some.map((email) => platform.accountByEmail(email, io)));
    yield* found.filter((account) => account !== undefined);
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
