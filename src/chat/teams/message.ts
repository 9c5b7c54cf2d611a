/** Activities as they are sent: a card, and what a notification says of it. */
import type { Activity } from 'botbuilder';
import { type AdaptiveCard, attachment } from './elements.ts';

export function message(card: AdaptiveCard, summary: string): Partial<Activity> {
  return { type: 'message', summary, attachments: [attachment(card)] };
}
