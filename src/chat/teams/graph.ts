/** Microsoft Graph with the app's own rights. It repeats nothing: that is done elsewhere. */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { ChatError, type ChatIo } from '../platform.ts';
import { ask, type HttpAnswer, type Question } from './ask.ts';
import { graphError } from './graph-errors.ts';
import type { Tokens } from './tokens.ts';

/** With 999 on each, 50,000 members: a list that goes on is no list to decide by. */
const PAGES = 50;

const LONGEST_LINK = 8_000;

const anyPage = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().max(LONGEST_LINK).optional(),
});

export interface GraphOptions {
  readonly tokens: Pick<Tokens, 'token' | 'refused'>;
  readonly clock: Pick<Clock, 'timeLimit'>;
  /** Without a slash at its end. */
  readonly graphUrl?: string;
}

export class GraphClient {
  readonly #options: GraphOptions;
  readonly #base: URL;
  readonly #scope: string;

  constructor(options: GraphOptions) {
    this.#options = options;
    this.#base = new URL(options.graphUrl ?? 'https://graph.microsoft.com/v1.0');
    this.#scope = `${this.#base.origin}/.default`;
  }

  /** @param path from `pathTo` @throws ChatError */
  async get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    io: ChatIo,
  ): Promise<z.output<Schema>> {
    return this.#read(this.addressOf(path), schema, nameOf(path), io);
  }

  /** A list whole, whatever pages it comes in; never a part of it. @throws ChatError */
  async list<Schema extends z.ZodType>(
    path: string,
    item: Schema,
    io: ChatIo,
  ): Promise<readonly z.output<Schema>[]> {
    const what = nameOf(path);
    const page = anyPage.extend({ value: z.array(item) });
    const found: z.output<Schema>[] = [];
    let address = this.addressOf(path);
    for (let read = 0; read < PAGES; read += 1) {
      const { value, '@odata.nextLink': next } = await this.#read(address, page, what, io);
      found.push(...value);
      if (next === undefined) return found;
      address = this.#followed(next, what);
    }
    throw new ChatError('bad-answer', `The answer to ${what} goes on for ever.`);
  }

  /** What it answers is nothing that anybody needs. @throws ChatError */
  async post(path: string, body: unknown, io: ChatIo): Promise<void> {
    const json = JSON.stringify(body);
    await this.#ask('POST', this.addressOf(path), nameOf(path), io, json);
  }

  /** As Graph itself writes what one thing has to do with another. */
  addressOf(path: string): string {
    return `${this.#base.href.replace(/\/$/, '')}${path}`;
  }

  /** The token goes along, so the next page is where this one was or it is not asked for. */
  #followed(link: string, what: string): string {
    const next = URL.canParse(link) ? new URL(link) : undefined;
    const base = `${this.#base.pathname.replace(/\/$/, '')}/`;
    const isOurs =
      next?.origin === this.#base.origin &&
      next.pathname.startsWith(base) &&
      next.username === '' &&
      next.password === '';
    if (next === undefined || !isOurs)
      throw new ChatError('bad-answer', `The answer to ${what} goes on somewhere else.`);
    return next.href;
  }

  async #read<Schema extends z.ZodType>(
    address: string,
    schema: Schema,
    what: string,
    io: ChatIo,
  ): Promise<z.output<Schema>> {
    const { body } = await this.#ask('GET', address, what, io);
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    throw new ChatError('bad-answer', `The answer to ${what} is not what Graph documents.`, {
      cause: answer.error,
    });
  }

  async #ask(
    method: Question['method'],
    url: string,
    what: string,
    io: ChatIo,
    json?: string,
  ): Promise<HttpAnswer> {
    const { tokens, clock } = this.#options;
    const authorization = `Bearer ${await tokens.token(this.#scope, io)}`;
    const headers = { accept: 'application/json', authorization };
    const answer = await ask(
      json === undefined
        ? { what, url, method, headers }
        : {
            what,
            url,
            method,
            headers: { ...headers, 'content-type': 'application/json' },
            body: json,
          },
      clock,
      io,
    );
    if (answer.status >= 200 && answer.status < 300) return answer;
    // A token keeps the rights of when it was made: after a consent a new one is needed.
    if (answer.status === 401 || answer.status === 403) tokens.refused(this.#scope);
    throw graphError(answer, what);
  }
}

/** `/users/{id}/teamwork`: what was asked, without who was asked about. */
function nameOf(path: string): string {
  return path.replace(/\?.*$/, '').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '{id}');
}
