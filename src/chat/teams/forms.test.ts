import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AskValues } from '../platform.ts';
import { dialog, dialogMessage } from './dialog.ts';
import type { AdaptiveCard } from './elements.ts';
import { cardFaults, textsOf } from './fixtures/card-check.ts';
import * as views from './fixtures/views.ts';
import { askContent } from './forms.ts';
import { readAction } from './pressed.ts';

const { form } = views;
const roleChoice = { ...form, chosen: null };
const typed: AskValues = {
  role: 'lb-backends',
  duration: '3 fortnights',
  reason: views.EVIL,
  inputs: { address: 'not an address', backend: 'web-2', ticket: 'CHG-12' },
};

const inputOf = ({ body }: AdaptiveCard, id: string) =>
  body.find((element) => 'id' in element && element.id === id);
/** What stands right below a field. */
const below = ({ body }: AdaptiveCard, id: string) =>
  body[body.findIndex((element) => 'id' in element && element.id === id) + 1];

describe('the form for the role', () => {
  const drawn = askContent(roleChoice, null, {});

  test('offers each role with what it is', () => {
    expect(cardFaults(drawn)).toEqual([]);
    expect(inputOf(drawn, 'role')).toMatchObject({
      type: 'Input.ChoiceSet',
      choices: [
        { title: 'lb-admin: The load balancer, all of it', value: 'lb-admin' },
        { title: 'lb-backends: Drain and fill backends', value: 'lb-backends' },
      ],
    });
  });

  test('leads on to the form of that role', () => {
    const [next] = drawn.actions;
    const data = next?.type === 'Action.Submit' ? { ...next.data, role: 'lb-admin' } : {};
    expect(readAction({ data })).toEqual({ verb: 'choose', role: 'lb-admin' });
  });

  test('says below the roles what is wrong with the one that was chosen', () => {
    const faulty = askContent(
      roleChoice,
      { ...typed, role: 'gone' },
      { role: 'There is no `gone`.' },
    );
    expect(textsOf(below(faulty, 'role'))).toEqual(['There is no `gone`.']);
    expect(inputOf(faulty, 'role')).not.toHaveProperty('value');
  });

  test('says so when there is none to choose', () => {
    const none = askContent({ roles: [], chosen: null }, null, {});
    expect(textsOf(none)).toEqual(['No role is open to you.']);
    expect(none.actions).toEqual([]);
  });
});

describe('the form of a role', () => {
  const drawn = askContent(form, null, {});

  test('has a field for each thing that the role needs', () => {
    expect(cardFaults(drawn)).toEqual([]);
    expect(inputOf(drawn, 'duration')).toMatchObject({ value: '1h', placeholder: 'up to 4h' });
    expect(inputOf(drawn, 'input:address')).toMatchObject({ type: 'Input.Text', isRequired: true });
    expect(inputOf(drawn, 'input:port')).toMatchObject({ isRequired: false, label: 'Which port?' });
    expect(inputOf(drawn, 'input:backend')).toMatchObject({ type: 'Input.ChoiceSet' });
    expect(inputOf(drawn, 'input:ticket')).toMatchObject({ maxLength: 20, placeholder: 'CHG-12' });
    expect(inputOf(drawn, 'reason')).toMatchObject({ placeholder: 'CHG-12 drain web-3' });
  });

  test('says who will be asked', () => {
    expect(textsOf(drawn)).toContain('1 of sre, not the requester');
  });

  test('can be sent, or left for another role', () => {
    const data = drawn.actions.map((action) =>
      action.type === 'Action.Submit' ? action.data : {},
    );
    expect(readAction({ data: data[0] })).toMatchObject({
      verb: 'submit-ask',
      values: { role: 'lb-backends' },
    });
    expect(readAction({ data: data[1] })).toEqual({ verb: 'ask', role: null });
  });

  test('comes back with each fault beside its field, and what was typed still there', () => {
    const faults = { duration: 'No duration.', 'input:address': 'No address.', role: 'Not yours.' };
    const again = askContent(form, typed, faults);
    expect(textsOf(below(again, 'duration'))).toEqual(['No duration.']);
    expect(textsOf(below(again, 'input:address'))).toEqual(['No address.']);
    expect(textsOf(again.body[1])).toEqual(['Not yours.']);
    expect(JSON.stringify(below(again, 'duration'))).toContain('"color":"Attention"');
    const values = ['duration', 'input:address', 'input:backend', 'input:ticket', 'reason'].map(
      (id) => (inputOf(again, id) as { readonly value?: string } | undefined)?.value,
    );
    const { address, backend, ticket } = typed.inputs;
    expect(values).toEqual([typed.duration, address, backend, ticket, typed.reason]);
  });

  test('keeps no value that an object only inherits', () => {
    const inputs = {
      constructor: { kind: 'port', label: '', required: true, min: 1, max: 9 },
    } as const;
    const { chosen } = form;
    if (chosen === null) throw new Error('The example form has a role.');
    const odd = askContent({ ...form, chosen: { ...chosen, inputs } }, typed, {});
    expect(inputOf(odd, 'input:constructor')).not.toHaveProperty('value');
  });
});

describe('the longest form', () => {
  test.each([
    ['a form', views.longForm],
    ['the roles', { ...views.longForm, chosen: null }],
  ])('%s is within the limit, and says what found no room', (_what, long) => {
    const drawn = askContent(long, null, {});
    expect(cardFaults(drawn)).toEqual([]);
    expect(textsOf(drawn).join('\n')).toMatch(/Only the first \d+ of 1[05]0 fit here/);
  });

  test('holds what was typed whole, or not at all', () => {
    const reason = views.long(2_000);
    const again = askContent(views.longForm, { ...typed, reason }, {});
    expect(inputOf(again, 'reason')).not.toHaveProperty('value');
    expect(inputOf(askContent(form, { ...typed, reason }, {}), 'reason')).toHaveProperty(
      'value',
      reason,
    );
  });
});

describe('whatever was typed and is wrong with it', () => {
  test('the form is one that Teams takes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, (value, fault) => {
        const faults = { duration: fault, 'input:ticket': fault, elsewhere: fault };
        const again = askContent(form, { ...typed, inputs: { ticket: value } }, faults);
        expect(cardFaults(again)).toEqual([]);
      }),
    );
  });
});

describe('a dialog', () => {
  test('is opened with a card, and closed with a sentence', () => {
    const content = askContent(form, null, {});
    expect(dialog('Ask for access', content)).toEqual({
      task: {
        type: 'continue',
        value: {
          ...{ title: 'Ask for access', height: 'medium', width: 'medium' },
          card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
        },
      },
    });
    expect(dialogMessage('Asked.')).toEqual({ task: { type: 'message', value: 'Asked.' } });
  });
});
