/** Views of the program as Slack's blocks. */
import type { types } from '@slack/bolt';
import type { RequestId } from '../../core/ids.ts';
import type {
  AnswerView,
  Button,
  CardView,
  Confirmation,
  Field,
  Mention,
  NoteView,
  ThreadLine,
  Tone,
} from '../../core/view.ts';
import type { People } from '../platform.ts';
import { clip, LIMITS, MESSAGE_TEXT } from './limits.ts';
import {
  elements,
  escaped,
  oneLine,
  plainObject,
  plainText,
  type RichElement,
  textElement,
} from './text.ts';

export type Block = types.KnownBlock;

export interface Message {
  /** For notifications; a screen reader's first choice too. */
  readonly text: string;
  readonly blocks: Block[];
}

/** The action of an answer's own button. */
export const CONFIRM = 'confirm';

const NOTIFICATION = 300;
const FIELD_LABEL = 60;
const FIELD_VALUE = 2_200;
const HEAD = 1_000;
const FOOTER = 500;
/** More than these and the group's own mention is the kinder one. */
const MENTIONED = 10;

const SIGNS: Readonly<Record<Tone, string>> = {
  waiting: 'hourglass_flowing_sand',
  working: 'hammer_and_wrench',
  open: 'unlock',
  closed: 'lock',
  refused: 'no_entry',
  broken: 'fire',
  alarm: 'rotating_light',
};

/** The first block of a card; how it is found again in the channel's history. */
export const cardBlockId = (request: RequestId | string): string => `hp:card:${request}`;

export function cardMessage(card: CardView, people: People): Message {
  const head = [...oneLine(card.title), ': ', ...oneLine(card.headline)];
  return { text: notification(plainText(head, people)), blocks: cardBlocks(card, people) };
}

/** @param place keeps the ids of blocks apart where several cards share a view */
export function cardBlocks(card: CardView, people: People, place = 'card'): Block[] {
  const { request } = card;
  return [
    richText([headOf(card, people)], `hp:${place}:${request}`),
    ...fieldsBlock(card.fields, people),
    footerBlock(card, people),
    ...buttonsBlock(card.buttons, `hp:${place}-buttons:${request}`),
  ];
}

function headOf(card: CardView, people: People): types.RichTextSection {
  return section([
    { type: 'emoji', name: SIGNS[card.tone] },
    textElement(' '),
    ...elements(oneLine(card.title), people, HEAD),
    textElement('\n'),
    ...elements(oneLine(card.headline), people, HEAD),
  ]);
}

function fieldsBlock(fields: readonly Field[], people: People): Block[] {
  let left = MESSAGE_TEXT - 2 * HEAD - FOOTER - NOTIFICATION;
  const lines = fields.flatMap(({ label, value }, index): RichElement[] => {
    const name = `${index === 0 ? '' : '\n'}${clip(label, FIELD_LABEL)}: `;
    const shown = elements(oneLine(value), people, Math.min(FIELD_VALUE, left - name.length));
    left -= name.length + lengthOf(shown);
    return shown.length === 0 ? [] : [{ ...textElement(name), style: { bold: true } }, ...shown];
  });
  return lines.length === 0 ? [] : [richText([section(lines)])];
}

function lengthOf(shown: readonly RichElement[]): number {
  return shown.reduce((sum, one) => sum + (one.type === 'text' ? one.text.length : 30), 0);
}

function footerBlock(card: CardView, people: People): Block {
  const text = plainText(oneLine(card.footer), people);
  return { type: 'context', elements: [plainObject(text === '' ? ' ' : text, FOOTER)] };
}

export function buttonsBlock(buttons: readonly Button[], blockId: string): Block[] {
  if (buttons.length === 0) return [];
  return [{ type: 'actions', block_id: blockId, elements: buttons.map(buttonElement) }];
}

function buttonElement({ action, label, tone, request }: Button): types.Button {
  return {
    type: 'button',
    action_id: action,
    text: plainObject(label, LIMITS.buttonText),
    ...(request !== null && { value: request }),
    ...(tone !== 'plain' && { style: tone }),
  };
}

/** `users`: the Slack ids of those who can act; `groups`: the user groups that they come from. */
export function mentionBlock(users: readonly string[], groups: readonly string[]): Block[] {
  const byGroup = users.length > MENTIONED && groups.length > 0;
  const names = byGroup
    ? groups.map((id) => `<!subteam^${id}>`)
    : users.slice(0, MENTIONED).map((id) => `<@${id}>`);
  if (names.length === 0) return [];
  const text = { type: 'mrkdwn', text: `For ${names.join(' ')}`, verbatim: true } as const;
  return [{ type: 'section', block_id: 'hp:mention', text }];
}

/** The groups of a mention that Slack knows, as policy writes them. */
export function slackGroups(mention: Mention): readonly string[] {
  return (mention.sources ?? []).flatMap((source) =>
    source.kind === 'platform' && source.platform === 'slack' ? [source.group] : [],
  );
}

/** `#12 1f0c2d3e Ada approved`: number and hash lead back to the audit entry. */
export function linesMessage(lines: readonly ThreadLine[], people: People): Message {
  const room = Math.max(20, Math.floor(MESSAGE_TEXT / Math.max(1, lines.length)) - 25);
  const shown = lines.flatMap(({ seq, hash, text }, index): RichElement[] => [
    ...(index === 0 ? [] : [textElement('\n')]),
    { ...textElement(`#${seq} ${hash}`), style: { code: true } },
    textElement(' '),
    ...elements(oneLine(text), people, room),
  ]);
  const last = lines.at(-1);
  const text = last === undefined ? '' : plainText(oneLine(last.text), people);
  return { text: notification(text), blocks: [richText([section(shown)])] };
}

export function noteMessage(note: NoteView, people: People): Message {
  const shown = elements(note.text, people, MESSAGE_TEXT - NOTIFICATION);
  return {
    text: notification(plainText(note.text, people)),
    blocks: [richText([section(shown)]), ...buttonsBlock(note.buttons, 'hp:note')],
  };
}

export function answerMessage(answer: AnswerView, people: People): Message {
  const texts = answer.lines.map((line) => plainText(line, people));
  const blocks = [...answerBlocks(answer, people), ...confirmBlock(answer.confirmation)];
  return { text: notification(texts.join(' ')), blocks };
}

function confirmBlock(confirmation: Confirmation | undefined): Block[] {
  if (confirmation === undefined) return [];
  const { label, tone: style, preview: value } = confirmation;
  const text = plainObject(label, LIMITS.buttonText);
  const button = { type: 'button', action_id: CONFIRM, text, style, value } as const;
  return [{ type: 'actions', block_id: 'hp:confirm', elements: [button] }];
}

export function answerBlocks(answer: AnswerView, people: People): Block[] {
  const room = Math.floor(6_000 / Math.max(1, answer.lines.length));
  const shown = answer.lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [textElement('\n')]),
    ...elements(line, people, room),
  ]);
  const example = answer.example === null ? [] : [preformatted(answer.example)];
  return [richText([section(shown), ...example])];
}

function preformatted(text: string): types.RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: [textElement(clip(text, HEAD))] };
}

/** Slack refuses a section without elements. */
export const section = (shown: readonly RichElement[]): types.RichTextSection => ({
  type: 'rich_text_section',
  elements: shown.length === 0 ? [textElement(' ')] : [...shown],
});

export const richText = (
  parts: (types.RichTextSection | types.RichTextPreformatted)[],
  blockId?: string,
): Block => ({
  type: 'rich_text',
  elements: parts,
  ...(blockId !== undefined && { block_id: blockId }),
});

const notification = (text: string): string =>
  escaped(clip(text === '' ? ' ' : text, NOTIFICATION));
