/** Bolt, told to acknowledge what is safely written down and nothing else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  App,
  type AppOptions,
  ExpressReceiver,
  type ReceiverEvent,
  SocketModeReceiver,
  type ViewSubmitAction,
} from '@slack/bolt';
import type { Clock } from '../../clock.ts';
import { type Millis, SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';
import type { HttpHandler } from '../platform.ts';
import { quietLogger } from './client.ts';
import { BODY_LIMIT, guarded, PATH } from './guard.ts';
import type { Inbound } from './inbound.ts';
import { routed } from './payloads.ts';

/** How Slack's deliveries reach us. */
export interface Line {
  /** null: we call Slack. */
  readonly http: HttpHandler | null;
  start(): Promise<void>;
  /** Resolves when what was being acknowledged is. */
  stop(): Promise<void>;
}

export interface LineOptions {
  readonly inbound: Inbound;
  readonly clock: Clock;
  readonly log: Log;
  readonly signingSecret: string;
  readonly appToken?: string | undefined;
  readonly apiUrl?: string | undefined;
}

export function lineOf(options: LineOptions): Line {
  return options.appToken === undefined
    ? httpLine(options)
    : socketLine({ ...options, appToken: options.appToken });
}

/**
 * Bolt acknowledges an event before its listeners run and a command whenever one says so. Here the
 * acknowledgement leaves when every listener is done, and not at all when one threw.
 */
class AcknowledgesLast extends App {
  readonly #running = new Set<Promise<void>>();
  readonly #onUnknown: () => void;

  constructor(options: AppOptions, onUnknown: () => void) {
    super(options);
    this.#onUnknown = onUnknown;
  }

  override processEvent(event: ReceiverEvent): Promise<void> {
    const done = this.#process(event).finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }

  async drained(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #process(event: ReceiverEvent): Promise<void> {
    const body = routed.safeParse(event.body);
    if (!body.success) {
      this.#onUnknown();
      return event.ack();
    }
    let answer: unknown;
    let isAcknowledged = false;
    const ack = async (given?: unknown): Promise<void> => {
      answer = given;
      isAcknowledged = true;
    };
    await super.processEvent({ ...event, body: body.data, ack });
    // Signed, and of a kind that nobody listens to: Slack need not send it again.
    if (!isAcknowledged) this.#onUnknown();
    await event.ack(answer);
  }
}

function httpLine({ inbound, clock, log, signingSecret }: LineOptions): Line {
  const logger = quietLogger(log);
  const receiver = new ExpressReceiver({
    signingSecret,
    logger,
    endpoints: PATH,
    bodyLimit: BODY_LIMIT,
    // After three seconds. It may yet be written down; then Slack's second try finds it there.
    unhandledRequestHandler: ({ response }) => {
      if (!response.headersSent) response.writeHead(503).end();
    },
  });
  receiver.app.use(unreadable);
  const app = appOn(receiver, inbound, log);
  let isOpen = false;
  return {
    http: guarded(receiver.app, { clock, reject: inbound.reject, isOpen: () => isOpen }),
    async start() {
      isOpen = true;
    },
    async stop() {
      isOpen = false;
      await app.drained();
    },
  };
}

/** Signed, and nothing that Bolt can even look into. NB. Express knows it by its four parameters. */
function unreadable(
  _error: unknown,
  _request: IncomingMessage,
  response: ServerResponse,
  _next: () => void,
): void {
  if (!response.headersSent) response.writeHead(400).end();
}

const LONGEST_CALL = 10 * SECOND;
const LONGEST_START = 5 * SECOND;
const LONGEST_GOODBYE = 3 * SECOND;

/** For as long as Slack is away, at a pace that does not fall asleep, and keeping no process alive. */
const UNTIL_IT_COMES = { forever: true, factor: 1.3, maxTimeout: LONGEST_CALL, unref: true };

function socketLine(options: LineOptions & { readonly appToken: string }): Line {
  const { inbound, clock, log, appToken, apiUrl } = options;
  const stopped = new AbortController();
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quietLogger(log),
    installerOptions: {
      clientOptions: {
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
        retryConfig: UNTIL_IT_COMES,
        rejectRateLimitedCalls: true,
        fetch: (url, init) => {
          const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LONGEST_CALL)]);
          return fetch(url, { ...init, signal });
        },
      },
    },
  });
  const app = appOn(receiver, inbound, log);
  return {
    http: null,
    async start() {
      const connected = receiver.start();
      if (await within(clock, LONGEST_START, connected)) return;
      log.warn({}, 'Slack takes no connection yet; it is tried until it does');
      connected.catch((error) => log.error({ err: error }, 'Slack takes no connection'));
    },
    async stop() {
      stopped.abort();
      await within(clock, LONGEST_GOODBYE, receiver.stop());
      await app.drained();
    },
  };
}

/** @returns false when it takes longer */
async function within(clock: Clock, longest: Millis, work: Promise<unknown>): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(longest, () => resolve(false));
  });
  return Promise.race([work.then(() => true), late]).finally(cancel);
}

function appOn(
  receiver: ExpressReceiver | SocketModeReceiver,
  inbound: Inbound,
  log: Log,
): AcknowledgesLast {
  const app = new AcknowledgesLast(
    {
      receiver,
      logger: quietLogger(log),
      convoStore: false,
      // Whose workspace it is is checked in inbound.ts; Bolt's own client is not used.
      authorize: async () => ({}),
    },
    () => inbound.reject('malformed'),
  );
  app.command(/.*/, ({ body, ack }) => inbound.command(body, ack));
  app.action(/.*/, ({ body, ack }) => inbound.click(body, ack));
  app.view<ViewSubmitAction>(/.*/, ({ body, ack }) => inbound.submission(body, ack));
  app.event('app_home_opened', ({ body }) => inbound.homeOpened(body));
  app.event('message', ({ body }) => inbound.directMessage(body));
  return app;
}
