/** What a message of ours says, read back from its blocks. */
import { z } from 'zod';
import type { SlackMessage } from './methods.ts';
import { unescaped } from './text.ts';

const element = z.object({
  text: z.string().optional(),
  fallback: z.string().optional(),
});
const richText = z.object({
  type: z.literal('rich_text'),
  elements: z.array(z.object({ elements: z.array(element) })),
});

/** NB. Not from `text`, which is cut short, and in which Slack turns addresses into links. */
export function textOf(message: SlackMessage): string {
  const blocks = (message.blocks ?? []).flatMap((block) => {
    const rich = richText.safeParse(block);
    return rich.success ? [rich.data] : [];
  });
  if (blocks.length === 0) return unescaped(message.text ?? '');
  return blocks
    .flatMap((block) => block.elements)
    .flatMap((part) => part.elements)
    .map(({ text, fallback }) => text ?? fallback ?? '')
    .join('');
}
