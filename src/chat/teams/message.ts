/** Activities as they are sent: a card, what a notification says of it, and who is called by name. */
import type { Activity, Mention } from 'botbuilder';
import { type AdaptiveCard, attachment } from './elements.ts';
import { clip } from './limits.ts';

export interface Mentioned {
  readonly mri: string;
  /** As they call themselves: hostile. */
  readonly name: string;
}

/** More than these and nobody feels meant. */
const MENTIONED = 10;
const NAME = 60;

export function message(card: AdaptiveCard, summary: string): Partial<Activity> {
  return { type: 'message', summary, attachments: [attachment(card)] };
}

/** Text above the card that calls people. Text of a message is markup, and so are the names in it. */
export function mentioning(people: readonly Mentioned[]): Partial<Activity> {
  const entities = people.slice(0, MENTIONED).map(({ mri, name }): Mention => {
    const plain = plainName(name);
    return { type: 'mention', mentioned: { id: mri, name: plain }, text: `<at>${plain}</at>` };
  });
  if (entities.length === 0) return {};
  const text = `For ${entities.map((entity) => entity.text).join(' ')}`;
  return { text, textFormat: 'xml', entities };
}

/** Letters, digits and what stands in names: nothing that markup is made of. */
function plainName(name: string): string {
  const plain = name
    .replaceAll(/[^\p{L}\p{M}\p{N} .'’-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'somebody' : clip(plain, NAME);
}
