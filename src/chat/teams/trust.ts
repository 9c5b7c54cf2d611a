/**
 * Did Teams send this? Answered by the SDK's own authentication: signature, issuer, audience, time, the
 * channel's endorsement, and that the token is for the very service that the activity names.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
import type { Activity } from 'botbuilder';
import {
  AuthenticationConstants,
  AuthenticationError,
  type BotFrameworkAuthentication,
  type ClaimsIdentity,
} from 'botframework-connector';
import type { Clock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';

export type Verdict = 'trusted' | 'forged' | 'cannot-tell';

export interface Trust {
  verdict(
    claimed: { readonly channelId: string; readonly serviceUrl: string },
    authorization: string,
  ): Promise<Verdict>;
}

const ISSUER = 'https://api.botframework.com';

/** The keys are fetched from Microsoft when they are not known yet. */
const LONGEST = 5 * SECOND;

export interface TrustParts {
  readonly authentication: BotFrameworkAuthentication;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}

export function signedTrust({ authentication, clock, log }: TrustParts): Trust {
  return {
    async verdict(claimed, authorization) {
      // NB. Other channels, such as ASE, have their own ways in, with issuers of their own.
      if (claimed.channelId !== 'msteams' || !/^Bearer \S+$/.test(authorization)) return 'forged';
      let cancel = () => {};
      const late = new Promise<Verdict>((resolve) => {
        cancel = clock.after(LONGEST, () => resolve('cannot-tell'));
      });
      const asked = authentication
        .authenticateRequest(claimed as unknown as Activity, authorization)
        .then(
          ({ claimsIdentity }): Verdict => (isOfTeams(claimsIdentity) ? 'trusted' : 'forged'),
          (error: unknown) => verdictOn(error, log),
        );
      return Promise.race([asked, late]).finally(cancel);
    },
  };
}

/**
 * NB. The SDK also takes what Entra ID gives whoever holds the bot's secret, for its emulator, and then
 * looks neither at the service nor at the channel: such a token would make them anybody.
 */
function isOfTeams(identity: ClaimsIdentity): boolean {
  return identity.getClaimValue(AuthenticationConstants.IssuerClaim) === ISSUER;
}

/** NB. A faulty signature is no `AuthenticationError` to the SDK, and would be answered 500. */
function verdictOn(error: unknown, log: Log): Verdict {
  if (!isAway(error)) return 'forged';
  log.warn({}, 'the keys that Teams signs with could not be fetched');
  return 'cannot-tell';
}

function isAway(error: unknown): boolean {
  if (error instanceof AuthenticationError) return error.statusCode >= 500;
  return error instanceof Error && error.name === 'FetchError';
}
