/** Every roster there is. A new one is one folder, and one line in each of these. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createOpsgenie } from './opsgenie/index.ts';
import { createPagerDuty } from './pagerduty/index.ts';
import type { Roster } from './roster.ts';

/** The keys of a group in policy that name a schedule. */
export const ROSTERS: readonly string[] = ['pagerduty', 'opsgenie'];

/** Those that this run has a token for: what policy names elsewhere could never be read. */
export function rosters(
  { onCall = {} }: Pick<Config, 'onCall'>,
  clock: Pick<Clock, 'monotonic' | 'timeLimit'>,
): ReadonlyMap<string, Roster> {
  const { pagerduty, opsgenie } = onCall;
  const all = [
    ...(pagerduty === undefined ? [] : [createPagerDuty({ ...pagerduty, clock })]),
    ...(opsgenie === undefined ? [] : [createOpsgenie({ ...opsgenie, clock })]),
  ];
  return new Map(all.map((roster) => [roster.name, roster]));
}
