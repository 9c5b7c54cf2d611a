/**
 * Slack's limits: about one message a second in a channel, so many calls a minute of a method.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
import { SECOND } from '../../core/time.ts';
import type { PaceTable } from '../pacing.ts';

export type SlackPace = PaceTable<'message' | 'update' | 'home'>;

export const SLACK_PACE: SlackPace = {
  message: { every: SECOND, burst: 1 },
  update: { every: 1_200, burst: 10 },
  home: { every: 600, burst: 10 },
};
