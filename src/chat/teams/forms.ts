/** The ask form as a dialog: first the role, then just what that role needs. */
import type { AskForm, AskFormRole, FormFaults } from '../../core/view.ts';
import type { AskValues, People } from '../platform.ts';
import { formAction } from './actions.ts';
import { type Action, type AdaptiveCard, adaptiveCard, type Element } from './elements.ts';
import {
  choiceSet,
  type Drawing,
  durationField,
  faultOf,
  inputField,
  reasonField,
  startField,
  strayFaults,
} from './fields.ts';
import { fitted, LIMITS, type Room } from './limits.ts';
import { INPUT } from './pressed.ts';
import { block, run, runs, shown } from './text.ts';

const NOBODY: People = new Map();

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
  const ids = [
    'duration',
    'start',
    'reason',
    ...Object.keys(role.inputs).map((name) => `${INPUT}${name}`),
  ];
  const { room, faults } = drawing;
  return adaptiveCard({
    body: [
      roleBlock(role, room),
      ...strayFaults(faults, ids),
      ...durationField(role, drawing),
      ...startField(drawing),
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
