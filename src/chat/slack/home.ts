/** The app's home tab: what one person has, and what waits for them. */
import type { types } from '@slack/bolt';
import type { CardView, HomeView } from '../../core/view.ts';
import type { People } from '../platform.ts';
import { type Block, buttonsBlock, cardBlocks, richText, section } from './blocks.ts';
import { plainObject, textElement } from './text.ts';

/** A card takes up to four blocks, and a view has a hundred. */
const CARDS = 10;
const ROLES = 40;
const ROLE_TEXT = 200;

export function homeView(home: HomeView, people: People): types.HomeView {
  const { mine, waitingForMe, more } = home;
  return {
    type: 'home',
    callback_id: 'home',
    blocks: [
      header('My access'),
      ...cards(mine, more.mine, 'mine', people),
      header('Waiting for me'),
      ...cards(waitingForMe, more.waitingForMe, 'waiting', people),
      header('What I may ask for'),
      rolesBlock(home),
      ...buttonsBlock([{ action: 'ask', label: 'Ask', tone: 'primary', request: null }], 'hp:ask'),
    ],
  };
}

const header = (text: string): Block => ({ type: 'header', text: plainObject(text, 150) });

const said = (text: string): Block => richText([section([textElement(text)])]);

function cards(all: readonly CardView[], unseen: number, place: string, people: People): Block[] {
  const rest = unseen + Math.max(0, all.length - CARDS);
  return [
    ...all.slice(0, CARDS).flatMap((card) => cardBlocks(card, people, place)),
    ...(all.length === 0 ? [said('Nothing just now.')] : []),
    ...(rest === 0 ? [] : [said(`And ${rest} more.`)]),
  ];
}

function rolesBlock({ roles }: HomeView): Block {
  const shown = roles
    .slice(0, ROLES)
    .flatMap((role, index) => [
      ...(index === 0 ? [] : [textElement('\n')]),
      { ...textElement(plainObject(role.name, ROLE_TEXT).text), style: { code: true } },
      textElement(` ${plainObject(role.description, ROLE_TEXT).text}`),
    ]);
  return roles.length === 0 ? said('No role is open to you.') : richText([section(shown)]);
}
