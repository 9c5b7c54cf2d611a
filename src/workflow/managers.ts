/** Who manages somebody: by the directories of the chats that know it, and by the groups of policy that say so. */
import type { Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { ManagersFact } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import { managedGroups } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
import { accountKey, membership, sameHuman } from '../core/principal.ts';
import type { Directory } from './directory.ts';
import { trusted } from './people.ts';
import { answered } from './questions.ts';
import type { Reach } from './reach.ts';
import type { Shell } from './shell.ts';

const MOST = 25;

/** What a source says; `isWhole`: it could be read. */
interface Said<Who> {
  readonly who: readonly Who[];
  readonly isWhole: boolean;
}

export class Managers {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #reach: Reach;

  constructor(shell: Shell, directory: Directory, reach: Reach) {
    this.#shell = shell;
    this.#directory = directory;
    this.#reach = reach;
  }

  /** At this moment. NB. What cannot be read keeps nobody from being told who is named elsewhere. */
  async of(id: PrincipalId): Promise<ManagersFact> {
    const record = (await this.#shell.store.person(id))?.value;
    if (record === undefined) return { kind: 'unknown', why: 'no-manager' };
    const person = trusted(record);
    const [listed, told] = await Promise.all([this.#listed(person), this.#told(person)]);
    const found = await this.#found(listed.who, told.who);
    const people = found.who.filter((one) => !sameHuman(one, person)).map((one) => one.id);
    if (people.length > 0) return { kind: 'known', people };
    const isWhole = listed.isWhole && told.isWhole && found.isWhole;
    return { kind: 'unknown', why: isWhole ? 'no-manager' : 'manager-unreadable' };
  }

  /** E-mails that groups of policy list. */
  async #listed(person: Principal): Promise<Said<string>> {
    const groups = managedGroups(this.#shell.policy());
    const facts = await this.#directory.groups(groups.map(({ name }) => name));
    const answers = groups.map((group) => ({
      group,
      answer: membership(facts.get(group.name), person),
    }));
    return {
      who: answers.flatMap(({ group, answer }) => (answer === 'member' ? group.managers : [])),
      isWhole: answers.every(({ answer }) => answer !== 'unknown'),
    };
  }

  /** Accounts that the chats themselves name. */
  async #told({ accounts }: Principal): Promise<Said<Account>> {
    const answers = await Promise.all(accounts.map((account) => this.#asked(account)));
    return {
      who: answers.flatMap(({ who }) => who),
      isWhole: answers.every(({ isWhole }) => isWhole),
    };
  }

  async #asked(account: Account): Promise<Said<Account>> {
    const { clock, settings, platforms } = this.#shell;
    const platform: Platform | undefined = platforms.get(account.platform);
    if (platform?.managerOf === undefined) return { who: [], isWhole: true };
    return read(async () => {
      const manager = await answered(clock, settings.chatTimeout, async (io) =>
        platform.managerOf?.(account, io),
      );
      return manager === undefined ? [] : [manager];
    });
  }

  #found(emails: readonly string[], accounts: readonly Account[]): Promise<Said<Principal>> {
    const fact = {
      kind: 'known',
      emails: new Set(emails),
      accounts: new Set(accounts.map(accountKey)),
    } as const;
    const { platforms, settings } = this.#shell;
    // NB. Whoever waits for this has waited for the directories: the ladder goes on in time, whoever answers.
    const within = settings.chatTimeout / 2;
    return read(() => this.#reach.listed(fact, [...platforms.values()], { most: MOST, within }));
  }
}

async function read<Who>(ask: () => Promise<readonly Who[]>): Promise<Said<Who>> {
  try {
    return { who: await ask(), isWhole: true };
  } catch (error) {
    if (error instanceof ChatError) return { who: [], isWhole: false };
    throw error;
  }
}
