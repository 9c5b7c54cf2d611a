/** What a person reads and may press in blocks of Slack. */

export interface Block {
  readonly type: string;
  readonly action_id?: string;
  readonly value?: string;
  readonly [field: string]: unknown;
}

const LINES = new Set([
  'rich_text_section',
  'rich_text_preformatted',
  'context',
  'section',
  'input',
]);

/** In the order in which it stands there, a line for each block, buttons in brackets. */
export function textOf(part: unknown): string {
  if (Array.isArray(part)) return part.map(textOf).join('');
  if (typeof part !== 'object' || part === null) return '';
  const block = part as Block;
  if (block.type === 'button') return `[${textOf(block.text)}]`;
  if (block.type === 'date') return String(block.fallback);
  if (typeof block.text === 'string') return block.text;
  const { label, text, elements, element, accessory } = block;
  const inner = [label, text, elements, element, accessory].map(textOf).join('');
  return LINES.has(block.type) ? `${inner}\n` : inner;
}

/** @param value any, if it is left out */
export function buttonIn(part: unknown, action: string, value?: string): Block | undefined {
  if (Array.isArray(part)) {
    for (const one of part) {
      const found = buttonIn(one, action, value);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const { type, elements, action_id, value: of } = part as Block;
  if (type === 'actions') return buttonIn(elements, action, value);
  const isIt = type === 'button' && action_id === action && (value ?? of) === of;
  return isIt ? (part as Block) : undefined;
}
