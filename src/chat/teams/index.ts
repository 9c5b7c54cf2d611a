/** Microsoft Teams as a platform, by the Bot Framework. */
import type { Clock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';
import { Pacer } from '../pacing.ts';
import { ChatError, type HttpHandler, type Intake, type Platform } from '../platform.ts';
import { Channels } from './channels.ts';
import { Connector } from './connector.ts';
import { Directory, PLATFORM } from './directory.ts';
import { examine } from './doctor.ts';
import { GraphClient } from './graph.ts';
import { authenticationOf, type BotFramework, CONNECTOR_SCOPE, identityOf } from './identity.ts';
import { Inbound } from './inbound.ts';
import { Installation } from './installation.ts';
import { Line } from './line.ts';
import { Outbound } from './outbound.ts';
import { TEAMS_PACE, type TeamsPace } from './pace.ts';
import { PersonalChats } from './personal-chats.ts';
import { type Addresses, Places } from './places.ts';
import { Presses } from './presses.ts';
import { type Credentials, Tokens } from './tokens.ts';
import { signedTrust, type Trust } from './trust.ts';
import { Waiting } from './waiting.ts';

export interface TeamsOptions {
  readonly tenant: string;
  readonly credentials: Credentials;
  /** Of whose directory the bot itself is, where that is not the tenant's: `botframework.com`. */
  readonly botTenant?: string | undefined;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly log: Log;
  readonly pace?: TeamsPace | undefined;
  /** Where Microsoft's services are, for what stands in for them. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Who is believed to be Teams. Left out: who can prove it. */
  readonly trust?: Trust | undefined;
}

export interface Elsewhere {
  readonly loginUrl?: string | undefined;
  readonly graphUrl?: string | undefined;
  /** The Bot Connector, until Teams has said where it is. */
  readonly serviceUrl?: string | undefined;
  readonly botFramework?: BotFramework | undefined;
}

export interface TeamsPlatform extends Platform {
  /** Answers `POST /api/messages` and passes on all else. */
  readonly http: HttpHandler;
  /** Whoever waits for an answer in an acknowledgement is let go: they hear it in their chat. */
  hangUp(): void;
}

export function createTeams(options: TeamsOptions): TeamsPlatform {
  const { clock, log, tenant, addresses, elsewhere = {} } = options;
  const { appId } = options.credentials;
  const tokens = new Tokens({ credentials: ownOf(options), clock, ...loginOf(elsewhere) });
  const graphTokens = new Tokens({
    credentials: options.credentials,
    clock,
    ...loginOf(elsewhere),
  });
  const graph = new GraphClient({ tokens: graphTokens, clock, ...graphOf(elsewhere) });
  const directory = new Directory({ graph, clock, tenant });
  const installation = new Installation(graph, appId);
  const identified = { appId, tenant, tokens, clock, botFramework: elsewhere.botFramework };
  const identity = identityOf(identified);
  const authentication = authenticationOf(identity, identified);
  const connector = new Connector(authentication, identity);
  const places = new Places(addresses, elsewhere.serviceUrl);
  const channels = new Channels(connector, places, clock);
  const chats = new PersonalChats({ connector, installation, places });
  const pacer = new Pacer(clock, options.pace ?? TEAMS_PACE);
  const waiting = new Waiting(clock);
  const outbound = new Outbound({ connector, channels, chats, places, pacer, waiting });
  const { answer } = outbound;
  const inbound = new Inbound({ directory, places, outbound, answer, clock, log });
  const presses = new Presses(inbound, waiting);
  const trust = options.trust ?? signedTrust({ authentication, clock, log });
  const line = new Line({
    trust,
    tenant: tenant.toLowerCase(),
    reject: inbound.reject,
    receive: (incoming) => inbound.receive(incoming, presses),
  });
  const { findCard, postCard, updateCard, postLines, readThread, postNote, drawHome } = outbound;
  return {
    name: PLATFORM,
    drawsForEach: true,
    http: line.http,
    hangUp: () => waiting.releaseAll(),
    async start(intake: Intake) {
      await introduce(tokens, log);
      inbound.openTo(intake);
      line.open();
    },
    async stop() {
      waiting.releaseAll();
      await line.close();
      await inbound.close();
    },
    ...{ findCard, postCard, updateCard, postLines, readThread, postNote, answer, drawHome },
    profile: (account, io) => directory.profile(account, io),
    groupMembers: (group, io) => directory.groupMembers(group, io),
    accountByEmail: (email, io) => directory.accountByEmail(email, io),
    managerOf: (account, io) => directory.managerOf(account, io),
    doctor: (named, io) => examine({ tokens, graph, installation, channels }, named, io),
  };
}

function ownOf({ credentials, botTenant }: TeamsOptions): Credentials {
  if (credentials.kind !== 'secret' || botTenant === undefined) return credentials;
  return { ...credentials, tenant: botTenant };
}

const loginOf = ({ loginUrl }: Elsewhere) => (loginUrl === undefined ? {} : { loginUrl });
const graphOf = ({ graphUrl }: Elsewhere) => (graphUrl === undefined ? {} : { graphUrl });

/** Microsoft being away must not keep access from ending; a wrong password must be heard of. */
async function introduce(tokens: Tokens, log: Log): Promise<void> {
  try {
    await tokens.token(CONNECTOR_SCOPE, { signal: AbortSignal.timeout(10 * SECOND) });
  } catch (error) {
    if (error instanceof ChatError && error.code === 'permission-denied') throw error;
    log.warn({}, 'Entra ID does not answer; it is asked again when it is needed');
  }
}
