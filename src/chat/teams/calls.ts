/**
 * Calls people by name in a card. NB. Not in a text beside it: of text and a card Teams makes two messages,
 * and tells the id of neither.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards
 */
import type { Call, CallBlock } from './elements.ts';
import { clip, LIMITS } from './limits.ts';

export interface Called {
  readonly mri: string;
  /** As they call themselves: hostile. */
  readonly name: string;
}

/** More than these and nobody feels meant. */
const MOST = 10;
const NAME = 60;

export function callsOf(people: readonly Called[]): readonly Call[] {
  const known = people.filter(({ mri }) => mri !== '' && mri.length <= LIMITS.viewerId);
  return known.slice(0, MOST).map(({ mri, name }) => {
    const plain = plainName(name);
    return { type: 'mention', text: `<at>${plain}</at>`, mentioned: { id: mri, name: plain } };
  });
}

/** Markdown and mentions are read in it. It holds nothing but these. */
export function callBlocks(calls: readonly Call[]): readonly CallBlock[] {
  if (calls.length === 0) return [];
  const text = `For ${calls.map((call) => call.text).join(' ')}`;
  return [{ type: 'TextBlock', text, wrap: true, spacing: 'Medium' }];
}

/** Letters, digits and what stands in names: nothing that markup is made of. */
function plainName(name: string): string {
  const plain = name
    .replaceAll(/[^\p{L}\p{M}\p{N} .'’-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'somebody' : clip(plain, NAME);
}
