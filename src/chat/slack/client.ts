/** The Web API, through Slack's own client with its retries turned off: repeating is done elsewhere. */
import { type Logger, LogLevel, webApi } from '@slack/bolt';
import { SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';
import { ChatError, type ChatIo } from '../platform.ts';
import { toChatError } from './errors.ts';
import { type Answer, METHODS, type Method } from './methods.ts';

const TIMEOUT = 10 * SECOND;

export interface SlackClientOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly log: Log;
}

export class SlackClient {
  readonly #options: SlackClientOptions;
  readonly #logger: Logger;

  constructor(options: SlackClientOptions) {
    this.#options = options;
    this.#logger = quietLogger(options.log);
  }

  /** @throws ChatError */
  async call<M extends Method>(
    method: M,
    args: Readonly<Record<string, unknown>>,
    io: ChatIo,
  ): Promise<Answer<M>> {
    const raw = await this.#ask(method, args, io);
    const answer = METHODS[method].answer.safeParse(raw);
    if (!answer.success)
      throw new ChatError('bad-answer', `The answer to ${method} is not what Slack documents.`, {
        cause: answer.error,
      });
    return answer.data as Answer<M>;
  }

  async #ask(method: Method, args: Readonly<Record<string, unknown>>, io: ChatIo) {
    try {
      io.signal.throwIfAborted();
      return await this.#clientFor(io).apiCall(method, { ...args });
    } catch (error) {
      throw toChatError(error, method);
    }
  }

  /** WebClient cannot abort a single call, so each call has a client of its own: a few plain fields. */
  #clientFor(io: ChatIo): webApi.WebClient {
    const { token, apiUrl } = this.#options;
    return new webApi.WebClient(token, {
      ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
      logger: this.#logger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      fetch: async (url, init) => {
        const signal = AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT)]);
        return bounded(await fetch(url, { ...init, signal }));
      },
    });
  }
}

/** Several times what the longest page of a list comes to. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** The client reads an answer whole, however long it is. */
function bounded({ body, status, statusText, headers }: Response): Response {
  if (body === null) return new Response(null, { status, statusText, headers });
  let size = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > LARGEST_ANSWER) controller.error(new Error('the answer is too long'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(counted), { status, statusText, headers });
}

/** Below a warning Slack's libraries write down whole bodies, and with them tokens and reasons. */
export function quietLogger(log: Log): Logger {
  const say = (...texts: unknown[]): void => {
    if (typeof texts[0] === 'string') log.warn({}, texts[0].replace(/https?:\S+/g, '(address)'));
  };
  return {
    debug() {},
    info() {},
    warn: say,
    error: say,
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
