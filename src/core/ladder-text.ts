/** What is said while nobody answers: the lines in the thread, and the reminder. */
import { seats } from './card.ts';
import type { StepTarget } from './policy.ts';
import type { Pending } from './request.ts';
import { expiryOf } from './request.ts';
import type { RequestEvent, SkipCause } from './request-event.ts';
import type { Rich } from './rich.ts';
import { bold, instant, person, requestRef, separated } from './rich.ts';
import type { NoteView } from './view.ts';

type LadderEvent = Extract<
  RequestEvent,
  { type: 'escalated' | 'reminded' | 'ladder-held' | 'ladder-skipped' }
>;

export function ladderText(event: LadderEvent): Rich {
  switch (event.type) {
    case 'escalated':
      return ['Unanswered, so it goes to ', ...whom(event), ' by direct message.'];
    case 'reminded':
      return [
        ...[`Reminder ${event.nth} by direct message, to `, ...separated(event.groups.map(named))],
        '.',
      ];
    case 'ladder-held':
      return ['Quiet hours: nobody is told before ', instant(event.until), '.'];
    case 'ladder-skipped':
      return event.what.kind === 'step'
        ? ['Unanswered, but ', ...whyNot(event.what.to, event.why)]
        : [`Quiet hours: reminder ${event.what.nth} is left out.`];
  }
}

const named = (group: string): Rich => [bold(group)];

function whom({ to, managers = [] }: Extract<LadderEvent, { type: 'escalated' }>): Rich {
  if (typeof to === 'string') return named(to);
  const people = separated(managers.map((who): Rich => [person(who)]));
  return ['whoever manages the requester (', ...people, ')'];
}

function whyNot(to: StepTarget, why: SkipCause): Rich {
  switch (why) {
    case 'quiet-hours':
      return ['in quiet hours: ', ...addressee(to), ' is not told.'];
    case 'no-manager':
      return ['nobody is known who manages the requester.'];
    case 'manager-unreadable':
      return ['who manages the requester cannot be read at the moment.'];
  }
}

function addressee(to: StepTarget): Rich {
  return typeof to === 'string' ? named(to) : ['whoever manages the requester'];
}

/** NB. Without buttons: those of the card itself, which stands above, are kept up to date. */
export function nudgeText(request: Pending): NoteView {
  const text: Rich = [
    ...['Still waiting for you: ', bold(request.role.name), ' for ', person(request.requester)],
    ...[' (', requestRef(request.id), '), needs ', ...seats(request.waitsFor)],
    ...['. It expires at ', instant(expiryOf(request)), '. The card above has the buttons.'],
  ];
  return { text, buttons: [] };
}
