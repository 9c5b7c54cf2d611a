/** Channels as policy names them, and who is in them. */
import type { Clock } from '../../clock.ts';
import { MINUTE, type Millis } from '../../core/time.ts';
import { ChatError, type ChatIo } from '../platform.ts';
import type { Connector, Place } from './connector.ts';
import type { Places, Team } from './places.ts';

/** As Teams writes them: `19:…@thread.tacv2`. */
const CHANNEL_ID = /^19:[\w.-]+@thread\.(?:tacv2|skype)$/;

/** How old a list of channels, or of who is in one, may be. */
const FRESH: Millis = 10 * MINUTE;
/** A name that is not there, or a person, is not asked for again before this. */
const REST: Millis = MINUTE;

interface Listed {
  readonly at: Millis;
  readonly channels: readonly Found[];
}

interface Found {
  readonly team: Team;
  readonly id: string;
  readonly name: string;
}

export class Channels {
  readonly #connector: Connector;
  readonly #places: Places;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #listed: Listed | null = null;
  readonly #met = new Map<string, Millis>();

  constructor(connector: Connector, places: Places, clock: Pick<Clock, 'monotonic'>) {
    this.#connector = connector;
    this.#places = places;
    this.#clock = clock;
  }

  /** @param channel `Team/Channel`, a channel's name alone, or its id @throws ChatError */
  async find(channel: string, io: ChatIo): Promise<Place> {
    if (CHANNEL_ID.test(channel)) return this.#places.at(channel);
    const known = this.#fresh(FRESH)?.filter((one) => isCalled(one, channel)) ?? [];
    const found = known.length > 0 ? known : await this.#look(channel, io);
    const [only, ...others] = found;
    if (only === undefined)
      throw new ChatError(
        'undeliverable',
        `The bot is in no team with a channel “${channel}”: add Hallpass to the team.`,
      );
    if (others.length > 0)
      throw new ChatError(
        'undeliverable',
        `Several teams have a channel “${channel}”: write it as Team/Channel, or by its id.`,
      );
    return { conversation: only.id, serviceUrl: only.team.serviceUrl };
  }

  /** Learns what Teams calls these people, where they are in the channel. Whom it cannot learn stays unknown. */
  async meet(conversation: string, userIds: readonly string[], io: ChatIo): Promise<void> {
    if (userIds.every((userId) => this.#places.mri(userId) !== undefined)) return;
    const now = this.#clock.monotonic();
    if (now - (this.#met.get(conversation) ?? Number.NEGATIVE_INFINITY) < REST) return;
    this.#met.set(conversation, now);
    const members = await this.#connector
      .members(this.#places.at(conversation), io)
      .catch((error: unknown) => {
        if (error instanceof ChatError) return [];
        throw error;
      });
    for (const { userId, mri } of members)
      if (userId !== undefined && userIds.includes(userId)) this.#places.knows(userId, mri);
  }

  async #look(channel: string, io: ChatIo): Promise<readonly Found[]> {
    const channels = this.#fresh(REST) ?? (await this.#list(io));
    return channels.filter((one) => isCalled(one, channel));
  }

  #fresh(age: Millis): readonly Found[] | undefined {
    const listed = this.#listed;
    return listed !== null && this.#clock.monotonic() - listed.at < age
      ? listed.channels
      : undefined;
  }

  /** One team that put the bot out must not hide the channels of the others. */
  async #list(io: ChatIo): Promise<readonly Found[]> {
    const lists = await Promise.all(this.#places.teams().map((team) => this.#listOf(team, io)));
    const channels = lists.flat();
    this.#listed = { at: this.#clock.monotonic(), channels };
    return channels;
  }

  /** A team's name comes with its installation alone: one that was met later has to be asked about. */
  async #name(team: Team, io: ChatIo): Promise<Team> {
    const named = { ...team, name: await this.#connector.teamName(team.serviceUrl, team.id, io) };
    this.#places.teamIs(named);
    return named;
  }

  async #listOf(team: Team, io: ChatIo): Promise<readonly Found[]> {
    try {
      const named = team.name === '' ? await this.#name(team, io) : team;
      const channels = await this.#connector.channels(team.serviceUrl, team.id, io);
      return channels.map(({ id, name }) => ({ team: named, id, name }));
    } catch (error) {
      const isOut = error instanceof ChatError && isFinal(error);
      if (isOut) return [];
      throw error;
    }
  }
}

const isFinal = ({ code }: ChatError): boolean => code === 'undeliverable' || code === 'not-found';

function isCalled({ team, name }: Found, channel: string): boolean {
  const wanted = channel.toLowerCase();
  return wanted === `${team.name}/${name}`.toLowerCase() || wanted === name.toLowerCase();
}
