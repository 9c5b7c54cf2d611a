/** The platform port in front of a simulated chat: each of its answers and faults, by chance. */
import type {
  CardSearch,
  ChatErrorCode,
  ChatIo,
  Conversation,
  Intake,
  Platform,
} from '../src/chat/platform.ts';
import { ChatError } from '../src/chat/platform.ts';
import type { RequestId } from '../src/core/ids.ts';
import type { Millis } from '../src/core/time.ts';
import { SECOND } from '../src/core/time.ts';
import { HEAD } from './cast.ts';
import type { Census } from './census.ts';
import type { Chat, Message } from './chat.ts';
import type { Life } from './life.ts';
import { passage } from './troubles.ts';

/** A message that takes longer than the bot waits. */
const SLOWEST: Millis = 15 * SECOND;

export interface Line {
  readonly chat: Chat;
  readonly isOut: () => boolean;
  /** Deliveries of this chat go to this intake from now on; null: nowhere. */
  readonly connect: (intake: Intake | null) => void;
}

/** As a process sees it that lives this life. */
export function simulatedPlatform(line: Line, life: Life, census: Census): Platform {
  const { chat } = line;
  const chance = life.chance.stream(`platform/${chat.name}`);
  const call = <Result>(what: string, io: ChatIo, work: () => Result): Promise<Result> => {
    const way = passage(chance, life.around.troubles().chat, SLOWEST);
    const fate = line.isOut() ? ('turned-away' as const) : way.fate;
    const done = () => {
      life.around.history.note(`${chat.name}.${what}`);
      return told(work, census);
    };
    return life.remote(
      `${chat.name}.${what}`,
      done,
      { ...way, fate },
      {
        signal: io.signal,
        turnedAway: () => fault(chance.pick(TURNED_AWAY), census),
        givenUp: () => fault('timeout', census),
      },
    );
  };
  return {
    name: chat.name,
    start: async (intake) => line.connect(intake),
    stop: async () => line.connect(null),
    findCard: (where, request, io) =>
      call('findCard', io, () => census.search(found(chat, chat.place(where), request))),
    postCard: (where, card, _people, io) =>
      call('postCard', io, () => ({ id: chat.post(placeFor(chat, where), { card }) })),
    updateCard: (at, card, _people, io) =>
      call('updateCard', io, () => {
        standing(chat, at.id).card = card;
      }),
    postLines: (at, lines, _people, io) =>
      call('postLines', io, () => {
        const parent = standing(chat, at.id);
        chat.post(parent.place, { lines, below: parent.id });
      }),
    readThread: (at, io) =>
      call('readThread', io, () => {
        const parent = chat.messages.get(at.id ?? '');
        if (parent === undefined) return { kind: 'gone' } as const;
        if (!chat.shows(parent.place)) return { kind: 'cannot-tell' } as const;
        const texts = chat.thread(parent.id).map(textOf);
        return { kind: 'read', texts, complete: true } as const;
      }),
    postNote: (where, note, _people, io) =>
      call('postNote', io, () => {
        if (where.kind === 'person') chat.notes.heard(chat.place(where), note);
        const place = placeFor(chat, where);
        if (where.kind === 'channel') chat.notes.heard(place, note);
        chat.post(place, { note });
      }),
    answer: ({ delivery = '', user = '' }, answer, _people, io) =>
      call('answer', io, () => {
        if (chat.keptOutBy.has(user)) chat.unanswerable.add(delivery);
        letIn(chat, user);
        chat.answer(delivery, answer);
      }),
    drawHome: (account, home, _people, io) =>
      call('drawHome', io, () => chat.setHome(account, home)),
    profile: (account, io) =>
      call('profile', io, () => {
        const profile = chat.profile(account.userId);
        if (profile === undefined) throw new ChatError('not-found', 'there is nobody like that');
        return profile;
      }),
    groupMembers: (group, io) =>
      call('groupMembers', io, () => {
        const members = chat.groups.get(group);
        if (members === undefined) throw new ChatError('not-found', 'there is no such group');
        return [...members].map((userId) => chat.account(userId));
      }),
    ...(chat.name === 'south' && {
      managerOf: (_account, io) => call('managerOf', io, () => chat.account(HEAD)),
    }),
    accountByEmail: (email, io) => call('accountByEmail', io, () => chat.byEmail(email)),
    doctor: async () => [],
  };
}

function found(chat: Chat, place: string, request: RequestId): CardSearch {
  if (!chat.shows(place)) return { kind: 'cannot-tell' };
  const card = chat.cards(request).find((message) => message.place === place);
  return card === undefined ? { kind: 'absent' } : { kind: 'found', at: { id: card.id } };
}

function placeFor(chat: Chat, where: Conversation): string {
  const place = chat.place(where);
  if (chat.archived.has(place)) throw new ChatError('undeliverable', `${place} is archived`);
  const person = where.kind === 'person' ? chat.members.get(where.account.userId) : undefined;
  if (where.kind === 'person' && (person === undefined || person.standing === 'deactivated'))
    throw new ChatError('undeliverable', 'nobody is there any more');
  if (person !== undefined) letIn(chat, person.userId);
  return place;
}

function letIn(chat: Chat, userId: string): void {
  if (chat.keptOutBy.has(userId))
    throw new ChatError('undeliverable', `${userId} has not let the bot in`);
}

function standing(chat: Chat, id: string | undefined): Message {
  const message = chat.messages.get(id ?? '');
  if (message === undefined) throw new ChatError('not-found', 'the message was deleted');
  if (chat.archived.has(message.place))
    throw new ChatError('undeliverable', `${message.place} is archived`);
  return message;
}

/** As each line begins on every platform. */
function textOf({ lines }: Message): string {
  return lines.map(({ seq, hash }) => `#${seq} ${hash} said`).join('\n');
}

const TURNED_AWAY: readonly [ChatErrorCode, ...ChatErrorCode[]] = [
  'unavailable',
  'rate-limited',
  'permission-denied',
  'bad-answer',
];

function fault(code: ChatErrorCode, census: Census): ChatError {
  census.chatFault(code);
  const more = code === 'rate-limited' ? { retryAfter: 5 * SECOND } : {};
  return new ChatError(code, `simulated: ${code}`, more);
}

function told<Result>(work: () => Result, census: Census): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof ChatError) census.chatFault(error.code);
    throw error;
  }
}
