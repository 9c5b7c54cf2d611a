/** Who is there: people and groups, as Entra ID tells them at this moment. */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type Account, emailFrom } from '../../core/principal.ts';
import { SECOND } from '../../core/time.ts';
import { ChatError, type ChatIo, type Profile, type Standing } from '../platform.ts';
import { type Share, shared } from '../questions.ts';
import type { GraphClient } from './graph.ts';
import { GUID, guid } from './guid.ts';
import { literal, pathTo } from './odata.ts';
import { GRAPH_PERMISSIONS } from './permissions.ts';

export const PLATFORM = 'teams';

/** What is asked for decisions is shared by those who ask at the same moment, and is never kept. */
const SAME_MOMENT = SECOND / 2;

const userShape = z.object({
  id: guid,
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
});
type User = z.output<typeof userShape>;

const namesakeShape = userShape.pick({ id: true, mail: true, userPrincipalName: true });
const managerShape = userShape.pick({ id: true });
const groupShape = z.object({ id: guid, displayName: z.string() });
const memberShape = z.object({ '@odata.type': z.string(), id: z.string() });

export interface DirectoryOptions {
  readonly graph: GraphClient;
  readonly clock: Pick<Clock, 'monotonic' | 'timeLimit'>;
  /** The only one whose people are anybody here. */
  readonly tenant: string;
}

export class Directory {
  readonly #graph: GraphClient;
  readonly #tenant: string;
  readonly #share: Share;

  constructor({ graph, clock, tenant }: DirectoryOptions) {
    this.#graph = graph;
    this.#tenant = tenant.toLowerCase();
    this.#share = shared(clock);
  }

  account(userId: string): Account {
    return { platform: PLATFORM, tenant: this.#tenant, userId };
  }

  // ── people ──

  /** @throws ChatError `not-found` for whoever is nobody of this tenant, without asking about them */
  async profile({ tenant, userId }: Account, io: ChatIo): Promise<Profile> {
    if (tenant.toLowerCase() !== this.#tenant || !GUID.test(userId))
      throw new ChatError('not-found', 'The account is of another tenant.');
    const id = userId.toLowerCase();
    const read = (own: ChatIo) => this.#profileOnce(id, own);
    return this.#share(`person ${id}`, io, read, SAME_MOMENT);
  }

  async #profileOnce(id: string, io: ChatIo): Promise<Profile> {
    const fields = Object.keys(userShape.shape).join(',');
    const user = await this.#graph.get(pathTo(['users', id], { $select: fields }), userShape, io);
    if (user.id !== id)
      throw new ChatError('bad-answer', 'Graph tells of somebody who was not asked about.');
    const standing = standingOf(user);
    const names = [user.displayName, user.userPrincipalName];
    return {
      name: names.find((name) => name) ?? user.id,
      email: emailOf(user, standing),
      standing,
    };
  }

  async accountByEmail(email: string, io: ChatIo): Promise<Account | undefined> {
    const text = literal(email);
    const path = pathTo(['users'], {
      $filter: `mail eq ${text} or userPrincipalName eq ${text}`,
      $select: Object.keys(namesakeShape.shape).join(','),
    });
    const users = await this.#graph.list(path, namesakeShape, io);
    const wanted = emailFrom(email);
    if (!users.every((user) => addressesOf(user).includes(wanted)))
      throw new ChatError('bad-answer', 'Graph tells of somebody with another e-mail.');
    const [only, ...others] = users;
    if (others.length > 0)
      throw new ChatError('bad-answer', 'Several people in Entra ID have the same e-mail.');
    return only && this.account(only.id);
  }

  /**
   * NB. Nobody being the manager is answered like nobody being there.
   * https://learn.microsoft.com/graph/api/user-list-manager
   */
  async managerOf({ tenant, userId }: Account, io: ChatIo): Promise<Account | undefined> {
    if (tenant.toLowerCase() !== this.#tenant || !GUID.test(userId)) return undefined;
    const path = pathTo(['users', userId.toLowerCase(), 'manager'], { $select: 'id' });
    try {
      return this.account((await this.#graph.get(path, managerShape, io)).id);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  // ── groups ──

  /** @param group the id of a group, or its display name, with an @ before it or without */
  async groupMembers(group: string, io: ChatIo): Promise<readonly Account[]> {
    const read = async (own: ChatIo) => {
      const id = GUID.test(group) ? group.toLowerCase() : await this.#groupId(group, own);
      return this.#membersOf(id, own);
    };
    const members = await this.#share(`group ${group}`, io, read, SAME_MOMENT);
    return members.map((userId) => this.account(userId));
  }

  /**
   * NB. Graph could leave out all but people by itself, yet only from an index that lags behind: who
   * was put out of the group a moment ago would still be in it.
   * https://learn.microsoft.com/graph/api/group-list-transitivemembers#request-headers
   */
  async #membersOf(id: string, io: ChatIo): Promise<readonly string[]> {
    const query = { $select: 'id', $top: '999' };
    const path = pathTo(['groups', id, 'transitiveMembers'], query);
    const members = await this.#graph.list(path, memberShape, io);
    const people = members.filter((member) => member['@odata.type'] === '#microsoft.graph.user');
    const ids = z.array(guid).safeParse(people.map((person) => person.id));
    if (!ids.success) throw new ChatError('bad-answer', 'Graph tells of a person without an id.');
    return [...new Set(ids.data)];
  }

  async #groupId(group: string, io: ChatIo): Promise<string> {
    const name = group.replace(/^@/, '');
    const query = { $filter: `displayName eq ${literal(name)}`, $select: 'id,displayName' };
    const found = await this.#graph.list(pathTo(['groups'], query), groupShape, io);
    if (!found.every(({ displayName }) => displayName.toLowerCase() === name.toLowerCase()))
      throw new ChatError('bad-answer', 'Graph tells of a group that was not asked about.');
    const [only, ...others] = found;
    if (only === undefined) throw new ChatError('not-found', `Entra ID has no group “${name}”.`);
    // Whoever may create groups may give one any name: none of several is the one that was meant.
    if (others.length > 0)
      throw new ChatError(
        'bad-answer',
        `Several groups are called “${name}”: write its object id.`,
      );
    return only.id;
  }
}

function standingOf({ accountEnabled, userType, userPrincipalName }: User): Standing {
  // Graph tells nothing to those who may not know.
  if (typeof accountEnabled !== 'boolean')
    throw new ChatError(
      'permission-denied',
      `Graph does not tell whether an account is enabled: ${GRAPH_PERMISSIONS.users.name} is missing.`,
    );
  if (!accountEnabled) return 'deactivated';
  if (userPrincipalName?.toUpperCase().includes('#EXT#')) return 'guest';
  // Accounts from before 2014 have no type, and are members.
  return (userType ?? 'Member') === 'Member' ? 'member' : 'guest';
}

/**
 * Both are set by administrators, or by what an administrator synchronizes; people cannot change their
 * own. A sign-in name is always of a verified domain; `mail` need not be. A guest's sign-in name is made
 * up from the address at home, and therefore no e-mail.
 */
function emailOf({ mail, userPrincipalName }: User, standing: Standing): string {
  if (mail) return emailFrom(mail);
  return standing === 'member' ? emailFrom(userPrincipalName ?? '') : '';
}

function addressesOf({ mail, userPrincipalName }: Partial<User>): readonly string[] {
  return [mail, userPrincipalName].map((address) => emailFrom(address ?? ''));
}
