/** What is said while nobody answers: the lines in the thread, and the reminder. */
import { seats } from './card.ts';
import type { Pending, RequestEvent } from './request.ts';
import { expiryOf } from './request.ts';
import type { Rich } from './rich.ts';
import { bold, instant, person, requestRef, separated } from './rich.ts';
import type { NoteView } from './view.ts';

type LadderEvent = Extract<RequestEvent, { type: 'reminded' | 'ladder-held' | 'ladder-skipped' }>;

export function ladderText(event: LadderEvent): Rich {
  switch (event.type) {
    case 'reminded':
      return [
        ...[`Reminder ${event.nth} by direct message, to `, ...separated(event.groups.map(named))],
        '.',
      ];
    case 'ladder-held':
      return ['Quiet hours: nobody is told before ', instant(event.until), '.'];
    case 'ladder-skipped':
      return event.what.kind === 'step'
        ? ['Unanswered, but in quiet hours: ', bold(event.what.to), ' is not told.']
        : [`Quiet hours: reminder ${event.what.nth} is left out.`];
  }
}

const named = (group: string): Rich => [bold(group)];

/** NB. Without buttons: those of the card itself, which stands above, are kept up to date. */
export function nudgeText(request: Pending): NoteView {
  const text: Rich = [
    ...['Still waiting for you: ', bold(request.role.name), ' for ', person(request.requester)],
    ...[' (', requestRef(request.id), '), needs ', ...seats(request.waitsFor)],
    ...['. It expires at ', instant(expiryOf(request)), '. The card above has the buttons.'],
  ];
  return { text, buttons: [] };
}
