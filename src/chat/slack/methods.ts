/**
 * Every Web API method that is called, the bot scopes that its page names, and what of its answer is
 * read. `manifests/slack.yaml` asks for just these. Each is described at
 * https://docs.slack.dev/reference/methods/<method>, each scope at
 * https://docs.slack.dev/reference/scopes/<scope>.
 */
import { z } from 'zod';

const nothing = z.object({});
const page = z.object({ next_cursor: z.string().optional() }).optional();

const message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  text: z.string().optional(),
  reply_count: z.number().optional(),
  blocks: z.array(z.looseObject({ block_id: z.string().optional() })).optional(),
});
export type SlackMessage = z.infer<typeof message>;

const messages = z.object({
  messages: z.array(message),
  has_more: z.boolean().optional(),
  response_metadata: page,
});

const user = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  tz: z.string().nullish().catch(null),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  profile: z
    .object({
      email: z.string().nullish(),
      real_name: z.string().optional(),
      display_name: z.string().optional(),
    })
    .optional(),
});
export type SlackUser = z.infer<typeof user>;

const HISTORY = ['channels:history', 'groups:history', 'im:history'] as const;
const CHANNELS = ['channels:read', 'groups:read'] as const;

interface MethodSpec {
  readonly scopes: readonly string[];
  readonly answer: z.ZodType;
}

export const METHODS = {
  'auth.test': {
    scopes: [],
    answer: z.object({
      team_id: z.string(),
      user_id: z.string(),
      response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
    }),
  },
  'chat.postMessage': {
    scopes: ['chat:write'],
    answer: z.object({ channel: z.string(), ts: z.string() }),
  },
  'chat.update': { scopes: ['chat:write'], answer: nothing },
  'conversations.history': { scopes: HISTORY, answer: messages },
  'conversations.replies': { scopes: HISTORY, answer: messages },
  'conversations.list': {
    scopes: CHANNELS,
    answer: z.object({
      channels: z.array(
        z.object({ id: z.string(), name: z.string(), is_member: z.boolean().optional() }),
      ),
      response_metadata: page,
    }),
  },
  'conversations.open': {
    scopes: ['im:write'],
    answer: z.object({ channel: z.object({ id: z.string() }) }),
  },
  'usergroups.list': {
    scopes: ['usergroups:read'],
    answer: z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) }),
  },
  'usergroups.users.list': {
    scopes: ['usergroups:read'],
    answer: z.object({ users: z.array(z.string()) }),
  },
  // The e-mail address is left out of the answer without `users:read.email`.
  'users.info': { scopes: ['users:read', 'users:read.email'], answer: z.object({ user }) },
  'users.lookupByEmail': { scopes: ['users:read.email'], answer: z.object({ user }) },
  'views.open': { scopes: [], answer: nothing },
  'views.update': { scopes: [], answer: nothing },
  'views.publish': { scopes: [], answer: nothing },
} as const satisfies Record<string, MethodSpec>;

export type Method = keyof typeof METHODS;
export type Answer<M extends Method> = z.infer<(typeof METHODS)[M]['answer']>;

/** What comes in needs scopes too: https://docs.slack.dev/reference/events/message.im */
const RECEIVED = {
  'the slash command': ['commands'],
  'message.im': ['im:history'],
  app_home_opened: [],
} as const satisfies Record<string, readonly string[]>;

/** All bot scopes, sorted. */
export function scopesNeeded(): readonly string[] {
  const called = Object.values(METHODS).flatMap((method): readonly string[] => method.scopes);
  return [...new Set([...called, ...Object.values(RECEIVED).flat()])].sort();
}
