/**
 * Teams' limits for one conversation: 7 calls in one second, 8 in two, 60 in thirty, 1,800 in an hour.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
 */
import { SECOND } from '../../core/time.ts';
import type { PaceTable } from '../pacing.ts';

/** `burst` is for the short windows, `hour` for the long one; a call needs its turn in both. */
export type TeamsPace = PaceTable<'burst' | 'hour'>;

export const TEAMS_PACE: TeamsPace = {
  burst: { every: 600, burst: 5 },
  hour: { every: 2_100, burst: 80 },
};

/** What is asked for may be a moment ago; for all that was turned away at once to come back apart. */
export const JITTER = 2 * SECOND;
