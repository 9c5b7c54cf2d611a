/** The fields of the ask form, each with what is wrong with it below. */
import type { InputSpec } from '../../core/policy.ts';
import { formatDuration } from '../../core/time.ts';
import { REASON_LIMIT } from '../../core/typed.ts';
import type { AskFormRole, FormFaults } from '../../core/view.ts';
import type { AskValues } from '../platform.ts';
import type { Choice, Element, TextInput } from './elements.ts';
import { LIMITS, type Room } from './limits.ts';
import { INPUT } from './pressed.ts';
import { block, run, shown } from './text.ts';

const DURATION_LENGTH = 40;
const START_LENGTH = 40;
/** For an address or a port. */
const SHORT_LENGTH = 100;
/** With more than these a field to search in is the kinder one. */
const FEW = 10;
const FAULT = 500;

/** What a form is drawn with. */
export interface Drawing {
  readonly typed: AskValues | null;
  readonly faults: FormFaults;
  readonly room: Room;
}

export function durationField(
  role: AskFormRole,
  { typed, faults, room }: Drawing,
): readonly Element[] {
  const field = textInput('duration', 'How long', DURATION_LENGTH, {
    isRequired: true,
    errorMessage: 'Say for how long.',
    placeholder: `up to ${formatDuration(role.maxDuration)}`,
    value: kept(typed?.duration ?? formatDuration(role.defaultDuration), room),
  });
  return [field, ...faultOf(faults, 'duration')];
}

/** NB. A text, as it is typed: a field for a date and one for a time would be two, and both needed. */
export function startField({ typed, faults, room }: Drawing): readonly Element[] {
  const field = textInput('start', 'From when, if not at once', START_LENGTH, {
    isRequired: false,
    errorMessage: 'Say from when.',
    placeholder: '22:00, or 2026-12-01 09:00',
    value: kept(typed?.start, room),
  });
  return [field, ...faultOf(faults, 'start')];
}

export function reasonField(
  role: AskFormRole,
  { typed, faults, room }: Drawing,
): readonly Element[] {
  const field = textInput('reason', 'Reason', REASON_LIMIT, {
    isRequired: role.reasonRequired,
    errorMessage: 'Say why.',
    isMultiline: true,
    placeholder: shown(role.reasonExample, LIMITS.placeholder),
    value: kept(typed?.reason, room),
  });
  return [field, ...faultOf(faults, 'reason')];
}

export function inputField(
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

export function choiceSet(
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

export function faultOf(faults: FormFaults, id: string): readonly Element[] {
  const text = Object.hasOwn(faults, id) ? (faults[id] ?? '') : '';
  return text === '' ? [] : [faultBlock(text)];
}

/** What is wrong with something that has no field here is said above all fields. */
export function strayFaults(faults: FormFaults, ids: readonly string[]): readonly Element[] {
  return Object.entries(faults).flatMap(([id, text]) =>
    ids.includes(id) ? [] : [faultBlock(text)],
  );
}

const faultBlock = (text: string): Element =>
  block([run(shown(text, FAULT), { color: 'Attention', weight: 'Bolder' })], { spacing: 'Small' });
