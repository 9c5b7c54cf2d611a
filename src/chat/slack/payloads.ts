/** What Slack sends, as far as it is read. Hostile until it has passed one of these. */
import { z } from 'zod';

const id = z.string().min(1).max(64);

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export const command = z.object({
  team_id: id,
  user_id: id,
  text: z.string().default(''),
  trigger_id: z.string().min(1).max(200),
  response_url: z.url().optional(),
});
export type CommandPayload = z.infer<typeof command>;

const who = {
  team: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
  trigger_id: z.string().min(1).max(200),
};

const filled = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_option: z.object({ value: z.string() }).nullish(),
    }),
  ),
);

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const click = z.object({
  ...who,
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
  container: z
    .object({ channel_id: id.optional(), message_ts: z.string().max(64).optional() })
    .optional(),
  view: z.object({ id, hash: z.string().optional(), type: z.string() }).nullish(),
  response_url: z.url().optional(),
});
export type ClickPayload = z.infer<typeof click>;

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const submission = z.object({
  ...who,
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({ values: filled }),
  }),
});
export type SubmissionPayload = z.infer<typeof submission>;

/** https://docs.slack.dev/apis/events-api#event-payload */
const envelope = { team_id: id, event_id: z.string().min(1).max(200) };

export const homeOpened = z.object({
  ...envelope,
  event: z.object({ user: id, tab: z.string() }),
});

/** A message of a person to the bot; what bots say and what was edited has other fields set. */
export const directMessage = z.object({
  ...envelope,
  event: z.object({
    channel_type: z.literal('im'),
    user: id,
    text: z.string(),
    subtype: z.undefined().optional(),
    bot_id: z.undefined().optional(),
  }),
});

export const teamOf = (payload: Pick<ClickPayload, 'team' | 'user'>): string | undefined =>
  payload.team?.id ?? payload.user.team_id;

/**
 * What Bolt finds a listener by, and nothing that is not read here: it throws on shapes that it does
 * not know, and a signature says who sent a body, not that it makes sense.
 */
export const routed = z.union([
  z.object({ command: z.string(), ...command.shape }),
  z.object({ type: z.literal('block_actions'), ...click.shape }),
  z.object({ type: z.literal('view_submission'), ...submission.shape }),
  z.object({
    type: z.literal('event_callback'),
    ...envelope,
    event: z.object({
      type: z.string(),
      channel_type: z.unknown().optional(),
      user: z.unknown().optional(),
      text: z.unknown().optional(),
      tab: z.unknown().optional(),
      subtype: z.unknown().optional(),
      bot_id: z.unknown().optional(),
    }),
  }),
]);
