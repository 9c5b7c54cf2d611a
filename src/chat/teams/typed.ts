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

/**
 * Without the mention of the bot and without `/jit`. Others stay mentions, `<@object-id|Grace>`: the name
 * alone would not say whom it means.
 */
export function typedText(incoming: Incoming, who: Who): string {
  let text = incoming.text ?? '';
  for (const mention of mentionsIn(incoming)) {
    const isOurs = mention.mri === incoming.recipient.id;
    text = text.replaceAll(mention.text, isOurs ? ' ' : named(mention, who(mention)));
  }
  return unescaped(text)
    .trim()
    .replace(/^\/?jit(?=\s|$)/i, '')
    .trim();
}

function named({ name, text }: MentionOf, userId: string | undefined): string {
  const plain = (name === '' ? text : name).replaceAll(/[<>|]|\bat\b/g, '').trim();
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
