/** The chat that a person has with the bot; begun, and the bot put before them, where there is none yet. */
import { ChatError, type ChatIo } from '../platform.ts';
import type { Connector, Place } from './connector.ts';
import type { Installation } from './installation.ts';
import type { Places } from './places.ts';

export interface PersonalChatsParts {
  readonly connector: Connector;
  readonly installation: Installation;
  readonly places: Places;
}

export class PersonalChats {
  readonly #parts: PersonalChatsParts;

  constructor(parts: PersonalChatsParts) {
    this.#parts = parts;
  }

  /** @throws ChatError `undeliverable` when there is none, and none can be begun */
  async of(userId: string, io: ChatIo): Promise<Place> {
    const known = this.#parts.places.chat(userId);
    if (known !== undefined) return known;
    const begun = await this.#begin(userId, io).catch(async (error: unknown) => {
      if (!isShut(error)) throw error;
      await this.#parts.installation.installFor(userId, io);
      return this.#begin(userId, io).catch((again: unknown) => {
        throw isShut(again) ? stillShut(again) : again;
      });
    });
    this.#parts.places.chatIs(userId, begun);
    return begun;
  }

  /** Where it turns out to be shut, whoever writes next begins anew. */
  async orForgotten<Result>(userId: string, say: () => Promise<Result>): Promise<Result> {
    try {
      return await say();
    } catch (error) {
      if (error instanceof ChatError && error.code === 'undeliverable')
        this.#parts.places.lose(userId);
      throw error;
    }
  }

  /** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
  async #begin(userId: string, io: ChatIo): Promise<Place> {
    const { connector, places } = this.#parts;
    const { serviceUrl } = places;
    const members = [{ id: places.mri(userId) ?? userId, name: '' }];
    const { conversation } = await connector.create(serviceUrl, { isGroup: false, members }, io);
    return { conversation, serviceUrl };
  }
}

/** What Teams answers when the bot is not installed for somebody. */
function isShut(error: unknown): error is ChatError {
  const codes: readonly string[] = ['undeliverable', 'permission-denied', 'not-found'];
  return error instanceof ChatError && codes.includes(error.code);
}

/** NB. A token that is not taken is no reason to give people up. */
function stillShut(error: ChatError): ChatError {
  if (error.code === 'permission-denied') return error;
  return new ChatError('undeliverable', error.message, { cause: error });
}
