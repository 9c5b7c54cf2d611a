/** The local workspace as a platform: what stories, the demo and the page in the browser talk to. */
import { type Account, emailFrom } from '../../core/principal.ts';
import type { Mention } from '../../core/view.ts';
import {
  ChatError,
  type ChatFinding,
  type ChatIo,
  type Conversation,
  type Intake,
  type MessageRef,
  type People,
  type Platform,
  type Profile,
} from '../platform.ts';
import type { Content, LocalMessage, Names, Place } from './board.ts';
import { ARCHIVED, Faults, UNREACHABLE, UNREADABLE } from './faults.ts';
import type { LocalPerson } from './people.ts';
import { answerText, cardText, homeText, linesText, noteText } from './render.ts';
import { type LocalWorkspace, PLATFORM } from './workspace.ts';

export function createLocal(workspace: LocalWorkspace): Platform {
  const wire = new Wire(workspace);
  return {
    name: PLATFORM,
    start: async (intake: Intake) => workspace.connect(intake),
    stop: async () => workspace.disconnect(),

    async findCard(where, request, io) {
      const place = wire.place(where, io);
      if (nameOf(place) === UNREADABLE) return { kind: 'cannot-tell' };
      const cards = wire.at(place, () => workspace.board.cards(request));
      const card = cards.find((message) => nameOf(message.place) === nameOf(place));
      return card === undefined ? { kind: 'absent' } : { kind: 'found', at: refTo(card) };
    },

    async postCard(where, card, people, io) {
      const content: Content = { kind: 'card', card };
      const notified = wire.accountsOf(card.mentions, people);
      const more = { notified, names: namesOf(people) };
      return refTo(wire.post(wire.place(where, io), content, cardText(card, people), more));
    },

    async updateCard(at, card, people, io) {
      wire.edit(at, { kind: 'card', card }, cardText(card, people), people, io);
    },

    async postLines(at, lines, people, io) {
      const parent = wire.message(at, io);
      const text = linesText(lines, people);
      wire.post(parent.place, { kind: 'lines', lines }, text, {
        below: parent.id,
        names: namesOf(people),
      });
    },

    async readThread(at, io) {
      wire.begin(io);
      const parent = workspace.board.get(at.message ?? '');
      if (parent === undefined) return { kind: 'gone' };
      if (nameOf(parent.place) === UNREADABLE) return { kind: 'cannot-tell' };
      return { kind: 'read', texts: workspace.thread(parent), complete: true };
    },

    async postNote(where, note, people, io) {
      const names = namesOf(people);
      wire.post(wire.place(where, io), { kind: 'note', note }, noteText(note, people), { names });
    },

    async answer(to, answer, people, io) {
      wire.begin(io);
      const { userId } = wire.person(to.userId ?? '');
      workspace.answered(
        userId,
        { view: answer, text: answerText(answer, people) },
        { place: to.place, names: namesOf(people) },
      );
    },

    async drawHome(account, home, people, io) {
      wire.begin(io);
      workspace.setDesk(wire.person(account.userId).userId, {
        home: { view: home, text: homeText(home, people), names: namesOf(people) },
      });
    },

    async profile(account, io): Promise<Profile> {
      wire.begin(io);
      const { name, email, standing, zone } = wire.person(account.userId);
      return { name, email: emailFrom(email), standing, zone };
    },

    async groupMembers(group, io): Promise<readonly Account[]> {
      wire.begin(io);
      const name = group.replace(/^@/, '');
      if (name === UNREACHABLE) throw new ChatError('unavailable', '@unreachable does not answer.');
      const members = workspace.group(name);
      if (members === undefined) throw new ChatError('not-found', `There is no group ${group}.`);
      return members.map((userId) => workspace.account(userId));
    },

    async accountByEmail(email, io): Promise<Account | undefined> {
      wire.begin(io);
      const wanted = emailFrom(email);
      const found = workspace.people().find((person) => emailFrom(person.email) === wanted);
      return found === undefined ? undefined : workspace.account(found.userId);
    },

    async doctor(channels, io): Promise<readonly ChatFinding[]> {
      wire.begin(io);
      return channels.map(({ channel }) =>
        workspace.channels.has(bare(channel)) && bare(channel) !== ARCHIVED
          ? { level: 'ok', message: `#${bare(channel)} can be posted to.` }
          : { level: 'fault', message: `#${bare(channel)} cannot be posted to.` },
      );
    },
  };
}

const bare = (channel: string): string => channel.replace(/^#/, '');
const refTo = (message: LocalMessage): MessageRef => ({ message: message.id });
const nameOf = (place: Place): string =>
  place.kind === 'channel' ? place.channel : `@${place.userId}`;
const namesOf = (people: People): Names =>
  Object.fromEntries([...people.values()].map(({ id, name }) => [id, name]));

/** The workspace with the checks that a real one makes at every call. */
class Wire {
  readonly #workspace: LocalWorkspace;
  readonly #faults = new Faults();

  constructor(workspace: LocalWorkspace) {
    this.#workspace = workspace;
  }

  begin(io: ChatIo): void {
    if (io.signal.aborted) throw new ChatError('timeout', 'The call was given up.');
  }

  at<Result>(place: Place, work: () => Result): Result {
    if (place.kind === 'channel') this.#channel(place.channel);
    return this.#faults.around(nameOf(place), work);
  }

  place(where: Conversation, io: ChatIo): Place {
    this.begin(io);
    if (where.kind === 'channel') return this.#channel(bare(where.channel));
    const { userId, standing } = this.person(where.account.userId);
    if (standing === 'deactivated') throw new ChatError('undeliverable', `${userId} has left.`);
    return { kind: 'direct', userId };
  }

  #channel(channel: string): Place {
    if (!this.#workspace.channels.has(channel))
      throw new ChatError('undeliverable', `There is no channel #${channel}.`);
    return { kind: 'channel', channel };
  }

  person(userId: string): LocalPerson {
    const person = this.#workspace.person(userId);
    if (person === undefined) throw new ChatError('not-found', `There is nobody called ${userId}.`);
    return person;
  }

  message(at: MessageRef, io: ChatIo): LocalMessage {
    this.begin(io);
    const message = this.#workspace.board.get(at.message ?? '');
    if (message === undefined) throw new ChatError('not-found', 'The message was deleted.');
    return message;
  }

  post(
    place: Place,
    content: Content,
    text: string,
    more: { below?: string; notified?: readonly string[]; names?: Names } = {},
  ): LocalMessage {
    const { board } = this.#workspace;
    const message = this.at(place, () => board.post({ place, content, text, ...more }));
    this.#workspace.changed();
    return message;
  }

  edit(at: MessageRef, content: Content, text: string, people: People, io: ChatIo): void {
    const { id, place } = this.message(at, io);
    this.at(place, () => this.#workspace.board.edit(id, content, text, namesOf(people)));
    this.#workspace.changed();
  }

  accountsOf(mention: Mention | null, people: People): readonly string[] {
    const accounts = (mention?.people ?? []).flatMap((id) => people.get(id)?.accounts ?? []);
    return accounts.filter(({ platform }) => platform === PLATFORM).map(({ userId }) => userId);
  }
}
