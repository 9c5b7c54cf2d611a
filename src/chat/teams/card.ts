/** A request as an Adaptive Card: for everybody in a channel, or for the one person who sees it. */
import type { CardView, Field, Tone } from '../../core/view.ts';
import type { People } from '../platform.ts';
import { buttonActions, refreshAction, refreshSilently } from './actions.ts';
import { type Called, callBlocks, callsOf } from './calls.ts';
import {
  type Action,
  type AdaptiveCard,
  adaptiveCard,
  type Container,
  type ContainerStyle,
  type RichTextBlock,
} from './elements.ts';
import { fitted, LIMITS, type Room } from './limits.ts';
import { block, run, runs, shown } from './text.ts';

/** `viewers`: Teams' ids of those who are shown a face of their own, as soon as they see the card. */
export type Face =
  | {
      readonly kind: 'shared';
      readonly viewers: readonly string[];
      /** Who is to hear of it. */
      readonly called?: readonly Called[];
    }
  | { readonly kind: 'personal'; readonly viewers?: readonly string[] };

const HEAD = 1_000;
const FOOTER = 500;
const FIELD_LABEL = 60;

const LOOKS: Readonly<Record<Tone, { readonly sign: string; readonly style: ContainerStyle }>> = {
  waiting: { sign: '⏳', style: 'accent' },
  working: { sign: '🛠️', style: 'warning' },
  open: { sign: '🔓', style: 'good' },
  closed: { sign: '🔒', style: 'emphasis' },
  refused: { sign: '⛔', style: 'emphasis' },
  broken: { sign: '🔥', style: 'attention' },
  alarm: { sign: '🚨', style: 'attention' },
};

export function cardContent(card: CardView, people: People, face: Face): AdaptiveCard {
  const calls = callsOf(face.kind === 'shared' ? (face.called ?? []) : []);
  const around = { actions: actionsOf(card, face), ...refreshOf(card, face), calls };
  return fitted((room) =>
    adaptiveCard({
      body: [
        cardHead(card, people, room),
        ...fieldBlocks(card.fields, people, room),
        ...callBlocks(calls),
        footerBlock(card, people, room),
      ],
      ...around,
    }),
  );
}

export function cardHead(card: CardView, people: People, { text }: Room): Container {
  const { sign, style } = LOOKS[card.tone];
  const room = Math.min(HEAD, text);
  const title = runs(card.title, people, room).map((one) => ({ ...one, size: 'Medium' as const }));
  const items = [
    block([run(`${sign} `, { size: 'Medium' }), ...title]),
    block(runs(card.headline, people, room), { spacing: 'Small' }),
  ];
  return { type: 'Container', style, bleed: true, items };
}

function fieldBlocks(fields: readonly Field[], people: People, room: Room): RichTextBlock[] {
  const left = fields.length - room.parts;
  return [
    ...fields.slice(0, room.parts).map((field) => fieldBlock(field, people, room)),
    ...(left > 0 ? [block([run(`And ${left} more, for which there is no room here.`)])] : []),
  ];
}

function fieldBlock({ label, value }: Field, people: People, { text }: Room): RichTextBlock {
  const name = run(`${shown(label, FIELD_LABEL)}: `, { weight: 'Bolder' });
  return block([name, ...runs(value, people, text)], { spacing: 'Small' });
}

function footerBlock({ footer }: CardView, people: People, { text }: Room): RichTextBlock {
  const small = { size: 'Small', isSubtle: true } as const;
  const inlines = runs(footer, people, Math.min(FOOTER, text)).map((one) => ({ ...one, ...small }));
  return block(inlines, { separator: true, spacing: 'Medium' });
}

/** In a channel nobody is shown what another may press: each asks for their own face. */
function actionsOf(card: CardView, face: Face): readonly Action[] {
  if (face.kind === 'personal') return buttonActions(card.buttons);
  return card.buttons.length === 0 ? [] : [refreshAction(card.request)];
}

/** A face that was shown in answer to a refresh is refreshed again when the card changes. */
function refreshOf(card: CardView, { viewers = [] }: Face): Pick<AdaptiveCard, 'refresh'> {
  const userIds = [...new Set(viewers)]
    .filter((id) => id !== '' && id.length <= LIMITS.viewerId)
    .slice(0, LIMITS.viewers);
  if (userIds.length === 0 || card.buttons.length === 0) return {};
  return { refresh: { action: refreshSilently(card.request), userIds } };
}
