/** Cards, lines, notes and answers on their way out. */
import type { Activity } from 'botbuilder';
import type { PrincipalId } from '../../core/ids.ts';
import type { Pacer, Rank } from '../pacing.ts';
import {
  ChatError,
  type ChatIo,
  type Conversation,
  type MessageRef,
  type People,
  type Platform,
} from '../platform.ts';
import { baseOf } from './activities.ts';
import type { Called } from './calls.ts';
import { cardContent } from './card.ts';
import type { Channels } from './channels.ts';
import type { Connector, Place } from './connector.ts';
import { PLATFORM } from './directory.ts';
import type { AdaptiveCard } from './elements.ts';
import { homeContent } from './home.ts';
import { message } from './message.ts';
import { offerContent } from './offer.ts';
import type { TeamsPace } from './pace.ts';
import type { PersonalChats } from './personal-chats.ts';
import type { Places } from './places.ts';
import { answerContent, linesContent, noteContent } from './say.ts';
import { plainSummary } from './text.ts';
import type { Waiting } from './waiting.ts';

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
  readonly connector: Connector;
  readonly channels: Channels;
  readonly chats: PersonalChats;
  readonly places: Places;
  readonly pacer: Pacer<keyof TeamsPace>;
  readonly waiting: Waiting;
}

export class Outbound implements Out {
  readonly #parts: OutboundParts;

  constructor(parts: OutboundParts) {
    this.#parts = parts;
  }

  /** The Bot Connector shows a bot no history. */
  findCard: Platform['findCard'] = async () => ({ kind: 'cannot-tell' });
  readThread: Platform['readThread'] = async () => ({ kind: 'cannot-tell' });

  postCard: Platform['postCard'] = async (where, card, people, io) => {
    const place = await this.#placeOf(where, io);
    const viewers = await this.#viewers(place.conversation, card.viewers, people, io);
    const called = this.#called(card.mentions?.people ?? [], people);
    const face = where.kind === 'person' ? personal : { ...shared(viewers), called };
    const said = message(cardContent(card, people, face), plainSummary(card.title, people));
    return this.#post(where, place, said, io);
  };

  updateCard: Platform['updateCard'] = async (at, card, people, io) => {
    const { conversation, activity } = refOf(at);
    const place = this.#parts.places.at(conversation);
    const viewers = await this.#viewers(conversation, card.viewers, people, io);
    const face = isThread(conversation) ? shared(viewers) : personal;
    const said = message(cardContent(card, people, face), plainSummary(card.headline, people));
    await this.#paced(conversation, 'card', io, () =>
      this.#parts.connector.update(place, activity, said, io),
    );
  };

  postLines: Platform['postLines'] = async (at, lines, people, io) => {
    const { conversation } = refOf(at);
    const summary = plainSummary(lines.at(-1)?.text ?? [], people);
    await this.#say(conversation, linesContent(lines, people), summary, 'line', io);
  };

  postNote: Platform['postNote'] = async (where, note, people, io) => {
    const place = await this.#placeOf(where, io);
    const said = message(noteContent(note, people), plainSummary(note.text, people));
    await this.#post(where, place, said, io);
  };

  /**
   * To whoever waits in the acknowledgement of a button, else in the person's own chat: what is said in a
   * channel everybody reads.
   */
  answer: Platform['answer'] = async (to, answer, people, io) => {
    const { key, user, conversation = '', place } = to;
    const { chats } = this.#parts;
    if (key !== undefined && this.#parts.waiting.offer(key, { answer, people })) return;
    if (user === undefined) throw new ChatError('undeliverable', 'It is not known who asked.');
    const said = answerContent(answer, people);
    const summary = plainSummary(answer.lines[0] ?? [], people);
    if (place === 'chat') return this.#say(conversation, said, summary, 'card', io);
    try {
      const chat = await chats.of(user, io);
      await chats.orForgotten(user, () => this.#say(chat.conversation, said, summary, 'card', io));
    } catch (error) {
      if (!(error instanceof ChatError && error.code === 'undeliverable')) throw error;
      await this.#say(conversation, answerContent(UNREACHED, people), UNREACHED_TEXT, 'card', io);
    }
  };

  /** A bot has no page in Teams: one card in the person's chat stands for it, and is kept up to date. */
  drawHome: Platform['drawHome'] = async ({ userId }, view, people, io) => {
    const { connector, chats, places } = this.#parts;
    const place = await chats.of(userId, io);
    const said = message(homeContent(view, people), 'My access');
    const before = places.home(userId);
    const anew = async () => places.homeIs(userId, await connector.send(place, said, io));
    const draw = async () => {
      if (before === undefined) return anew();
      await connector.update(place, before, said, io).catch((error: unknown) => {
        if (error instanceof ChatError && error.code === 'not-found') return anew();
        throw error;
      });
    };
    await this.#paced(place.conversation, 'line', io, () => chats.orForgotten(userId, draw));
  };

  /** Only a button may open a form. */
  async offerForm(conversation: string, role: string | null, io: ChatIo): Promise<void> {
    await this.#say(conversation, offerContent(role), 'Ask for access', 'card', io);
  }

  /** Learns whom a mention means. @throws ChatError */
  async lookUp(conversation: string, mri: string, io: ChatIo): Promise<void> {
    const { connector, places } = this.#parts;
    const { userId } = await connector.member(places.at(baseOf(conversation)), mri, io);
    if (userId !== undefined) places.knows(userId, mri);
  }

  async #placeOf(where: Conversation, io: ChatIo): Promise<Place> {
    return where.kind === 'person'
      ? this.#parts.chats.of(where.account.userId, io)
      : this.#parts.channels.find(where.channel, io);
  }

  async #post(
    where: Conversation,
    place: Place,
    said: Partial<Activity>,
    io: ChatIo,
  ): Promise<MessageRef> {
    const { connector, chats } = this.#parts;
    return this.#paced(place.conversation, 'card', io, async () => {
      if (where.kind === 'channel') return this.#startThread(place, said, io);
      const { userId } = where.account;
      const activity = await chats.orForgotten(userId, () => connector.send(place, said, io));
      return { conversation: place.conversation, activity };
    });
  }

  /** What is new in a channel begins a thread of its own. */
  async #startThread({ serviceUrl, conversation }: Place, said: Partial<Activity>, io: ChatIo) {
    const parameters = {
      isGroup: true,
      activity: said as Activity,
      channelData: { channel: { id: conversation } },
    };
    const made = await this.#parts.connector.create(serviceUrl, parameters, io);
    const activity = made.activity ?? /;messageid=(.+)$/.exec(made.conversation)?.[1];
    if (activity === undefined)
      throw new ChatError('bad-answer', 'Teams does not say what it posted.');
    return { conversation: `${baseOf(made.conversation)};messageid=${activity}`, activity };
  }

  async #say(
    conversation: string,
    card: AdaptiveCard,
    summary: string,
    rank: Rank,
    io: ChatIo,
  ): Promise<void> {
    const { connector, places } = this.#parts;
    await this.#paced(conversation, rank, io, () =>
      connector.send(places.at(conversation), message(card, summary), io),
    );
  }

  async #paced<Result>(
    conversation: string,
    rank: Rank,
    io: ChatIo,
    call: () => Promise<Result>,
  ): Promise<Result> {
    const { pacer } = this.#parts;
    const lane = baseOf(conversation);
    await pacer.turn('hour', lane, rank, io);
    await pacer.turn('burst', lane, rank, io);
    try {
      return await call();
    } catch (error) {
      if (error instanceof ChatError && error.retryAfter !== null)
        pacer.hold('burst', lane, error.retryAfter);
      throw error;
    }
  }

  /** Those whom Teams shall show a card of their own. One whom it does not know asks for it by hand. */
  async #viewers(
    conversation: string,
    ids: readonly PrincipalId[],
    people: People,
    io: ChatIo,
  ): Promise<readonly string[]> {
    if (ids.length === 0 || !isThread(conversation)) return [];
    const userIds = accountsOf(ids, people);
    await this.#parts.channels.meet(baseOf(conversation), userIds, io);
    return userIds.flatMap((userId) => this.#parts.places.mri(userId) ?? []);
  }

  #called(ids: readonly PrincipalId[], people: People): readonly Called[] {
    return ids.flatMap((id) => {
      const [userId] = accountsOf([id], people);
      const mri = userId === undefined ? undefined : this.#parts.places.mri(userId);
      return mri === undefined ? [] : [{ mri, name: people.get(id)?.name ?? '' }];
    });
  }
}

const personal = { kind: 'personal' } as const;
const shared = (viewers: readonly string[]) => ({ kind: 'shared', viewers }) as const;

/** A channel's conversations are threads; those with a person are not. */
const isThread = (conversation: string): boolean => conversation.startsWith('19:');

const UNREACHED_TEXT =
  'I could not write to you: open a chat with me first (choose my name, then Chat), and say it there.';
const UNREACHED = { tone: 'no', lines: [[UNREACHED_TEXT]], example: null } as const;

function accountsOf(ids: readonly PrincipalId[], people: People): readonly string[] {
  const accounts = ids.flatMap((id) => people.get(id)?.accounts ?? []);
  return accounts.flatMap(({ platform, userId }) => (platform === PLATFORM ? [userId] : []));
}

function refOf(at: MessageRef): { conversation: string; activity: string } {
  const { conversation, activity } = at;
  if (conversation === undefined || activity === undefined)
    throw new ChatError('not-found', 'This is no message of Teams.');
  return { conversation, activity };
}
