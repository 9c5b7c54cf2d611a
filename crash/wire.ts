/** Asks and answers between two processes, over the channel that `fork` opens. */
import { ProviderError, type ProviderErrorCode } from '../src/access/provider.ts';
import { ChatError, type ChatErrorCode } from '../src/chat/platform.ts';

export interface Channel {
  send(message: object): void;
  onMessage(listener: (message: Message) => void): void;
}

export type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly method: string; readonly args: unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: Fault };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class Wire {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #cut: Error | undefined;
  #own: object = {};

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.onMessage((message) => {
      if (message.kind === 'ask') void this.#answer(message);
      else this.#take(message);
    });
  }

  /** @param own what the other end may ask for */
  serve(own: object): void {
    this.#own = own;
  }

  /** What the other end offers, as if it were here. */
  far<Remote extends object>(): Remote {
    const get = (_: object, method: string | symbol) =>
      method === 'then' ? undefined : (...args: unknown[]) => this.#ask(String(method), args);
    return new Proxy({}, { get }) as Remote;
  }

  /** The other end is gone: nothing that was asked will be answered. */
  cut(why: Error): void {
    this.#cut = why;
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }

  #ask(method: string, args: unknown[]): Promise<unknown> {
    if (this.#cut !== undefined) return Promise.reject(this.#cut);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#channel.send({ kind: 'ask', id, method, args });
    });
  }

  async #answer(message: Extract<Message, { kind: 'ask' }>): Promise<void> {
    const { id, method, args } = message;
    try {
      const serve = Reflect.get(this.#own, method) as (...args: unknown[]) => unknown;
      this.#channel.send({ kind: 'answer', id, value: await serve.apply(this.#own, args) });
    } catch (error) {
      this.#channel.send({ kind: 'fault', id, fault: faultFrom(error) });
    }
  }

  #take(message: Exclude<Message, { kind: 'ask' }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(errorFrom(message.fault));
  }
}

/** NB. The ports' errors by their codes: an error's own fields do not survive the way. */
interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly retryAfter: number | null;
}

function faultFrom(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ChatError || error instanceof ProviderError)
    return { name: error.name, message, code: error.code, retryAfter: error.retryAfter };
  return { name: 'Error', message, code: '', retryAfter: null };
}

function errorFrom({ name, message, code, retryAfter }: Fault): Error {
  const more = retryAfter === null ? {} : { retryAfter };
  if (name === 'ChatError') return new ChatError(code as ChatErrorCode, message, more);
  if (name === 'ProviderError') return new ProviderError(code as ProviderErrorCode, message, more);
  return new Error(message);
}
