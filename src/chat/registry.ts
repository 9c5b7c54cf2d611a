/**
 * Every chat platform there is. A new one is one folder, and one entry here. An SDK is loaded only when
 * its platform is used.
 */
import type { Clock } from '../clock.ts';
import { type Config, isLocal, type SlackConfig, type TeamsConfig } from '../config.ts';
import type { Policy } from '../core/policy.ts';
import type { Log } from '../log.ts';
import { workspaceOf } from './local/from-policy.ts';
import { createLocal } from './local/index.ts';
import type { LocalLog } from './local/log.ts';
import type { Insight } from './local/page/insight.ts';
import { LocalWorkspace } from './local/workspace.ts';
import type { HttpHandler, Platform } from './platform.ts';
import { type Addresses, forgetfulAddresses } from './teams/places.ts';

/** The names that policy may write before the colon of a channel or group. */
export const PLATFORMS: readonly string[] = ['slack', 'teams', 'local'];

/** Those of them that this run talks to: what policy names elsewhere could never be reached. */
export function platformNames(config: Pick<Config, 'slack' | 'teams'>): readonly string[] {
  if (isLocal(config)) return ['local'];
  return (['slack', 'teams'] as const).filter((name) => config[name] !== undefined);
}

export interface PlatformParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Where a local workspace has its people and channels from. */
  readonly policy?: Policy | undefined;
  /** A local workspace that is there already. */
  readonly workspace?: LocalWorkspace | undefined;
  /** Keeps what is posted in a local workspace. */
  readonly localLog?: LocalLog | undefined;
  /** Keeps where Teams has met people and channels. */
  readonly addresses?: Addresses | undefined;
  /** What the local workspace's page shows beside chat; without it there is no page. */
  readonly insight?: (() => Insight) | undefined;
  /** Whether that page may be reached from other machines. */
  readonly exposed?: boolean | undefined;
}

export interface Platforms {
  readonly platforms: readonly Platform[];
  readonly http: readonly HttpHandler[];
  /** Ends what would keep connections open. */
  hangUp(): void;
}

export async function platforms(parts: PlatformParts): Promise<Platforms> {
  const { slack, teams } = parts.config;
  if (isLocal(parts.config)) return local(parts);
  const onTeams = teams === undefined ? undefined : await teamsOf(teams, parts);
  const all = [
    ...(slack === undefined ? [] : [await slackOf(slack, parts)]),
    ...(onTeams === undefined ? [] : [onTeams]),
  ];
  const http = all.flatMap((platform) => platform.http ?? []);
  return { platforms: all, http, hangUp: () => onTeams?.hangUp() };
}

async function slackOf(slack: SlackConfig, { clock, log }: PlatformParts) {
  const { createSlack } = await import('./slack/index.ts');
  return createSlack({
    botToken: slack.botToken.reveal(),
    signingSecret: slack.mode.kind === 'http' ? slack.mode.signingSecret.reveal() : '',
    appToken: slack.mode.kind === 'socket' ? slack.mode.appToken.reveal() : undefined,
    apiUrl: slack.apiUrl,
    clock,
    log: log.child({ part: 'slack' }),
  });
}

async function teamsOf(teams: TeamsConfig, { clock, log, addresses }: PlatformParts) {
  const { createTeams } = await import('./teams/index.ts');
  const { appId, tenant, identity, endpoints } = teams;
  const { login, graph, connector, openId } = endpoints;
  return createTeams({
    tenant,
    credentials:
      identity.kind === 'secret'
        ? { kind: 'secret', tenant, appId, secret: identity.password }
        : { kind: 'managed-identity', appId },
    botTenant: identity.kind === 'secret' && identity.isMultiTenant ? MULTI_TENANT : undefined,
    addresses: addresses ?? forgetfulAddresses(),
    elsewhere: {
      ...{ loginUrl: login, graphUrl: graph, serviceUrl: connector },
      botFramework: openId === undefined ? undefined : { openIdUrl: openId },
    },
    clock,
    log: log.child({ part: 'teams' }),
  });
}

/** Whose directory gives bots of every tenant their tokens. */
const MULTI_TENANT = 'botframework.com';

async function local(parts: PlatformParts): Promise<Platforms> {
  const { clock, log, policy, localLog, insight, exposed = false } = parts;
  const spec = policy === undefined ? { people: [] } : workspaceOf(policy);
  const workspace = parts.workspace ?? new LocalWorkspace({ clock, ...spec, log: localLog });
  const platform = createLocal(workspace);
  if (insight === undefined) return { platforms: [platform], http: [], hangUp() {} };
  const { createPage } = await import('./local/page/index.ts');
  const page = createPage({ workspace, insight, clock, log, exposure: { everywhere: exposed } });
  return { platforms: [platform], http: [page.http], hangUp: () => page.close() };
}
