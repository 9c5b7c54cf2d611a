/** The app's own tokens: for Graph, and for the Bot Connector. None is ever written down. */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../core/time.ts';
import { ChatError, type ChatIo } from '../platform.ts';
import { type Share, shared } from '../questions.ts';
import { ask, type HttpAnswer } from './ask.ts';
import { waitOf } from './graph-errors.ts';
import type { ManagedIdentity } from './managed-identity.ts';

export type Credentials =
  | {
      readonly kind: 'secret';
      readonly tenant: string;
      readonly appId: string;
      /** Prints as stars wherever it ends up. */
      readonly secret: { reveal(): string };
    }
  | { readonly kind: 'managed-identity'; readonly appId: string };

type SecretCredentials = Extract<Credentials, { kind: 'secret' }>;

export interface TokensOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Without a slash at its end. */
  readonly loginUrl?: string;
}

/** A token is not used in the last minutes of its life: it must outlive what is done with it. */
const MARGIN = 5 * MINUTE;
const LONGEST_LIFE = 24 * HOUR;

interface Held {
  readonly token: string;
  readonly since: Instant;
  readonly until: Instant;
}

/** What may stand in a header as it is. */
const tokenShape = /^[\x21-\x7e]{1,16384}$/;

const answerShape = z.object({
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string(),
  expires_in: z.coerce.number().positive(),
});

export class Tokens {
  readonly #options: TokensOptions;
  readonly #held = new Map<string, Held>();
  readonly #share: Share;
  #identity: Promise<ManagedIdentity> | undefined;

  constructor(options: TokensOptions) {
    this.#options = options;
    this.#share = shared(options.clock);
  }

  /** @throws ChatError */
  async token(scope: string, io: ChatIo): Promise<string> {
    const held = this.#held.get(scope);
    if (held !== undefined && this.#options.clock.monotonic() < held.until) return held.token;
    return this.#share(scope, io, (own) => this.#renew(scope, own));
  }

  /** A token was not good enough: the next call takes a new one, once a minute at most. */
  refused(scope: string): void {
    const held = this.#held.get(scope);
    if (held !== undefined && this.#options.clock.monotonic() - held.since >= MINUTE)
      this.#held.delete(scope);
  }

  async #renew(scope: string, io: ChatIo): Promise<string> {
    const since = this.#options.clock.monotonic();
    const { token, life } = await this.#obtain(scope, io);
    if (!tokenShape.test(token)) throw new ChatError('bad-answer', 'What was given is no token.');
    this.#held.set(scope, { token, since, until: since + Math.min(life, LONGEST_LIFE) - MARGIN });
    return token;
  }

  async #obtain(scope: string, io: ChatIo): Promise<{ token: string; life: Millis }> {
    const { credentials, clock } = this.#options;
    if (credentials.kind === 'secret') return this.#exchange(credentials, scope, io);
    this.#identity ??= import('./managed-identity.ts').then(
      (loaded) => new loaded.ManagedIdentity(credentials.appId, clock),
    );
    return (await this.#identity).obtain(scope);
  }

  /** https://datatracker.ietf.org/doc/html/rfc6749#section-4.4 */
  async #exchange({ tenant, appId, secret }: SecretCredentials, scope: string, io: ChatIo) {
    const { clock, loginUrl = 'https://login.microsoftonline.com' } = this.#options;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: secret.reveal(),
      scope,
    });
    const question = {
      what: 'the question for a token',
      url: `${loginUrl}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    } as const;
    return read(await ask(question, clock, io));
  }
}

function read(answer: HttpAnswer): { token: string; life: Millis } {
  if (answer.status !== 200) throw refusal(answer);
  const { success, data } = answerShape.safeParse(answer.body);
  // NB. No cause: it could hold the token.
  if (!success) throw new ChatError('bad-answer', 'Entra ID answers with no token.');
  return { token: data.access_token, life: data.expires_in * SECOND };
}

const refusalShape = z.object({ error: z.string().regex(/^\w{1,80}$/) });

const SAYINGS: Readonly<Record<string, string>> = {
  invalid_client: 'MICROSOFT_APP_PASSWORD is wrong or has expired.',
  unauthorized_client: 'MICROSOFT_APP_ID is no app of the tenant in MICROSOFT_APP_TENANT_ID.',
  invalid_request: 'MICROSOFT_APP_TENANT_ID is no tenant, or MICROSOFT_APP_ID no app.',
};

function refusal({ status, retryAfter, body }: HttpAnswer): ChatError {
  if (status === 429)
    return new ChatError('rate-limited', 'Entra ID is asked for tokens too often.', {
      retryAfter: waitOf(retryAfter),
    });
  const said = refusalShape.safeParse(body).data?.error;
  if (status >= 500 || said === 'temporarily_unavailable')
    return new ChatError('unavailable', `Entra ID answers ${status} to the question for a token.`);
  if (said === undefined || ![400, 401, 403].includes(status))
    return new ChatError('bad-answer', `Entra ID answers ${status} to the question for a token.`);
  const why = Object.hasOwn(SAYINGS, said) ? ` ${SAYINGS[said]}` : '';
  return new ChatError('permission-denied', `Entra ID gives no token: ${said}.${why}`);
}
