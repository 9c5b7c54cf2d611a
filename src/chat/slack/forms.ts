/** Forms as Slack's modals, and what somebody filled into them. */
import type { types } from '@slack/bolt';
import type { InputSpec } from '../../core/policy.ts';
import { formatDuration } from '../../core/time.ts';
import type { AnswerView, AskForm, AskFormRole, FormAction, FormFaults } from '../../core/view.ts';
import type { AskValues, People } from '../platform.ts';
import { answerBlocks, type Block, richText, section } from './blocks.ts';
import { clip, LIMITS } from './limits.ts';
import { elements, plainObject } from './text.ts';

/** The one thing that a person fills in in an input block is always called this. */
const VALUE = 'value';
const INPUT = 'input:';
export const ROLE = 'role';
const REASON_LENGTH = 2_000;
const NOBODY: People = new Map();

const title = (text: string) => plainObject(text, LIMITS.viewTitle);

export function askView(form: AskForm): types.ModalView {
  const { chosen } = form;
  return {
    type: 'modal',
    callback_id: 'ask',
    title: title('Ask for access'),
    close: title('Cancel'),
    // Without inputs Slack wants no submit button, with inputs it wants one.
    ...(chosen !== null && { submit: title('Ask'), private_metadata: metadata(chosen.name) }),
    blocks: [roleBlock(form), ...(chosen === null ? [] : roleInputs(chosen))],
  };
}

const metadata = (text: string): string => clip(text, LIMITS.metadata);

function roleBlock({ roles, chosen }: AskForm): Block {
  const options = roles.slice(0, LIMITS.options).map((role) => option(role.name, role.description));
  const initial = options.find(({ value }) => value === chosen?.name);
  if (options.length === 0)
    return { type: 'section', text: plainObject('No role is open to you.', LIMITS.sectionText) };
  return {
    type: 'section',
    block_id: ROLE,
    text: plainObject('Which role?', LIMITS.sectionText),
    accessory: {
      type: 'static_select',
      action_id: ROLE,
      placeholder: plainObject('Choose a role', LIMITS.placeholder),
      options,
      ...(initial !== undefined && { initial_option: initial }),
    },
  };
}

function option(name: string, description = ''): types.PlainTextOption {
  return {
    text: plainObject(name, LIMITS.optionText),
    value: clip(name, LIMITS.optionValue),
    ...(description !== '' && { description: plainObject(description, LIMITS.optionText) }),
  };
}

function roleInputs(role: AskFormRole): Block[] {
  const terms = elements(role.terms, NOBODY, LIMITS.sectionText);
  return [
    input('duration', 'How long', false, {
      type: 'plain_text_input',
      action_id: VALUE,
      initial_value: formatDuration(role.defaultDuration),
      placeholder: plainObject(`up to ${formatDuration(role.maxDuration)}`, LIMITS.placeholder),
    }),
    input('start', 'From when, if not at once', true, startField),
    ...Object.entries(role.inputs).map(([name, spec]) =>
      input(`${INPUT}${name}`, spec.label === '' ? name : spec.label, !spec.required, field(spec)),
    ),
    input('reason', 'Reason', !role.reasonRequired, {
      ...reasonField,
      ...(role.reasonExample !== '' && {
        placeholder: plainObject(role.reasonExample, LIMITS.placeholder),
      }),
    }),
    richText([section(terms)]),
  ];
}

/** NB. A text, as it is typed after `/jit`: Slack's own picker of a time wants a date with it. */
const startField: types.PlainTextInput = {
  type: 'plain_text_input',
  action_id: VALUE,
  max_length: 40,
  placeholder: plainObject('22:00, or 2026-12-01 09:00', LIMITS.placeholder),
};

const reasonField: types.PlainTextInput = {
  type: 'plain_text_input',
  action_id: VALUE,
  max_length: REASON_LENGTH,
};

function input(
  blockId: string,
  label: string,
  optional: boolean,
  field: types.PlainTextInput | types.StaticSelect,
): Block {
  const block_id = clip(blockId, LIMITS.id);
  const shown = plainObject(label, LIMITS.inputLabel);
  return { type: 'input', block_id, label: shown, optional, element: field };
}

function field(spec: InputSpec): types.PlainTextInput | types.StaticSelect {
  if (spec.kind === 'choice') {
    const options = spec.options.slice(0, LIMITS.options).map((name) => option(name));
    return { type: 'static_select', action_id: VALUE, options };
  }
  const longest = spec.kind === 'text' ? Math.min(spec.maxLength, LIMITS.inputLength) : 100;
  return { type: 'plain_text_input', action_id: VALUE, max_length: longest };
}

const longerField: types.PlainTextInput = {
  type: 'plain_text_input',
  action_id: VALUE,
  max_length: 100,
  placeholder: plainObject('30m', LIMITS.placeholder),
};

/** NB. A title has room for so much beside a request's id. */
const WORDS: Readonly<Record<FormAction, { readonly title: string; readonly submit?: string }>> = {
  deny: { title: 'Deny' },
  revoke: { title: 'Revoke' },
  extend: { title: 'Extend' },
  justified: { title: 'Review', submit: 'Justified' },
  unjustified: { title: 'Review', submit: 'Not justified' },
};

export function reasonView(form: FormAction, request: string): types.ModalView {
  const reader = form === 'extend' ? 'whoever decides' : 'the requester';
  return {
    type: 'modal',
    callback_id: form,
    private_metadata: metadata(request),
    title: title(`${WORDS[form].title} #${request}`),
    submit: title(WORDS[form].submit ?? WORDS[form].title),
    close: title('Cancel'),
    blocks: [
      ...(form === 'extend' ? [input('duration', 'How much longer', false, longerField)] : []),
      input('reason', `Reason, shown to ${reader}`, false, reasonField),
    ],
  };
}

export function answerModal(answer: AnswerView, people: People): types.ModalView {
  return {
    type: 'modal',
    callback_id: 'answer',
    title: title('Access'),
    close: title('Close'),
    blocks: answerBlocks(answer, people),
  };
}

/** block_id → action_id → what was filled in. */
export type Filled = Readonly<Record<string, Readonly<Record<string, FilledField>>>>;

interface FilledField {
  readonly value?: string | null | undefined;
  readonly selected_option?: { readonly value: string } | null | undefined;
}

const filledIn = (field: FilledField | undefined): string =>
  field?.selected_option?.value ?? field?.value ?? '';

/** @param remembered the role that the form was drawn for; the one selected goes before it */
export function askValues(filled: Filled, remembered: string): AskValues {
  const inputs = Object.entries(filled).flatMap(([block, fields]) => {
    const value = filledIn(fields[VALUE]);
    return block.startsWith(INPUT) && value !== '' ? [[block.slice(INPUT.length), value]] : [];
  });
  return {
    role: filledIn(filled[ROLE]?.[ROLE]) || remembered,
    duration: filledIn(filled.duration?.[VALUE]),
    start: filledIn(filled.start?.[VALUE]),
    reason: reasonOf(filled),
    inputs: Object.fromEntries(inputs),
  };
}

const reasonOf = (filled: Filled): string => filledIn(filled.reason?.[VALUE]);

/** Slack takes errors for input blocks alone: what is wrong elsewhere is said below the duration. */
export function faultsByBlock(faults: FormFaults, filled: Filled): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, text] of Object.entries(faults)) {
    const block = name !== ROLE && filled[name] !== undefined ? name : 'duration';
    const said = shown[block];
    shown[block] = clip(said === undefined ? text : `${said} ${text}`, LIMITS.inputLabel);
  }
  return shown;
}
