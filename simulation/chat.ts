/** A chat as it is: people, their accounts and groups, messages in channels. */
import type { Conversation, Profile, Standing } from '../src/chat/platform.ts';
import type { RequestId } from '../src/core/ids.ts';
import type { Account } from '../src/core/principal.ts';
import { accountKey } from '../src/core/principal.ts';
import type { AnswerView, CardView, HomeView, NoteView, ThreadLine } from '../src/core/view.ts';
import { Notes } from './hearing.ts';

export interface Member {
  readonly userId: string;
  readonly name: string;
  email: string;
  standing: Standing;
}

export interface Message {
  readonly id: string;
  readonly place: string;
  readonly below: string | null;
  readonly lines: readonly ThreadLine[];
  readonly note: NoteView | null;
  card: CardView | null;
}

export class Chat {
  readonly name: string;
  readonly members = new Map<string, Member>();
  readonly groups = new Map<string, Set<string>>();
  readonly archived = new Set<string>();
  readonly messages = new Map<string, Message>();
  /** Of whom it cannot be told what stands there: a history that is too long. */
  readonly unsearchable = new Set<string>();
  /** See closed.ts. */
  isClosed = false;
  /** Who has not let the bot in: nothing can be said to them alone. */
  readonly keptOutBy = new Set<string>();
  /** Deliveries that could not be answered for that. */
  readonly unanswerable = new Set<string>();
  /** What was answered to each delivery, the last one last. */
  readonly answers = new Map<string, AnswerView[]>();
  readonly homes = new Map<string, HomeView>();
  readonly notes = new Notes();
  readonly #cards = new Map<RequestId, string[]>();
  readonly #threads = new Map<string, Message[]>();
  #posted = 0;

  constructor(name: string) {
    this.name = name;
  }

  account(userId: string): Account {
    return { platform: this.name, tenant: 'T1', userId };
  }

  /** Every card of this request that stands, oldest first. */
  cards(request: RequestId): readonly Message[] {
    return (this.#cards.get(request) ?? []).flatMap((id) => this.messages.get(id) ?? []);
  }

  thread(card: string): readonly Message[] {
    return this.#threads.get(card) ?? [];
  }

  place(where: Conversation): string {
    return where.kind === 'channel' ? where.channel : `@${where.account.userId}`;
  }

  post(place: string, what: Partial<Pick<Message, 'card' | 'lines' | 'note' | 'below'>>): string {
    this.#posted += 1;
    const id = `m${this.#posted}`;
    const message = { id, place, below: null, lines: [], note: null, card: null, ...what };
    this.messages.set(id, message);
    if (message.card !== null)
      this.#cards.set(message.card.request, [...(this.#cards.get(message.card.request) ?? []), id]);
    if (message.below !== null)
      this.#threads.set(message.below, [...this.thread(message.below), message]);
    return id;
  }

  /** Can it be told what stands there? */
  shows(place: string): boolean {
    return !this.isClosed && !this.unsearchable.has(place);
  }

  answer(delivery: string, answer: AnswerView): void {
    this.answers.set(delivery, [...(this.answers.get(delivery) ?? []), answer]);
  }

  profile(userId: string): Profile | undefined {
    const member = this.members.get(userId);
    return member && { name: member.name, email: member.email, standing: member.standing };
  }

  byEmail(email: string): Account | undefined {
    const found = [...this.members.values()].find((member) => member.email === email);
    return found && this.account(found.userId);
  }

  setHome(account: Account, home: HomeView): void {
    this.homes.set(accountKey(account), home);
  }
}
