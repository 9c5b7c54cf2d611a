/** Views as plain text for a terminal. What people wrote stays on its line and moves no cursor. */
import type { RequestId } from '../../core/ids.ts';
import type { Rich, Segment } from '../../core/rich.ts';
import { formatDuration, formatInstant } from '../../core/time.ts';
import type {
  AnswerView,
  AskForm,
  Button,
  CardView,
  FormFaults,
  HomeView,
  NoteView,
  ThreadLine,
} from '../../core/view.ts';
import type { People } from '../platform.ts';

/** Control characters, and those that turn the direction of writing. */
const MEDDLERS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** An escape sequence could repaint the terminal, a line break could forge a line of the thread. */
function inert(text: string): string {
  return text.replaceAll(/\r\n?|[\n\u2028\u2029]/g, ' ⏎ ').replace(MEDDLERS, '\ufffd');
}

function plain(rich: Rich, people: People): string {
  return rich.map((segment) => inert(segmentText(segment, people))).join('');
}

function segmentText(segment: Segment, people: People): string {
  if (typeof segment === 'string') return segment;
  switch (segment.kind) {
    case 'bold':
    case 'code':
      return segment.text;
    case 'person':
      return people.get(segment.id)?.name ?? 'somebody';
    case 'instant':
      return formatInstant(segment.at);
    case 'duration':
      return formatDuration(segment.length);
    case 'request':
      return requestText(segment.id);
  }
}

const requestText = (id: RequestId): string => `#${id}`;

const buttonRow = (buttons: readonly Pick<Button, 'label'>[]): string[] =>
  buttons.length === 0 ? [] : [`  ${buttons.map((button) => `[${button.label}]`).join(' ')}`];

export function cardText(card: CardView, people: People): string {
  return [
    plain(card.title, people),
    `  ${plain(card.headline, people)}`,
    ...card.fields.map((field) => `  ${field.label}: ${plain(field.value, people)}`),
    `  ${plain(card.footer, people)}`,
    ...buttonRow(card.buttons),
  ].join('\n');
}

/** `#12 1f0c2d3e Ada approved`: number and hash lead back to the audit entry. */
export function linesText(lines: readonly ThreadLine[], people: People): string {
  return lines.map(({ seq, hash, text }) => `#${seq} ${hash} ${plain(text, people)}`).join('\n');
}

export function noteText(note: NoteView, people: People): string {
  return [plain(note.text, people), ...buttonRow(note.buttons)].join('\n');
}

export function answerText(answer: AnswerView, people: People): string {
  const { lines, example, confirmation } = answer;
  return [
    ...lines.map((line) => plain(line, people)),
    ...(example === null ? [] : [`  ${inert(example)}`]),
    ...buttonRow(confirmation === undefined ? [] : [confirmation]),
  ].join('\n');
}

export function homeText(home: HomeView, people: People): string {
  return [
    ...homePart('My access', home.mine, home.more.mine, people),
    ...homePart('Waiting for me', home.waitingForMe, home.more.waitingForMe, people),
    'What I may ask for',
    ...home.roles.map((role) => `  ${inert(role.name)}: ${inert(role.description)}`),
    '  [Ask]',
  ].join('\n');
}

function homePart(
  title: string,
  cards: readonly CardView[],
  more: number,
  people: People,
): readonly string[] {
  const rest = more === 0 ? [] : [`  and ${more} more`];
  const body = cards.map((card) => cardText(card, people));
  return [title, ...(cards.length === 0 ? ['  nothing'] : body), ...rest];
}

export function askFormText(form: AskForm, faults: FormFaults, people: People): string {
  const { chosen } = form;
  const fault = (field: string): string => {
    const text = faults[field];
    return text === undefined ? '' : `  ! ${inert(text)}`;
  };
  if (chosen === null) {
    const roles = form.roles.map((role) => `  ${inert(role.name)}: ${inert(role.description)}`);
    return ['Ask for access: choose a role', ...roles].join('\n');
  }
  const longest = formatDuration(chosen.maxDuration);
  return [
    `Ask for ${inert(chosen.name)}: ${inert(chosen.description)}${fault('role')}`,
    `  how long, up to ${longest}${fault('duration')}`,
    `  from when (optional)${fault('start')}`,
    ...Object.entries(chosen.inputs).map(
      ([name, input]) => `  ${inert(input.label)} (${name})${fault(`input:${name}`)}`,
    ),
    `  reason${chosen.reasonRequired ? '' : ' (optional)'}${fault('reason')}`,
    `  ${plain(chosen.terms, people)}`,
  ].join('\n');
}
