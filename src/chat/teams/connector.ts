/**
 * The Bot Connector, by the SDK's own client. Its retries never come to be: whatever is no success is
 * thrown before they see it, because repeating is done elsewhere.
 */
import type { Activity, ConversationParameters } from 'botbuilder';
import {
  type BotFrameworkAuthentication,
  type ConnectorClient,
  TeamsConnectorClient,
} from 'botframework-connector';
import { z } from 'zod';
import { ChatError, type ChatIo } from '../platform.ts';
import type { Identity } from './identity.ts';

/** Where a conversation is: each region of Teams has an address of its own. */
export interface Place {
  readonly serviceUrl: string;
  readonly conversation: string;
}

export interface Member {
  /** As Teams calls people towards this bot: `29:…`. */
  readonly mri: string;
  /** Their object id in Entra ID; absent for bots. */
  readonly userId: string | undefined;
}

const text = z.string().min(1).max(1_024);
const created = z.object({ id: text, activityId: text.optional() });
const sent = z.object({ id: text });
const member = z.object({
  id: text,
  aadObjectId: z.string().optional(),
  objectId: z.string().optional(),
});
const roster = z.object({
  members: z.array(member).default([]),
  continuationToken: z.string().optional(),
});
const details = z.object({ name: text });
const channels = z.object({
  conversations: z.array(z.object({ id: text, name: z.string().nullish() })).default([]),
});

const ROSTER_PAGE = 500;
const ROSTER_PAGES = 10;

export class Connector {
  readonly #authentication: BotFrameworkAuthentication;
  readonly #identity: Identity;

  constructor(authentication: BotFrameworkAuthentication, identity: Identity) {
    this.#authentication = authentication;
    this.#identity = identity;
  }

  /** A new conversation, with what is said first in it. @throws ChatError */
  async create(
    serviceUrl: string,
    parameters: Partial<ConversationParameters>,
    io: ChatIo,
  ): Promise<{ readonly conversation: string; readonly activity: string | undefined }> {
    const { conversations } = await this.#client(serviceUrl);
    const whole = { ...this.#identity.own, ...parameters } as ConversationParameters;
    const answer = await told(conversations.createConversation(whole, optionsOf(io)), io);
    const { id, activityId } = read(created, answer);
    return { conversation: id, activity: activityId };
  }

  /** @returns the id of what was said @throws ChatError */
  async send({ serviceUrl, conversation }: Place, said: Partial<Activity>, io: ChatIo) {
    const { conversations } = await this.#client(serviceUrl);
    const answer = conversations.sendToConversation(conversation, said, optionsOf(io));
    return read(sent, await told(answer, io)).id;
  }

  /** @throws ChatError `not-found` when it is not there any more */
  async update(place: Place, activity: string, said: Partial<Activity>, io: ChatIo): Promise<void> {
    const { conversations } = await this.#client(place.serviceUrl);
    const whole = { ...said, id: activity };
    const { conversation } = place;
    await told(conversations.updateActivity(conversation, activity, whole, optionsOf(io)), io);
  }

  /** @param id a `29:…`, or an object id @throws ChatError */
  async member({ serviceUrl, conversation }: Place, id: string, io: ChatIo): Promise<Member> {
    const { conversations } = await this.#client(serviceUrl);
    const answer = conversations.getConversationMember(conversation, id, optionsOf(io));
    return memberOf(read(member, await told(answer, io)));
  }

  /** Who is in a conversation, as far as ten pages tell. @throws ChatError */
  async members({ serviceUrl, conversation }: Place, io: ChatIo): Promise<readonly Member[]> {
    const { conversations } = await this.#client(serviceUrl);
    const found: Member[] = [];
    let next: { readonly continuationToken?: string } = {};
    for (let page = 0; page < ROSTER_PAGES; page += 1) {
      const options = { ...optionsOf(io), pageSize: ROSTER_PAGE, ...next };
      const answer = conversations.getConversationPagedMembers(
        conversation,
        // The SDK's types want a token on the first page too.
        options as typeof options & { readonly continuationToken: string },
      );
      const { members, continuationToken } = read(roster, await told(answer, io));
      found.push(...members.map(memberOf));
      if (continuationToken === undefined || continuationToken === '') break;
      next = { continuationToken };
    }
    return found;
  }

  /** @throws ChatError */
  async teamName(serviceUrl: string, team: string, io: ChatIo): Promise<string> {
    const { teams } = await this.#teamsClient(serviceUrl);
    return read(details, await told(teams.fetchTeamDetails(team, optionsOf(io)), io)).name;
  }

  /** The first channel of a team has the team's own id, and no name. @throws ChatError */
  async channels(serviceUrl: string, team: string, io: ChatIo) {
    const { teams } = await this.#teamsClient(serviceUrl);
    const answer = await told(teams.fetchChannelList(team, optionsOf(io)), io);
    return read(channels, answer).conversations.map(({ id, name }) => ({
      id,
      name: name ?? 'General',
    }));
  }

  async #teamsClient(serviceUrl: string): Promise<TeamsConnectorClient> {
    const { credentials } = await this.#client(serviceUrl);
    const options = { baseUri: serviceUrl, ...this.#identity.client };
    return new TeamsConnectorClient(credentials, options);
  }

  async #client(serviceUrl: string): Promise<ConnectorClient> {
    const factory = this.#authentication.createConnectorFactory(this.#identity.claims);
    return factory.create(serviceUrl, this.#identity.audience);
  }
}

const optionsOf = ({ signal }: ChatIo) => ({ abortSignal: signal });

function memberOf({ id, aadObjectId, objectId }: z.output<typeof member>): Member {
  return { mri: id, userId: (aadObjectId ?? objectId)?.toLowerCase() };
}

/** NB. What the SDK throws by itself carries all that it asked, our token too: it goes no further. */
function told<Answer>(call: Promise<Answer>, { signal }: ChatIo): Promise<Answer> {
  return call.catch((error: unknown) => {
    if (error instanceof ChatError) throw error;
    throw new ChatError(signal.aborted ? 'timeout' : 'bad-answer', 'The SDK makes nothing of it.');
  });
}

/** NB. The client adds what it asked to what it was answered: no more is taken than is known. */
function read<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  throw new ChatError('bad-answer', 'The answer is not what Teams documents.', { cause: error });
}
