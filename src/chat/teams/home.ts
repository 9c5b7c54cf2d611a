/** The home page of one person, as a card in their chat with the bot. */
import type { Button, CardView, HomeView } from '../../core/view.ts';
import type { People } from '../platform.ts';
import { buttonActions, listedActions } from './actions.ts';
import { cardHead } from './card.ts';
import { type AdaptiveCard, adaptiveCard, type Element } from './elements.ts';
import { fitted, type Room } from './limits.ts';
import { block, run, shown } from './text.ts';

const CARDS = 5;
const ROLES = 40;
const ROLE_NAME = 60;
const ROLE_TEXT = 200;

const ASK: Button = { action: 'ask', label: 'Ask', tone: 'primary', request: null };

export function homeContent(home: HomeView, people: People): AdaptiveCard {
  const { mine, waitingForMe, more } = home;
  return fitted((room) =>
    adaptiveCard({
      body: [
        heading('My access'),
        ...cards(mine, more.mine, people, room),
        heading('Waiting for me'),
        ...cards(waitingForMe, more.waitingForMe, people, room),
        heading('What I may ask for'),
        ...roles(home, room),
      ],
      actions: buttonActions([ASK]),
    }),
  );
}

const heading = (text: string): Element =>
  block([run(text, { weight: 'Bolder', size: 'Medium' })], { separator: true, spacing: 'Medium' });

function cards(
  all: readonly CardView[],
  unseen: number,
  people: People,
  room: Room,
): readonly Element[] {
  const some = all.slice(0, Math.min(CARDS, room.parts));
  const rest = unseen + all.length - some.length;
  return [
    ...some.flatMap((card) => [cardHead(card, people, room), ...buttonSet(card)]),
    ...(all.length === 0 ? [block([run('Nothing just now.')])] : []),
    ...(rest === 0 ? [] : [block([run(`And ${rest} more.`)])]),
  ];
}

function buttonSet({ buttons }: CardView): readonly Element[] {
  return buttons.length === 0 ? [] : [{ type: 'ActionSet', actions: listedActions(buttons) }];
}

function roles({ roles: all }: HomeView, room: Room): readonly Element[] {
  if (all.length === 0) return [block([run('No role is open to you.')])];
  const some = all.slice(0, Math.min(ROLES, room.parts));
  const rest = all.length - some.length;
  return [
    ...some.map(({ name, description }) =>
      block(
        [
          run(shown(name, ROLE_NAME), { fontType: 'Monospace' }),
          run(` ${shown(description, Math.min(ROLE_TEXT, room.text))}`),
        ],
        { spacing: 'Small' },
      ),
    ),
    ...(rest === 0 ? [] : [block([run(`And ${rest} more.`)])]),
  ];
}
