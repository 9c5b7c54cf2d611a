/** What stands in the buttons of a card. It is a hint and no more: whoever may press is decided anew. */

import { REASON_LIMIT } from '../../core/typed.ts';
import type { Button, ButtonAction, Confirmation, FormAction } from '../../core/view.ts';
import { opensForm } from '../../core/view.ts';
import type {
  Action,
  ActionData,
  ExecuteAction,
  ShowCardAction,
  SubmitAction,
  TextInput,
} from './elements.ts';
import { LIMITS } from './limits.ts';
import { shown } from './text.ts';

/** Marks what is ours among the values that come in. */
export const MARK = { hallpass: 1 } as const;

export const CONFIRM = 'confirm';

export type CardVerb = Exclude<ButtonAction, 'ask'> | 'refresh';

/** Ids of inputs are unique within a card, and a card may list several requests. */
export const reasonInput = (verb: FormAction, request: string): string =>
  `reason:${verb}:${request}`;
export const longerInput = (request: string): string => `longer:${request}`;

export function buttonActions(buttons: readonly Button[]): readonly Action[] {
  return buttons.flatMap((button) => buttonAction(button, execute));
}

/** For a list of several requests: an answer to `Action.Execute` would take the place of the whole list. */
export function listedActions(buttons: readonly Button[]): readonly Action[] {
  return buttons.flatMap((button) => buttonAction(button, submit));
}

type Press = (verb: CardVerb, request: string, looks: Looks) => ExecuteAction | SubmitAction;
type Looks = Pick<SubmitAction, 'title' | 'style' | 'associatedInputs'>;

function buttonAction({ action, label, tone, request }: Button, press: Press): Action[] {
  const looks = { title: shown(label, LIMITS.buttonTitle), ...styleOf(tone) };
  if (action === 'ask') return [askAction(null, looks)];
  if (request === null) return [];
  if (opensForm(action)) return [reasoned(action, request, looks, press)];
  return [press(action, request, { ...looks, associatedInputs: 'none' })];
}

function styleOf(tone: Button['tone']): Pick<SubmitAction, 'style'> {
  if (tone === 'plain') return {};
  return { style: tone === 'primary' ? 'positive' : 'destructive' };
}

/** Old clients know no `Action.Execute`; theirs arrives as a message with a value. */
const execute = (verb: CardVerb, request: string, looks: Looks): ExecuteAction => ({
  type: 'Action.Execute',
  ...looks,
  verb,
  data: { ...MARK, request },
  fallback: submit(verb, request, looks),
});

const submit = (verb: CardVerb, request: string, looks: Looks): SubmitAction => ({
  type: 'Action.Submit',
  ...looks,
  data: { ...MARK, verb, request },
});

function reasoned(verb: FormAction, request: string, looks: Looks, press: Press): ShowCardAction {
  const reader = verb === 'extend' ? 'whoever decides' : 'the requester';
  const body = [
    ...(verb === 'extend' ? [longerField(longerInput(request))] : []),
    reasonField(reasonInput(verb, request), reader),
  ];
  const actions = [press(verb, request, looks)];
  return { type: 'Action.ShowCard', ...looks, card: { type: 'AdaptiveCard', body, actions } };
}

const longerField = (id: string): TextInput => ({
  type: 'Input.Text',
  id,
  label: 'How much longer',
  placeholder: '30m',
  isRequired: true,
  errorMessage: 'Write a duration such as 30m or 2 hours.',
  maxLength: 100,
});

const reasonField = (id: string, reader: string): TextInput => ({
  type: 'Input.Text',
  id,
  label: `Reason, shown to ${reader}`,
  isRequired: true,
  errorMessage: 'Say why.',
  isMultiline: true,
  maxLength: REASON_LIMIT,
});

/** The button of an answer. */
export function confirmAction({ label, tone, preview }: Confirmation): ExecuteAction {
  const looks = { title: shown(label, LIMITS.buttonTitle), ...styleOf(tone) };
  const pressed = { ...looks, associatedInputs: 'none' } as const;
  const data = { ...MARK, preview };
  const fallback = { type: 'Action.Submit', ...pressed, data: { ...data, verb: CONFIRM } } as const;
  return { type: 'Action.Execute', ...pressed, verb: CONFIRM, data, fallback };
}

/** Draws the card anew, for the one who asks. */
export const refreshAction = (request: string): ExecuteAction =>
  execute('refresh', request, { title: 'What can I do?', associatedInputs: 'none' });

/** The same when nobody pressed it; Teams takes no fallback there. */
export const refreshSilently = (request: string): ExecuteAction => ({
  type: 'Action.Execute',
  title: 'What can I do?',
  verb: 'refresh',
  data: { ...MARK, request },
});

/** Opens the form as a dialog: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
export function askAction(role: string | null, looks: Looks): SubmitAction {
  const data = { msteams: { type: 'task/fetch' }, ...MARK, verb: 'ask', role };
  return { type: 'Action.Submit', ...looks, associatedInputs: 'none', data };
}

/** Inside the dialog, where everything is submitted to it. */
export const formAction = (data: ActionData, looks: Looks): SubmitAction => ({
  type: 'Action.Submit',
  ...looks,
  data: { ...MARK, ...data },
});
