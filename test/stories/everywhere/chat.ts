/** A chat as people use it, whichever it is: what they can do there, and what they see. */
import type { HttpHandler, Platform } from '../../../src/chat/platform.ts';
import type { ButtonAction } from '../../../src/core/view.ts';

export type Name =
  | 'ada'
  | 'grace'
  | 'linus'
  | 'ken'
  | 'margaret'
  | 'mallory'
  /** A guest. */
  | 'barbara';

export type ButtonName = Exclude<ButtonAction, 'ask'>;

/** Where a card stands: in the channel, or in the person's own chat with the bot; or in a note of that chat, which is none. */
export type Place = 'channel' | 'direct' | 'note';

/**
 * What somebody does; resolves when all that follows is done, with what they were told in private.
 * `by`: whoever presses, where that is another person than the one who was shown the button.
 */
export type Press = (how?: Filled & { readonly by?: Name }) => Promise<string>;

/** What stands in the form behind a button. */
export interface Filled {
  readonly reason?: string;
  readonly duration?: string;
}

export interface AskFields {
  readonly duration?: string;
  readonly start?: string;
  readonly reason?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The form for a role, open before somebody. */
export interface OpenForm {
  readonly text: string;
  /** @returns the form again, with what is wrong with it, or what they were told */
  submit(fields: AskFields): Promise<string>;
}

/** The program that a chat is connected to. */
export interface Door {
  readonly url: string;
  /** Everything that can be done meanwhile is done, and at the end there is nothing left. */
  meanwhile<Result>(work: Promise<Result>): Promise<Result>;
}

export interface Chat {
  readonly platform: Platform;
  readonly http: HttpHandler | null;
  /** As policy writes it. */
  channelRef(channel: string): string;
  connect(door: Door): Promise<void>;
  /** From now on just these are in a group of the chat, which is there from then on. */
  setGroup(name: string, members: readonly Name[]): void;

  /** A command, with its mention or slash. */
  type(who: Name, text: string): Promise<string>;
  /** undefined: this person is shown no such button there. */
  button(who: Name, request: string, button: ButtonName, place?: Place): Promise<Press | undefined>;
  /** The button below what they were answered last; undefined: it has none. */
  confirm(who: Name): Press | undefined;
  openForm(who: Name, role: string): Promise<OpenForm>;
  /** They look at their overview, or are given it. */
  openHome(who: Name): Promise<void>;

  /** A request's cards in channels as everybody sees them. */
  cards(request: string): readonly string[];
  /** Those in people's own chats as well. */
  copies(request: string): readonly string[];
  /** The lines below each of them, a message as one text. */
  threads(request: string): readonly (readonly string[])[];
  /** All that the bot wrote into somebody's own chat, oldest first, as it stands there now. */
  direct(who: Name): readonly string[];
  /** Somebody's overview as it stands now. */
  home(who: Name): string;
  /** What stands in a channel besides cards. */
  notes(channel: string): readonly string[];
  /** What the chat itself would have refused, of all that it was sent. */
  faults(): readonly string[];
  close(): Promise<void>;
}
