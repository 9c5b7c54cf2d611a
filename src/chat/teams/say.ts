/** Notes, answers and the lines of a thread as Adaptive Cards. */
import type { AnswerView, NoteView, ThreadLine } from '../../core/view.ts';
import type { People } from '../platform.ts';
import { buttonActions, confirmAction } from './actions.ts';
import { type AdaptiveCard, adaptiveCard, type Element } from './elements.ts';
import { fitted, type Room } from './limits.ts';
import { block, run, runs, shown } from './text.ts';

const EXAMPLE = 1_000;

export function noteContent(note: NoteView, people: People): AdaptiveCard {
  const actions = buttonActions(note.buttons);
  // One text alone, so it may be as long as it is: what is too long is cut by the room.
  return fitted(({ text }) =>
    adaptiveCard({ body: [block(runs(note.text, people, 2 * text))], actions }),
  );
}

export function answerContent(answer: AnswerView, people: People): AdaptiveCard {
  const { confirmation } = answer;
  const actions = confirmation === undefined ? [] : [confirmAction(confirmation)];
  return fitted((room) => adaptiveCard({ body: answerBlocks(answer, people, room), actions }));
}

function answerBlocks({ lines, example }: AnswerView, people: People, room: Room): Element[] {
  const left = lines.length - room.parts;
  return [
    ...lines.slice(0, room.parts).map((line) => block(runs(line, people, room.text))),
    ...(left > 0 ? [block([run(`And ${left} more.`)])] : []),
    ...(lines.length === 0 && example === null ? [block([])] : []),
    ...(example === null ? [] : [exampleBlock(example)]),
  ];
}

function exampleBlock(example: string): Element {
  const text = run(shown(example, EXAMPLE), { fontType: 'Monospace' });
  return { type: 'Container', style: 'emphasis', items: [block([text])] };
}

/** `#12 1f0c2d3e Ada approved`: number and hash lead back to the audit entry. No line is left out. */
export function linesContent(lines: readonly ThreadLine[], people: People): AdaptiveCard {
  return fitted((room) =>
    adaptiveCard({ body: lines.map((line) => lineBlock(line, people, room)) }),
  );
}

function lineBlock({ seq, hash, text }: ThreadLine, people: People, room: Room): Element {
  if (Number.isFinite(room.parts)) return block([run(`#${seq} ${hash} …`)]);
  const name = run(`#${seq} ${hash}`, { fontType: 'Monospace' });
  return block([name, ...runs([' ', ...text], people, room.text)], { spacing: 'Small' });
}
