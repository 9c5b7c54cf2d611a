/** What somebody typed to the bot, as it was typed. */
import type { Incoming, MentionOf } from './activities.ts';
import { mentionsIn } from './activities.ts';

/** Who is meant, `undefined` where nobody knows. */
export type Who = (mention: MentionOf) => string | undefined;

/** Does it speak to us? In a channel only whoever mentions the bot does. */
export function isMentioned(incoming: Incoming): boolean {
  return mentionsIn(incoming).some(({ mri }) => mri === incoming.recipient.id);
}

export function othersMentioned(incoming: Incoming): readonly MentionOf[] {
  return mentionsIn(incoming).filter(({ mri }) => mri !== incoming.recipient.id);
}

/** As it stands in a text, whose own `<` are written as `&lt;`. */
const MENTION = /(<at\b[^<>]{0,100}>[^<>]{0,300}<\/at>)/;

/**
 * Without the mention of the bot and without `/jit`. Others stay mentions, `<@object-id|Grace>`: the name
 * alone would not say whom it means.
 */
export function typedText(incoming: Incoming, who: Who): string {
  const { text = '', recipient } = incoming;
  const next = inTurn(mentionsIn(incoming));
  const read = (part: string): string => {
    const mention = next(part);
    if (mention === undefined) return unescaped(part);
    return mention.mri === recipient.id ? ' ' : named(mention, who(mention));
  };
  return text
    .split(MENTION)
    .map(read)
    .join('')
    .trim()
    .replace(/^\/?jit(?=\s|$)/i, '')
    .trim();
}

/** NB. Two people may have one name: the first `<at>Grace</at>` is the first of those called so. */
function inTurn(mentions: readonly MentionOf[]): (text: string) => MentionOf | undefined {
  const queues = new Map<string, MentionOf[]>();
  for (const mention of mentions)
    queues.set(mention.text, [...(queues.get(mention.text) ?? []), mention]);
  return (text) => {
    const queue = queues.get(text) ?? [];
    return queue.length > 1 ? queue.shift() : queue[0];
  };
}

function named({ name, text }: MentionOf, userId: string | undefined): string {
  const plain = (name === '' ? text : name).replaceAll(/[<>|&]|\bat\b/g, '').trim();
  return userId === undefined ? `@${plain}` : `<@${userId}|${plain}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};

/** Teams writes these in the text of messages, whatever their format. Each is read once. */
function unescaped(text: string): string {
  return text
    .replaceAll('\u00a0', ' ')
    .replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
