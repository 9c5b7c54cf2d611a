/** Cards, lines, notes, answers and home pages on their way out. */
import { MINUTE, SECOND } from '../../core/time.ts';
import type { CardView, Mention } from '../../core/view.ts';
import type { Pacer, Rank } from '../pacing.ts';
import {
  ChatError,
  type ChatIo,
  type Conversation,
  type MessageRef,
  type People,
  type Platform,
  type ThreadReading,
} from '../platform.ts';
import {
  answerMessage,
  cardBlockId,
  cardMessage,
  linesMessage,
  type Message,
  mentionBlock,
  noteMessage,
  slackGroups,
} from './blocks.ts';
import type { SlackClient } from './client.ts';
import { type Directory, PLATFORM } from './directory.ts';
import { homeView } from './home.ts';
import type { Answer, Method, SlackMessage } from './methods.ts';
import type { SlackPace } from './pace.ts';
import { isSlacks, respond } from './respond.ts';
import { textOf } from './thread.ts';

const HISTORY_PAGE = 200;
const HISTORY_PAGES = 10;
const THREAD_PAGES = 50;
/** How far Slack's clock and ours may differ. */
const SKEW = 5 * MINUTE;

type Out = Pick<
  Platform,
  | 'findCard'
  | 'postCard'
  | 'updateCard'
  | 'postLines'
  | 'readThread'
  | 'postNote'
  | 'answer'
  | 'drawHome'
>;

export interface OutboundParts {
  readonly apiUrl: string | undefined;
  readonly client: SlackClient;
  readonly directory: Directory;
  readonly pacer: Pacer<keyof SlackPace>;
}

export class Outbound implements Out {
  readonly #client: SlackClient;
  readonly #directory: Directory;
  readonly #pacer: Pacer<keyof SlackPace>;
  readonly #apiUrl: string | undefined;

  constructor({ client, directory, pacer, apiUrl }: OutboundParts) {
    this.#apiUrl = apiUrl;
    this.#client = client;
    this.#directory = directory;
    this.#pacer = pacer;
  }

  findCard: Platform['findCard'] = async (where, request, io, since) => {
    const { botUser } = await this.#directory.identity(io);
    const channel = await this.#directory.conversationId(where, io);
    const oldest = since === undefined ? {} : { oldest: `${Math.max(0, since - SKEW) / SECOND}` };
    let cursor = '';
    for (let page = 0; page < HISTORY_PAGES; page += 1) {
      const args = { channel, limit: HISTORY_PAGE, ...oldest, ...(cursor && { cursor }) };
      const answer = await this.#client.call('conversations.history', args, io);
      const card = answer.messages.find((message) => isCard(message, botUser, request));
      if (card !== undefined) return { kind: 'found', at: { channel, ts: card.ts } };
      cursor = nextCursor(answer);
      if (cursor === '') return { kind: answer.has_more === true ? 'cannot-tell' : 'absent' };
    }
    return { kind: 'cannot-tell' };
  };

  postCard: Platform['postCard'] = async (where, card, people, io) => {
    const message = cardMessage(card, people);
    const blocks = [...message.blocks, ...(await this.#mentions(card, people, io))];
    return this.#post(where, { ...message, blocks }, 'card', io);
  };

  updateCard: Platform['updateCard'] = async (at, card, people, io) => {
    const args = { ...refOf(at), ...cardMessage(card, people), ...INERT };
    await this.#paced('update', '', 'card', io, 'chat.update', args);
  };

  postLines: Platform['postLines'] = async (at, lines, people, io) => {
    const { channel, ts } = refOf(at);
    const args = { channel, thread_ts: ts, ...linesMessage(lines, people), ...UNFURLED };
    await this.#paced('message', channel, 'line', io, 'chat.postMessage', args);
  };

  readThread: Platform['readThread'] = async (at, io) => {
    const { botUser } = await this.#directory.identity(io);
    const { channel, ts } = refOf(at);
    try {
      const { messages, whole } = await this.#thread(channel, ts, io);
      return reading(messages, whole, ts, botUser);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not-found') return { kind: 'gone' };
      throw error;
    }
  };

  postNote: Platform['postNote'] = async (where, note, people, io) => {
    await this.#post(where, noteMessage(note, people), 'card', io);
  };

  answer: Platform['answer'] = async (to, answer, people, io) => {
    const { responseUrl, user } = to;
    const message = answerMessage(answer, people);
    const isKnown = responseUrl !== undefined && isSlacks(responseUrl, this.#apiUrl);
    if (isKnown && (await respond(responseUrl, message, io))) return;
    if (user === undefined) throw new ChatError('undeliverable', 'It is not known who asked.');
    const account = await this.#directory.account(user, io);
    await this.#post({ kind: 'person', account }, message, 'card', io);
  };

  drawHome: Platform['drawHome'] = async (account, home, people, io) => {
    const args = { user_id: account.userId, view: homeView(home, people) };
    await this.#paced('home', '', 'card', io, 'views.publish', args);
  };

  async #post(where: Conversation, message: Message, rank: Rank, io: ChatIo): Promise<MessageRef> {
    const channel = await this.#directory.conversationId(where, io);
    const args = { channel, ...message, ...UNFURLED };
    const { ts } = await this.#paced('message', channel, rank, io, 'chat.postMessage', args);
    return { channel, ts };
  }

  async #paced<M extends Method>(
    kind: keyof SlackPace,
    lane: string,
    rank: Rank,
    io: ChatIo,
    method: M,
    args: Readonly<Record<string, unknown>>,
  ): Promise<Answer<M>> {
    await this.#pacer.turn(kind, lane, rank, io);
    try {
      return await this.#client.call(method, args, io);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.retryAfter !== null) this.#pacer.hold(kind, lane, error.retryAfter);
      if (error.code === 'undeliverable') this.#directory.forget();
      throw error;
    }
  }

  async #mentions(card: CardView, people: People, io: ChatIo) {
    if (card.mentions === null) return [];
    const users = card.mentions.people.flatMap((id) => people.get(id)?.accounts ?? []);
    const ids = users.filter(({ platform }) => platform === PLATFORM).map(({ userId }) => userId);
    return mentionBlock(ids, await this.#groupIds(card.mentions, io));
  }

  /** A group that cannot be found is a reason to name people, not to post no card. */
  async #groupIds(mention: Mention, io: ChatIo): Promise<readonly string[]> {
    const found = slackGroups(mention).map((group) => this.#directory.groupId(group, io));
    const settled = await Promise.allSettled(found);
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async #thread(channel: string, ts: string, io: ChatIo) {
    const messages: SlackMessage[] = [];
    let cursor = '';
    for (let page = 0; page < THREAD_PAGES; page += 1) {
      const args = { channel, ts, limit: HISTORY_PAGE, ...(cursor && { cursor }) };
      const answer = await this.#client.call('conversations.replies', args, io);
      messages.push(...answer.messages);
      cursor = nextCursor(answer);
      if (cursor === '') return { messages, whole: answer.has_more !== true };
    }
    return { messages, whole: false };
  }
}

/** Nothing in the text is looked for: no names, no addresses. */
const INERT = { parse: 'none', link_names: false } as const;
const UNFURLED = { ...INERT, unfurl_links: false, unfurl_media: false } as const;

const nextCursor = (answer: Answer<'conversations.history'>): string =>
  answer.response_metadata?.next_cursor ?? '';

const isCard = (message: SlackMessage, botUser: string, request: string): boolean =>
  message.user === botUser && message.blocks?.[0]?.block_id === cardBlockId(request);

function refOf(at: MessageRef): { channel: string; ts: string } {
  const { channel, ts } = at;
  if (channel === undefined || ts === undefined)
    throw new ChatError('not-found', 'This is no message of Slack.');
  return { channel, ts };
}

function reading(
  messages: readonly SlackMessage[],
  whole: boolean,
  ts: string,
  botUser: string,
): ThreadReading {
  const parent = messages.find((message) => message.ts === ts);
  if (parent === undefined) return { kind: 'gone' };
  const replies = messages.filter((message) => message.ts !== ts);
  const texts = replies.filter(({ user }) => user === botUser).map(textOf);
  return { kind: 'read', texts, complete: whole && replies.length >= (parent.reply_count ?? 0) };
}
