/** Who we are to Microsoft: the SDK's authentication, on tokens of our own and by one way out. */
import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  AuthenticationConstants,
  type BotFrameworkAuthentication,
  ClaimsIdentity,
  type ConnectorClientOptions,
  ServiceClientCredentialsFactory,
} from 'botframework-connector';
import type { Clock } from '../../clock.ts';
import { ask, type Question } from './ask.ts';
import { connectorError } from './connector-errors.ts';
import type { Tokens } from './tokens.ts';

/** Where the Bot Framework publishes the keys that it signs with; a stand-in says otherwise. */
export interface BotFramework {
  readonly openIdUrl: string;
}

export interface IdentityOptions {
  readonly appId: string;
  readonly tenant: string;
  readonly tokens: Pick<Tokens, 'token' | 'refused'>;
  readonly clock: Clock;
  readonly botFramework?: BotFramework | undefined;
}

export interface Identity {
  readonly claims: ClaimsIdentity;
  readonly audience: string;
  readonly client: ConnectorClientOptions;
  /** What every new conversation says of us. */
  readonly own: { readonly bot: { readonly id: string }; readonly tenantId: string };
  readonly credentials: ServiceClientCredentialsFactory;
}

const AUDIENCE = 'https://api.botframework.com';
export const CONNECTOR_SCOPE = `${AUDIENCE}/.default`;

export function identityOf(options: IdentityOptions): Identity {
  const { appId, tenant } = options;
  const { AudienceClaim, AppIdClaim } = AuthenticationConstants;
  return {
    claims: new ClaimsIdentity([
      { type: AudienceClaim, value: appId },
      { type: AppIdClaim, value: appId },
    ]),
    audience: AUDIENCE,
    client: { httpClient: wayOut(options) } as unknown as ConnectorClientOptions,
    own: { bot: { id: `28:${appId}` }, tenantId: tenant },
    credentials: new OwnTokens(options),
  };
}

export function authenticationOf(
  identity: Identity,
  { appId, tenant, botFramework }: IdentityOptions,
): BotFrameworkAuthentication {
  const { credentials, client } = identity;
  const options = {
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenant,
    ...(botFramework !== undefined && publicCloudWith(botFramework.openIdUrl)),
  };
  return new ConfigurationBotFrameworkAuthentication(
    options,
    credentials,
    undefined,
    undefined,
    client,
  );
}

/** The SDK wants all of these or none. */
const publicCloudWith = (openIdUrl: string) => ({
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  ToChannelFromBotOAuthScope: AUDIENCE,
  ToBotFromChannelTokenIssuer: AUDIENCE,
  OAuthUrl: 'https://token.botframework.com',
  ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
  ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
  CallerId: 'urn:botframework:azure',
  ValidateAuthority: true,
});

/** A request of the SDK's, as far as it is looked at here. */
interface Outgoing {
  readonly url: string;
  readonly method: Question['method'];
  readonly body?: unknown;
  readonly abortSignal?: AbortSignal;
  readonly headers: {
    set(name: string, value: string): void;
    toJson(options?: { preserveCase: boolean }): Record<string, string>;
  };
}

class OwnTokens extends ServiceClientCredentialsFactory {
  readonly #options: IdentityOptions;

  constructor(options: IdentityOptions) {
    super();
    this.#options = options;
  }

  async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#options.appId;
  }

  /** NB. Never: whoever reaches the port would be anybody. */
  async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }

  async createCredentials() {
    const { tokens } = this.#options;
    return {
      async signRequest<Request>(request: Request): Promise<Request> {
        const outgoing = request as unknown as Outgoing;
        const io = { signal: outgoing.abortSignal ?? new AbortController().signal };
        outgoing.headers.set('authorization', `Bearer ${await tokens.token(CONNECTOR_SCOPE, io)}`);
        return request;
      },
    };
  }
}

/** @throws ChatError for everything that is no success */
function wayOut({ tokens, clock }: IdentityOptions) {
  return {
    async sendRequest(request: Outgoing) {
      const { method, url, body, abortSignal } = request;
      const what = `${method} ${pathOf(url)}`;
      const answer = await ask(
        {
          ...{ what, url, method, headers: request.headers.toJson({ preserveCase: true }) },
          ...(typeof body === 'string' && { body }),
        },
        clock,
        { signal: abortSignal ?? new AbortController().signal },
      );
      if (answer.status === 401) tokens.refused(CONNECTOR_SCOPE);
      if (answer.status < 200 || answer.status > 299) throw connectorError(answer, what);
      const headers = { toJson: () => ({ 'content-type': 'application/json' }) };
      const bodyAsText = answer.body === undefined ? '' : JSON.stringify(answer.body);
      return { request, status: answer.status, headers, bodyAsText };
    },
  };
}

/** Without the ids of people and conversations. */
const pathOf = (url: string): string => {
  const { pathname } = new URL(url);
  return pathname
    .split('/')
    .map((part) => (/^[a-z0-9]{0,24}$/i.test(part) && !/\d{5}/.test(part) ? part : '{id}'))
    .join('/');
};
