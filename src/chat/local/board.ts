/** The messages of the local workspace: channels, direct messages and the threads below cards. */
import type { RequestId } from '../../core/ids.ts';
import type { CardView, NoteView, ThreadLine } from '../../core/view.ts';

/** A channel's name, or a person's own conversation with the bot. */
export type Place =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'direct'; readonly userId: string };

export type Content =
  | { readonly kind: 'card'; readonly card: CardView }
  | { readonly kind: 'lines'; readonly lines: readonly ThreadLine[] }
  | { readonly kind: 'note'; readonly note: NoteView };

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
}

type Draft = Omit<LocalMessage, 'id' | 'drawn'>;

export class Board {
  readonly #messages = new Map<string, LocalMessage>();
  #posted = 0;

  post(draft: Draft): LocalMessage {
    this.#posted += 1;
    const message = { ...draft, id: `m${this.#posted}`, drawn: 1 };
    this.#messages.set(message.id, message);
    return message;
  }

  get(id: string): LocalMessage | undefined {
    return this.#messages.get(id);
  }

  /** @returns false when there is no such message any more */
  edit(id: string, content: Content, text: string): boolean {
    const old = this.#messages.get(id);
    if (old === undefined) return false;
    this.#messages.set(id, { ...old, content, text, drawn: old.drawn + 1 });
    return true;
  }

  /** Somebody deletes a message; what hangs below it stays, as it does elsewhere. */
  remove(id: string): void {
    this.#messages.delete(id);
  }

  /** Oldest first, threads left out. */
  in(place: Place): readonly LocalMessage[] {
    return this.all().filter(
      (message) => message.below === null && samePlace(message.place, place),
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
    return [...this.#messages.values()];
  }
}

function samePlace(a: Place, b: Place): boolean {
  return a.kind === 'channel'
    ? b.kind === 'channel' && a.channel === b.channel
    : b.kind === 'direct' && a.userId === b.userId;
}
