/**
 * Every chat platform there is. A new one is one folder, and one entry here. An SDK is loaded only when
 * its platform is used.
 */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Policy } from '../core/policy.ts';
import type { Log } from '../log.ts';
import { workspaceOf } from './local/from-policy.ts';
import { createLocal } from './local/index.ts';
import type { LocalLog } from './local/log.ts';
import type { Insight } from './local/page/insight.ts';
import { LocalWorkspace } from './local/workspace.ts';
import type { HttpHandler, Platform } from './platform.ts';

/** The names that policy may write before the colon of a channel or group. */
export const PLATFORMS: readonly string[] = ['slack', 'local'];

/** Those of them that this run talks to: what policy names elsewhere could never be reached. */
export function platformNames(config: Pick<Config, 'slack'>): readonly string[] {
  return config.slack === undefined ? ['local'] : ['slack'];
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
  const { config, clock, log } = parts;
  const { slack } = config;
  if (slack === undefined) return local(parts);
  const { createSlack } = await import('./slack/index.ts');
  const platform = createSlack({
    botToken: slack.botToken.reveal(),
    signingSecret: slack.mode.kind === 'http' ? slack.mode.signingSecret.reveal() : '',
    appToken: slack.mode.kind === 'socket' ? slack.mode.appToken.reveal() : undefined,
    apiUrl: slack.apiUrl,
    clock,
    log: log.child({ part: 'slack' }),
  });
  const http = platform.http === null ? [] : [platform.http];
  return { platforms: [platform], http, hangUp() {} };
}

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
