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
import { LocalWorkspace } from './local/workspace.ts';
import type { HttpHandler, Platform } from './platform.ts';

/** The names that policy may write before the colon of a channel or group. */
export const PLATFORMS: readonly string[] = ['slack', 'local'];

export interface PlatformParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Where a local workspace has its people and channels from. */
  readonly policy?: Policy | undefined;
  /** A local workspace that is there already. */
  readonly workspace?: LocalWorkspace | undefined;
}

export interface Platforms {
  readonly platforms: readonly Platform[];
  readonly http: readonly HttpHandler[];
}

export async function platforms(parts: PlatformParts): Promise<Platforms> {
  const { config, clock, log, policy, workspace } = parts;
  const { slack } = config;
  if (slack === undefined) {
    const here =
      workspace ??
      new LocalWorkspace({ clock, ...(policy ? workspaceOf(policy) : { people: [] }) });
    return { platforms: [createLocal(here)], http: [] };
  }
  const { createSlack } = await import('./slack/index.ts');
  const platform = createSlack({
    botToken: slack.botToken.reveal(),
    signingSecret: slack.mode.kind === 'http' ? slack.mode.signingSecret.reveal() : '',
    appToken: slack.mode.kind === 'socket' ? slack.mode.appToken.reveal() : undefined,
    apiUrl: slack.apiUrl,
    clock,
    log: log.child({ part: 'slack' }),
  });
  return { platforms: [platform], http: platform.http === null ? [] : [platform.http] };
}
