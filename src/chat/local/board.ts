/** The messages of the local workspace: channels, direct messages, the threads below cards. */
import type { Clock } from '../../clock.ts';
import type { RequestId } from '../../core/ids.ts';
import type { Json } from '../../core/policy.ts';
import type { Instant } from '../../core/time.ts';
import type { AnswerView, CardView, NoteView, ThreadLine } from '../../core/view.ts';
import { forgetful, type LocalLog } from './log.ts';
import { type Place, placeKey, samePlace } from './place.ts';

export type { Place };

export type Content =
  | { readonly kind: 'card'; readonly card: CardView }
  | { readonly kind: 'lines'; readonly lines: readonly ThreadLine[] }
  | { readonly kind: 'note'; readonly note: NoteView }
  | { readonly kind: 'answer'; readonly answer: AnswerView }
  /** What somebody wrote to the others, and what somebody typed to the bot. */
  | { readonly kind: 'said' | 'typed' };

/** Names of the people that a view speaks of, as they were when it was drawn. */
export type Names = Readonly<Record<string, string>>;

export interface LocalMessage {
  readonly id: string;
  readonly place: Place;
  /** The message that this one hangs below. */
  readonly below: string | null;
  readonly content: Content;
  /** As it is shown. */
  readonly text: string;
  /** User ids of those who were notified when it was posted. */
  readonly notified: readonly string[];
  /** How often it was posted or edited. */
  readonly drawn: number;
  readonly at: Instant;
  /** The user who wrote it; null: the bot. */
  readonly by: string | null;
  /** The only user who sees it; null: everybody who sees the place. */
  readonly only: string | null;
  readonly names: Names;
}

type Draft = Pick<LocalMessage, 'place' | 'content' | 'text'> &
  Partial<Pick<LocalMessage, 'below' | 'notified' | 'by' | 'only' | 'names'>>;

/** The position of a message among all: what read marks count by. */
function nthOf({ id }: LocalMessage): number {
  return Number(id.slice(1));
}

export class Board {
  readonly #messages: Map<string, LocalMessage>;
  readonly #marks: Map<string, number>;
  readonly #clock: Clock;
  readonly #log: LocalLog;
  #posted: number;

  constructor(clock: Clock, log: LocalLog = forgetful) {
    this.#clock = clock;
    this.#log = log;
    const kept = log.messages().map(({ body }) => body as unknown as LocalMessage);
    this.#messages = new Map(kept.map((message) => [message.id, message]));
    this.#marks = new Map(log.marks());
    this.#posted = Math.max(0, ...kept.map(nthOf));
  }

  post(draft: Draft): LocalMessage {
    this.#posted += 1;
    const message: LocalMessage = {
      below: null,
      notified: [],
      by: null,
      only: null,
      names: {},
      ...draft,
      id: `m${this.#posted}`,
      drawn: 1,
      at: this.#clock.now(),
    };
    this.#keep(message);
    return message;
  }

  get(id: string): LocalMessage | undefined {
    return this.#messages.get(id);
  }

  /** @returns false when there is no such message any more */
  edit(id: string, content: Content, text: string, names: Names = {}): boolean {
    const old = this.#messages.get(id);
    if (old === undefined) return false;
    this.#keep({ ...old, content, text, names, drawn: old.drawn + 1 });
    return true;
  }

  /** Somebody deletes a message; what hangs below it stays, as it does elsewhere. */
  remove(id: string): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    this.#log.remove(nthOf(message));
    this.#messages.delete(id);
  }

  /** Oldest first, threads left out. */
  in(place: Place): readonly LocalMessage[] {
    return this.all().filter(
      (message) => message.below === null && samePlace(message.place, place),
    );
  }

  /** What one person sees in a place: what everybody sees, and what is for them alone. */
  seenBy(userId: string, place: Place): readonly LocalMessage[] {
    return [...this.#messages.values()].filter(
      ({ below, only, place: at }) =>
        below === null && (only === null || only === userId) && samePlace(at, place),
    );
  }

  thread(id: string): readonly LocalMessage[] {
    return this.all().filter((message) => message.below === id);
  }

  cards(request: RequestId | string): readonly LocalMessage[] {
    return this.all().filter(
      ({ content }) => content.kind === 'card' && content.card.request === request,
    );
  }

  all(): readonly LocalMessage[] {
    return [...this.#messages.values()].filter(({ only }) => only === null);
  }

  /** What only this person sees, oldest first. */
  privateTo(userId: string): readonly LocalMessage[] {
    return [...this.#messages.values()].filter(({ only }) => only === userId);
  }

  /** How many messages in a place somebody has not read; their own count as read. */
  unread(userId: string, place: Place): number {
    const upTo = this.#marks.get(markKey(userId, place)) ?? 0;
    return this.seenBy(userId, place).filter(
      (message) => message.by !== userId && nthOf(message) > upTo,
    ).length;
  }

  /** @returns whether that was news */
  markRead(userId: string, place: Place): boolean {
    if (this.unread(userId, place) === 0) return false;
    this.#marks.set(markKey(userId, place), this.#posted);
    this.#log.mark(markKey(userId, place), this.#posted);
    return true;
  }

  #keep(message: LocalMessage): void {
    this.#log.put(nthOf(message), message as unknown as Json);
    this.#messages.set(message.id, message);
  }
}

function markKey(userId: string, place: Place): string {
  return `${userId} ${placeKey(place)}`;
}
