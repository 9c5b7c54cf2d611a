/** Who and what is there: people, groups, channels and the direct messages with each person. */
import type { Clock } from '../../clock.ts';
import { type Account, emailFrom } from '../../core/principal.ts';
import { type Instant, MINUTE, SECOND } from '../../core/time.ts';
import {
  ChatError,
  type ChatIo,
  type Conversation,
  type Profile,
  type Standing,
} from '../platform.ts';
import { type Share, shared } from '../questions.ts';
import type { SlackClient } from './client.ts';
import type { Answer, SlackUser } from './methods.ts';

export const PLATFORM = 'slack';

/** Ours: from `auth.test`. */
export interface Identity {
  readonly team: string;
  readonly botUser: string;
  /** What the token may do; empty where Slack did not say. */
  readonly scopes: readonly string[];
}

export type Channel = Answer<'conversations.list'>['channels'][number];

const CHANNEL_ID = /^[CG][A-Z0-9]+$/;
const GROUP_ID = /^S[A-Z0-9]+$/;
const CHANNELS_LIVE = 10 * MINUTE;
/** A name that was not found is not asked for again at once: the list is long and its limit low. */
const CHANNELS_REST = 15 * SECOND;
const PAGES = 50;
/** Who is in a group is asked for decisions: an answer that hangs is soon too old to be shared. */
const SAME_MOMENT = SECOND / 2;

interface ChannelList {
  readonly byName: ReadonlyMap<string, Channel>;
  readonly at: Instant;
}

export class Directory {
  readonly #client: SlackClient;
  readonly #clock: Clock;
  readonly #direct = new Map<string, string>();
  readonly #share: Share;
  #channels: ChannelList | null = null;
  #identity: Identity | null = null;

  constructor(client: SlackClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#share = shared(clock);
  }

  async identity(io: ChatIo): Promise<Identity> {
    if (this.#identity !== null) return this.#identity;
    const me = await this.#client.call('auth.test', {}, io);
    const scopes = me.response_metadata?.scopes ?? [];
    this.#identity = { team: me.team_id, botUser: me.user_id, scopes };
    return this.#identity;
  }

  async account(userId: string, io: ChatIo): Promise<Account> {
    return { platform: PLATFORM, tenant: (await this.identity(io)).team, userId };
  }

  // ── people ──

  async profile(account: Account, io: ChatIo): Promise<Profile> {
    const { team } = await this.identity(io);
    const { user } = await this.#client.call('users.info', { user: account.userId }, io);
    if (user.id !== account.userId)
      throw new ChatError('bad-answer', 'Slack tells of somebody who was not asked about.');
    const { profile } = user;
    const names = [profile?.display_name, profile?.real_name, user.real_name, user.name];
    return {
      name: names.find((name) => name !== undefined && name !== '') ?? user.id,
      email: emailFrom(profile?.email ?? ''),
      standing: standingOf(user, team),
      zone: user.tz ?? undefined,
    };
  }

  async accountByEmail(email: string, io: ChatIo): Promise<Account | undefined> {
    try {
      const { user } = await this.#client.call('users.lookupByEmail', { email }, io);
      return await this.account(user.id, io);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  // ── groups ──

  /** @param group `@sre`, or the id of a user group */
  async groupMembers(group: string, io: ChatIo): Promise<readonly Account[]> {
    const { team } = await this.identity(io);
    const read = async (own: ChatIo) => {
      const usergroup = await this.#groupIdOnce(group, own);
      return (await this.#client.call('usergroups.users.list', { usergroup }, own)).users;
    };
    const members = await this.#share(`group ${group}`, io, read, SAME_MOMENT);
    return members.map((userId) => ({ platform: PLATFORM, tenant: team, userId }));
  }

  groupId(group: string, io: ChatIo): Promise<string> {
    return this.#share(`group id ${group}`, io, (own) => this.#groupIdOnce(group, own));
  }

  async #groupIdOnce(group: string, io: ChatIo): Promise<string> {
    if (GROUP_ID.test(group)) return group;
    const handle = group.replace(/^@/, '');
    const { usergroups } = await this.#client.call('usergroups.list', {}, io);
    const found = usergroups.find((one) => one.handle === handle);
    if (found === undefined) throw new ChatError('not-found', `Slack has no group @${handle}.`);
    return found.id;
  }

  // ── conversations ──

  conversationId(where: Conversation, io: ChatIo): Promise<string> {
    return where.kind === 'person'
      ? this.#directId(where.account.userId, io)
      : this.#channelId(where.channel, io);
  }

  /** What was known about conversations was wrong, unless it was learnt a moment ago. */
  forget(): void {
    if (this.#fresh(CHANNELS_REST) === undefined) this.#channels = null;
    this.#direct.clear();
  }

  /** undefined: no such channel, archived, or private without the bot in it. */
  async channel(name: string, io: ChatIo): Promise<Channel | undefined> {
    const known = this.#fresh(CHANNELS_LIVE)?.byName.get(name);
    if (known !== undefined) return known;
    return (this.#fresh(CHANNELS_REST) ?? (await this.#listChannels(io))).byName.get(name);
  }

  async #channelId(channel: string, io: ChatIo): Promise<string> {
    const name = channel.replace(/^#/, '');
    if (CHANNEL_ID.test(name)) return name;
    const found = await this.channel(name, io);
    if (found === undefined)
      throw new ChatError('undeliverable', `The bot sees no channel #${name}: invite it there.`);
    return found.id;
  }

  async #directId(user: string, io: ChatIo): Promise<string> {
    const known = this.#direct.get(user);
    if (known !== undefined) return known;
    const { channel } = await this.#client.call('conversations.open', { users: user }, io);
    if (this.#direct.size > 10_000) this.#direct.clear();
    this.#direct.set(user, channel.id);
    return channel.id;
  }

  #fresh(age: number): ChannelList | undefined {
    const list = this.#channels;
    return list !== null && this.#clock.monotonic() - list.at < age ? list : undefined;
  }

  #listChannels(io: ChatIo): Promise<ChannelList> {
    return this.#share('channels', io, async (own) => {
      const byName = new Map<string, Channel>();
      let cursor = '';
      for (let page = 0; page < PAGES; page += 1) {
        const answer = await this.#channelPage(cursor, own);
        for (const channel of answer.channels) {
          byName.set(channel.name, channel);
          byName.set(channel.id, channel);
        }
        cursor = answer.response_metadata?.next_cursor ?? '';
        if (cursor === '') break;
      }
      this.#channels = { byName, at: this.#clock.monotonic() };
      return this.#channels;
    });
  }

  #channelPage(cursor: string, io: ChatIo): Promise<Answer<'conversations.list'>> {
    const args = { types: 'public_channel,private_channel', exclude_archived: true, limit: 999 };
    return this.#client.call('conversations.list', { ...args, ...(cursor && { cursor }) }, io);
  }
}

/** Slackbot has no bot's flag: https://docs.slack.dev/reference/objects/user-object */
function standingOf(user: SlackUser, team: string): Standing {
  if (user.deleted === true) return 'deactivated';
  if (user.is_bot === true || user.id === 'USLACKBOT') return 'bot';
  if (user.is_stranger === true || (user.team_id ?? team) !== team) return 'stranger';
  return user.is_restricted === true || user.is_ultra_restricted === true ? 'guest' : 'member';
}
