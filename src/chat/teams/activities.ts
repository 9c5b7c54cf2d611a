/**
 * What Teams sends, as far as it is read. Hostile until it has passed one of these: a token says which
 * service sent a body, not that it makes sense.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
 */
import { z } from 'zod';
import { guid } from './guid.ts';

const id = z.string().min(1).max(1_024);
const name = z.string().max(1_000).catch('');

const account = z.object({
  id,
  name: name.default(''),
  aadObjectId: guid.optional(),
});

const mention = z.object({ mentioned: z.object({ id, name: name.default('') }), text: z.string() });

const channelData = z.object({
  tenant: z.object({ id }).optional(),
  team: z.object({ id, name: name.optional() }).optional(),
  channel: z.object({ id, name: name.optional() }).optional(),
});

export const activity = z.object({
  type: z.string().max(100),
  id: id.optional(),
  name: z.string().max(200).optional(),
  channelId: z.literal('msteams'),
  serviceUrl: z.url().max(1_024),
  from: account,
  recipient: account,
  conversation: z.object({
    id,
    tenantId: id.optional(),
    conversationType: z.enum(['personal', 'groupChat', 'channel']).optional(),
  }),
  channelData: channelData.optional().catch(undefined),
  text: z.string().max(100_000).optional(),
  /** Of the device that it was sent from. */
  localTimezone: z.string().max(100).optional().catch(undefined),
  entities: z.array(z.unknown()).max(1_000).optional(),
  value: z.unknown().optional(),
  replyToId: id.optional(),
  action: z.string().max(100).optional(),
  membersAdded: z.array(account).max(1_000).optional(),
  membersRemoved: z.array(account).max(1_000).optional(),
});
export type Incoming = z.output<typeof activity>;

/** What authentication looks at, before anything else is. */
export const claimed = z.object({
  channelId: z.string().max(100).catch(''),
  serviceUrl: z.string().max(1_024).catch(''),
});

export interface MentionOf {
  readonly mri: string;
  readonly name: string;
  /** As it stands in the text: `<at>Grace</at>`. */
  readonly text: string;
}

export function mentionsIn({ entities = [] }: Incoming): readonly MentionOf[] {
  return entities.flatMap((entity) => {
    const { success, data } = mention.safeParse(entity);
    return success && data.text !== ''
      ? [{ mri: data.mentioned.id, name: data.mentioned.name, text: data.text }]
      : [];
  });
}

/** Both places that name a tenant name the same one; undefined: they do not, or neither does. */
export function tenantOf({ conversation, channelData }: Incoming): string | undefined {
  const named = [conversation.tenantId, channelData?.tenant?.id].filter((one) => one !== undefined);
  const [first, ...others] = named.map((one) => one.toLowerCase());
  return others.every((one) => one === first) ? first : undefined;
}

/** A conversation of its own, or a thread in a channel: `19:…@thread.tacv2;messageid=1…`. */
export const baseOf = (conversation: string): string => conversation.replace(/;messageid=.*$/, '');

/** The person's own chat with the bot: NB. one of two people, `19:…`, may open a form, and both read it. */
export const isPersonal = ({ conversation: { conversationType, id: own } }: Incoming): boolean =>
  conversationType === 'personal' && !own.startsWith('19:');

/** Other bots, and ourselves. */
export const isBot = ({ from }: Incoming): boolean => from.id.startsWith('28:');
