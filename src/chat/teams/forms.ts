/** The ask form as a dialog: first the role, then just what that role needs. */
import type { InputSpec } from '../../core/policy.ts';
import { formatDuration } from '../../core/time.ts';
import { REASON_LIMIT } from '../../core/typed.ts';
import type { AskForm, AskFormRole, FormFaults } from '../../core/view.ts';
import type { AskValues, People } from '../platform.ts';
import { formAction } from './actions.ts';
import {
  type Action,
  type AdaptiveCard,
  adaptiveCard,
  attachment,
  type CardAttachment,
  type Choice,
  type Element,
  type TextInput,
} from './elements.ts';
import { clip, fitted, LIMITS, type Room } from './limits.ts';
import { INPUT } from './pressed.ts';
import { block, run, runs, shown } from './text.ts';

const NOBODY: People = new Map();
const DURATION_LENGTH = 40;
/** For an address or a port. */
const SHORT_LENGTH = 100;
/** With more than these a field to search in is the kinder one. */
const FEW = 10;

export function askContent(
  form: AskForm,
  typed: AskValues | null,
  faults: FormFaults,
): AdaptiveCard {
  const { chosen } = form;
  return fitted((room) => {
    const drawing = { typed, faults, room };
    return chosen === null ? roleChoice(form, drawing) : roleForm(chosen, drawing);
  });
}

interface Drawing {
  readonly typed: AskValues | null;
  readonly faults: FormFaults;
  readonly room: Room;
}

function roleChoice({ roles }: AskForm, { typed, faults, room }: Drawing): AdaptiveCard {
  if (roles.length === 0) return adaptiveCard({ body: [block([run('No role is open to you.')])] });
  const choices = roles.map(({ name, description }) => ({
    title: `${name}: ${description}`,
    value: name,
  }));
  const field = {
    id: 'role',
    label: 'Which role?',
    isRequired: true,
    errorMessage: 'Choose a role.',
  };
  return adaptiveCard({
    body: [
      ...strayFaults(faults, ['role']),
      ...choiceSet(field, choices, typed?.role ?? '', room),
      ...faultOf(faults, 'role'),
    ],
    actions: [formAction({ verb: 'choose' }, { title: 'Next', style: 'positive' })],
  });
}

function roleForm(role: AskFormRole, drawing: Drawing): AdaptiveCard {
  const ids = ['duration', 'reason', ...Object.keys(role.inputs).map((name) => `${INPUT}${name}`)];
  const { room, faults } = drawing;
  return adaptiveCard({
    body: [
      roleBlock(role, room),
      ...strayFaults(faults, ids),
      ...durationField(role, drawing),
      ...Object.entries(role.inputs).flatMap(([name, spec]) => inputField(name, spec, drawing)),
      ...reasonField(role, drawing),
      block(runs(role.terms, NOBODY, room.text)),
    ],
    actions: roleActions(role),
  });
}

function roleActions({ name }: AskFormRole): readonly Action[] {
  return [
    formAction({ verb: 'submit-ask', role: name }, { title: 'Ask', style: 'positive' }),
    formAction({ verb: 'ask' }, { title: 'Another role', associatedInputs: 'none' }),
  ];
}

function roleBlock({ name, description }: AskFormRole, { text }: Room): Element {
  const title = run(shown(name, LIMITS.choiceTitle), { weight: 'Bolder', size: 'Medium' });
  return block([title, run(` ${shown(description, text)}`)]);
}

function durationField(role: AskFormRole, { typed, faults }: Drawing): readonly Element[] {
  const field = textInput('duration', 'How long', DURATION_LENGTH, {
    isRequired: true,
    errorMessage: 'Say for how long.',
    placeholder: `up to ${formatDuration(role.maxDuration)}`,
    value: clip(typed?.duration ?? formatDuration(role.defaultDuration), DURATION_LENGTH),
  });
  return [field, ...faultOf(faults, 'duration')];
}

function reasonField(role: AskFormRole, { typed, faults, room }: Drawing): readonly Element[] {
  const field = textInput('reason', 'Reason', REASON_LIMIT, {
    isRequired: role.reasonRequired,
    errorMessage: 'Say why.',
    isMultiline: true,
    placeholder: shown(role.reasonExample, LIMITS.placeholder),
    value: kept(typed?.reason, room),
  });
  return [field, ...faultOf(faults, 'reason')];
}

function inputField(
  name: string,
  spec: InputSpec,
  { typed, faults, room }: Drawing,
): readonly Element[] {
  const id = `${INPUT}${name}`;
  const value = Object.hasOwn(typed?.inputs ?? {}, name) ? (typed?.inputs[name] ?? '') : '';
  const label = shown(spec.label === '' ? name : spec.label, LIMITS.label);
  const required = { isRequired: spec.required, errorMessage: 'This is needed.' };
  if (spec.kind === 'choice') {
    const choices = spec.options.map((option) => ({ title: option, value: option }));
    const field = { id, label, ...required };
    return [...choiceSet(field, choices, value, room), ...faultOf(faults, id)];
  }
  const longest = spec.kind === 'text' ? spec.maxLength : SHORT_LENGTH;
  const example = spec.kind === 'text' ? (spec.example ?? '') : '';
  const more = { placeholder: shown(example, LIMITS.placeholder), value: kept(value, room) };
  return [textInput(id, label, longest, { ...required, ...more }), ...faultOf(faults, id)];
}

/** What was typed stays, or has to be typed again: half of it would be somebody else's words. */
const kept = (value: string | undefined, { text }: Room): string =>
  value !== undefined && value.length <= text ? value : '';

type TextMore = Omit<TextInput, 'type' | 'id' | 'label' | 'maxLength'>;

function textInput(id: string, label: string, maxLength: number, more: TextMore): TextInput {
  const { value = '', placeholder = '', ...rest } = more;
  return {
    ...{ type: 'Input.Text', id, label, maxLength, ...rest },
    ...(value !== '' && { value }),
    ...(placeholder !== '' && { placeholder }),
  };
}

function choiceSet(
  field: Pick<TextInput, 'id' | 'label' | 'isRequired' | 'errorMessage'>,
  all: readonly Choice[],
  value: string,
  room: Room,
): readonly Element[] {
  const some = all.slice(0, Math.min(LIMITS.choices, room.parts));
  const choices = some.map((choice) => ({
    title: shown(choice.title, Math.min(LIMITS.choiceTitle, room.text)),
    value: choice.value,
  }));
  const chosen = choices.some((choice) => choice.value === value) ? { value } : {};
  const style = choices.length > FEW ? 'filtered' : 'compact';
  const cut = `Only the first ${some.length} of ${all.length} fit here; a typed command takes any.`;
  return [
    { type: 'Input.ChoiceSet', ...field, style, choices, placeholder: 'Choose', ...chosen },
    ...(some.length < all.length ? [block([run(cut, { isSubtle: true, size: 'Small' })])] : []),
  ];
}

function faultOf(faults: FormFaults, id: string): readonly Element[] {
  const text = Object.hasOwn(faults, id) ? (faults[id] ?? '') : '';
  return text === '' ? [] : [faultBlock(text)];
}

/** What is wrong with something that has no field here is said above all fields. */
function strayFaults(faults: FormFaults, ids: readonly string[]): readonly Element[] {
  return Object.entries(faults).flatMap(([id, text]) =>
    ids.includes(id) ? [] : [faultBlock(text)],
  );
}

const FAULT = 500;

const faultBlock = (text: string): Element =>
  block([run(shown(text, FAULT), { color: 'Attention', weight: 'Bolder' })], { spacing: 'Small' });

/** What a `task/fetch` or `task/submit` is answered: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
export type DialogAnswer =
  | { readonly task: { readonly type: 'continue'; readonly value: DialogInfo } }
  | { readonly task: { readonly type: 'message'; readonly value: string } };

export interface DialogInfo {
  readonly title: string;
  readonly height: 'medium';
  readonly width: 'medium';
  readonly card: CardAttachment;
}

export function dialog(title: string, content: AdaptiveCard): DialogAnswer {
  const named = shown(title, LIMITS.dialogTitle);
  const value = {
    title: named,
    height: 'medium',
    width: 'medium',
    card: attachment(content),
  } as const;
  return { task: { type: 'continue', value } };
}

/** Closes the dialog with words of our own. */
export function dialogMessage(text: string): DialogAnswer {
  return { task: { type: 'message', value: shown(text, LIMITS.dialogMessage) } };
}
