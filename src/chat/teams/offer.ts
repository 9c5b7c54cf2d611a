/** A card whose button opens the form: in Teams only a button may. */
import { askAction } from './actions.ts';
import { type AdaptiveCard, adaptiveCard } from './elements.ts';
import { block, run } from './text.ts';

/** @param role chosen already */
export function offerContent(role: string | null): AdaptiveCard {
  return adaptiveCard({
    body: [block([run('What do you need, and for how long?')])],
    actions: [askAction(role, { title: 'Ask for access', style: 'positive' })],
  });
}
