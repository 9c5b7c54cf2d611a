/**
 * Text for Teams. What people wrote goes into text runs, in which no Markdown, mention or link is read;
 * the two things that a renderer might still read there are made inert.
 */
import type { Rich, Segment } from '../../core/rich.ts';
import { formatDuration, formatInstant, type Instant } from '../../core/time.ts';
import type { People } from '../platform.ts';
import type { RichTextBlock, TextRun } from './elements.ts';
import { clip, LIMITS } from './limits.ts';

/** Control characters but line breaks, halves of characters, and what turns the direction of writing. */
const MEDDLERS = /[^\P{Cc}\n]|\p{Cs}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const legible = (text: string): string =>
  unbroken(text).replaceAll('\t', ' ').replace(MEDDLERS, '\ufffd');

/** A line break could pass for a line of our own. */
const unbroken = (text: string): string => text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ');

/**
 * `{{DATE(…)}}` and `{{TIME(…)}}` are worked out in text runs too, and `${…}` where a host knows
 * templates. A word joiner, which nobody sees, keeps both from being found.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
const inert = (text: string): string => text.replaceAll(/(?<=[{$])\{/g, '\u2060{');

/** As it was typed, for a title, a label or a placeholder of ours; at most about `limit` long. */
export const shown = (text: string, limit: number): string => inert(clip(legible(text), limit));

/** The runs of a block, holding about `limit` characters at most. */
export function runs(rich: Rich, people: People, limit: number): TextRun[] {
  const out: TextRun[] = [];
  let left = limit;
  for (const segment of merged(rich)) {
    const whole = segmentText(segment, people);
    const text = clip(whole, left);
    if (text !== '') out.push({ type: 'TextRun', text: inert(text), ...formOf(segment) });
    if (text !== whole) break;
    left -= text.length;
  }
  return out;
}

/** Neighbouring plain pieces as one, so that none can begin what the next one ends. */
function merged(rich: Rich): Rich {
  return rich.reduce<Segment[]>((out, segment) => {
    const before = out.at(-1);
    if (typeof before === 'string' && typeof segment === 'string')
      out[out.length - 1] = before + segment;
    else out.push(segment);
    return out;
  }, []);
}

function formOf(segment: Segment): Pick<TextRun, 'weight' | 'fontType'> {
  if (typeof segment === 'string') return {};
  switch (segment.kind) {
    case 'bold':
    case 'person':
      return { weight: 'Bolder' };
    case 'code':
    case 'request':
      return { fontType: 'Monospace' };
    case 'instant':
    case 'duration':
      return {};
  }
}

function segmentText(segment: Segment, people: People): string {
  if (typeof segment === 'string') return legible(segment);
  switch (segment.kind) {
    case 'bold':
    case 'code':
      return legible(segment.text);
    case 'person':
      return legible(people.get(segment.id)?.name ?? 'somebody');
    case 'instant':
      // In UTC: Microsoft says that Teams works out no `{{DATE(…)}}`, and would then show it as it stands.
      // https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
      return legibleInstant(segment.at);
    case 'duration':
      return formatDuration(segment.length);
    case 'request':
      return `#${segment.id}`;
  }
}

/** `2026-11-21 12:00:00 UTC`: read by tired people, and still the same moment for all of them. */
function legibleInstant(at: Instant): string {
  return formatInstant(at).replace('T', ' ').replace('Z', ' UTC');
}

/** Without any form, for the `summary` of an activity: what a notification shows. */
export function plainSummary(rich: Rich, people: People): string {
  return clip(rich.map((segment) => segmentText(segment, people)).join(''), LIMITS.summary);
}

type BlockLooks = Pick<RichTextBlock, 'spacing' | 'separator'>;

/** Neither a run without text nor a block without runs is drawn alike everywhere. */
export function block(inlines: readonly TextRun[], looks: BlockLooks = {}): RichTextBlock {
  const some = inlines.filter(({ text }) => text !== '');
  return { type: 'RichTextBlock', inlines: some.length === 0 ? [run(' ')] : some, ...looks };
}

/** Of our own words, or of words that went through `shown`. */
export const run = (text: string, looks: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text,
  ...looks,
});
