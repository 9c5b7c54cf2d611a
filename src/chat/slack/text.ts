/**
 * Text for Slack. What people wrote goes into `rich_text` or `plain_text` objects, in which Slack reads
 * no markup at all: no mention, link, emoji or formatting can be typed into them.
 */
import type { types } from '@slack/bolt';
import type { Rich, Segment } from '../../core/rich.ts';
import { formatDuration, formatInstant, SECOND } from '../../core/time.ts';
import type { People } from '../platform.ts';
import { clip, LIMITS } from './limits.ts';

export type RichElement = types.RichTextElement;

/** Control characters but line breaks, halves of characters, and what turns the direction of writing. */
const MEDDLERS = /[^\P{Cc}\n]|\p{Cs}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const legible = (text: string): string =>
  text.replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(MEDDLERS, '\ufffd');

/** Where a line break could pass for a line of our own. */
export const oneLine = (rich: Rich): Rich => rich.map(flatten);

function flatten(segment: Segment): Segment {
  if (typeof segment === 'string') return unbroken(segment);
  if (segment.kind === 'bold' || segment.kind === 'code')
    return { ...segment, text: unbroken(segment.text) };
  return segment;
}

const unbroken = (text: string): string => text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ');

/** The elements of a `rich_text` block, holding at most `limit` characters. */
export function elements(rich: Rich, people: People, limit: number): RichElement[] {
  const out: RichElement[] = [];
  let left = limit;
  for (const segment of rich) {
    const text = clip(segmentText(segment, people), Math.min(left, LIMITS.sectionText));
    if (text === '') continue;
    out.push(element(segment, text));
    left -= text.length;
  }
  return out;
}

function element(segment: Segment, text: string): RichElement {
  if (typeof segment === 'string') return textElement(text);
  switch (segment.kind) {
    case 'bold':
    case 'person':
      return { ...textElement(text), style: { bold: true } };
    case 'code':
    case 'request':
      return { ...textElement(text), style: { code: true } };
    case 'instant':
      return dateElement(segment.at, text);
    case 'duration':
      return textElement(text);
  }
}

export const textElement = (text: string): types.RichTextText => ({ type: 'text', text });

/** In the reader's own time zone: https://docs.slack.dev/reference/block-kit/block-elements/date-element */
function dateElement(at: number, fallback: string): RichElement {
  const timestamp = Math.floor(at / SECOND);
  return { type: 'date', timestamp, format: '{date_short_pretty} at {time}', fallback };
}

function segmentText(segment: Segment, people: People): string {
  if (typeof segment === 'string') return legible(segment);
  switch (segment.kind) {
    case 'bold':
    case 'code':
      return legible(segment.text);
    case 'person':
      return legible(unbroken(people.get(segment.id)?.name ?? 'somebody'));
    case 'instant':
      return formatInstant(segment.at);
    case 'duration':
      return formatDuration(segment.length);
    case 'request':
      return `#${segment.id}`;
  }
}

/** Without any form, for places that take a plain string. */
export function plainText(rich: Rich, people: People): string {
  return rich.map((segment) => segmentText(segment, people)).join('');
}

/** For the `text` of a message, which Slack shows in notifications and does read as markup. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What people typed comes with these three escaped: https://docs.slack.dev/messaging/formatting-message-text */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const MENTION = /^@[UW][A-Z0-9]{1,30}(?:\|[^<>|]*)?$/;

/**
 * Typed text as it was typed: Slack puts links and names into angle brackets. A mention stays one,
 * `<@U123|ada>`, because the name alone would not say whom it means.
 * https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
 */
export function typedText(text: string): string {
  const bare = text.replaceAll(/<([^<>]*)>/g, (whole, inside: string) =>
    MENTION.test(inside) ? whole : inside.slice(inside.indexOf('|') + 1),
  );
  return unescaped(bare).trim();
}

export const plainObject = (text: string, limit: number): types.PlainTextElement => ({
  type: 'plain_text',
  text: clip(legible(text), limit),
  emoji: false,
});
