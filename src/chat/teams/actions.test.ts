import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  askAction,
  buttonActions,
  confirmAction,
  formAction,
  longerInput,
  reasonInput,
  refreshAction,
} from './actions.ts';
import type { Action, ActionData } from './elements.ts';
import { button, confirmation, REQUEST } from './fixtures/views.ts';
import { readAction } from './pressed.ts';

/** As Teams sends it: https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model */
function sentBy(action: Action | undefined, filled: ActionData = {}): unknown {
  if (action?.type === 'Action.ShowCard') return sentBy(action.card.actions[0], filled);
  if (action?.type === 'Action.Submit') return { ...action.data, ...filled };
  const { verb, data } = action ?? {};
  return {
    action: { type: 'Action.Execute', verb, data: { ...data, ...filled } },
    trigger: 'manual',
  };
}

const fallbackOf = (action: Action | undefined) =>
  action?.type === 'Action.Execute' ? action.fallback : undefined;

describe('a button', () => {
  test.each(['approve', 'withdraw', 'return'] as const)(
    'to %s comes back as what it was',
    (verb) => {
      const [action] = buttonActions([button(verb)]);
      expect(readAction(sentBy(action))).toEqual({ verb, request: REQUEST });
      expect(readAction(sentBy(fallbackOf(action)))).toEqual({ verb, request: REQUEST });
    },
  );

  test.each(['deny', 'revoke'] as const)('to %s comes back with the reason', (verb) => {
    const [action] = buttonActions([button(verb)]);
    const filled = { [reasonInput(verb, REQUEST)]: 'not now' };
    const expected = { verb, request: REQUEST, reason: 'not now' };
    expect(readAction(sentBy(action, filled))).toEqual(expected);
    const inner = action?.type === 'Action.ShowCard' ? action.card.actions[0] : undefined;
    expect(readAction(sentBy(fallbackOf(inner), filled))).toEqual(expected);
  });

  test('to extend comes back with how much longer, and why', () => {
    const [action] = buttonActions([button('extend')]);
    const filled = { [longerInput(REQUEST)]: '30m', [reasonInput('extend', REQUEST)]: 'not done' };
    const expected = { verb: 'extend', request: REQUEST, reason: 'not done', duration: '30m' };
    expect(readAction(sentBy(action, filled))).toEqual(expected);
    const much = { ...filled, [longerInput(REQUEST)]: 'x'.repeat(10_001) };
    expect(readAction(sentBy(action, much))).toBeUndefined();
  });

  test('to deny without a reason says so, for the program to refuse it', () => {
    const [action] = buttonActions([button('deny')]);
    expect(readAction(sentBy(action))).toEqual({ verb: 'deny', request: REQUEST, reason: '' });
  });

  test('of an answer comes back with what was told and nothing else', () => {
    const { preview } = confirmation;
    const action = confirmAction(confirmation);
    expect(readAction(sentBy(action))).toEqual({ verb: 'confirm', preview });
    expect(readAction(sentBy(fallbackOf(action)))).toEqual({ verb: 'confirm', preview });
    for (const other of ['', 'x'.repeat(301), 7, null, [preview]])
      expect(readAction(sentBy(action, { preview: other }))).toBeUndefined();
  });

  test('that asks what one can do comes back, pressed or not', () => {
    const expected = { verb: 'refresh', request: REQUEST };
    expect(readAction(sentBy(refreshAction(REQUEST)))).toEqual(expected);
  });

  test('to ask opens a dialog, with a role or without', () => {
    const action = askAction('lb-admin', { title: 'Ask' });
    expect(action.data).toMatchObject({ msteams: { type: 'task/fetch' } });
    const fetched = { data: sentBy(action), context: { theme: 'dark' } };
    expect(readAction(fetched)).toEqual({ verb: 'ask', role: 'lb-admin' });
    expect(readAction({ data: { hallpass: 1, verb: 'ask' } })).toEqual({ verb: 'ask', role: null });
  });

  test('without a request does not exist', () => {
    expect(buttonActions([{ ...button('approve'), request: null }])).toEqual([]);
  });
});

describe('a form', () => {
  const submit = formAction({ verb: 'submit-ask', role: 'lb-backends' }, { title: 'Ask' });
  const filled = {
    ...{ duration: '1h', start: '22:00', reason: 'CHG-12' },
    'input:address': '192.0.2.7',
  };

  test('comes back with what was filled in', () => {
    const values = { role: 'lb-backends', duration: '1h', start: '22:00', reason: 'CHG-12' };
    expect(readAction({ data: sentBy(submit, { ...filled, 'input:note': '' }) })).toEqual({
      verb: 'submit-ask',
      values: { ...values, inputs: { address: '192.0.2.7' } },
    });
  });

  test('comes back with nothing where nothing was filled in', () => {
    const values = { role: 'lb-backends', duration: '', start: '', reason: '', inputs: {} };
    expect(readAction({ data: sentBy(submit) })).toEqual({ verb: 'submit-ask', values });
  });

  test('for the role comes back with the role, or is nothing', () => {
    const choose = formAction({ verb: 'choose' }, { title: 'Next' });
    expect(readAction({ data: sentBy(choose, { role: 'lb-admin' }) })).toEqual({
      verb: 'choose',
      role: 'lb-admin',
    });
    expect(readAction({ data: sentBy(choose) })).toBeUndefined();
  });

  test('changes no object by the names of its inputs', () => {
    const names = '"input:__proto__":"a","input:constructor":"b","__proto__":{"hallpass":1},';
    const json = `{"hallpass":1,${names}"verb":"submit-ask","role":"x"}`;
    const read = readAction({ data: JSON.parse(json) });
    const inputs = read?.verb === 'submit-ask' ? read.values.inputs : {};
    expect(Object.getPrototypeOf(inputs)).toBe(Object.prototype);
    expect(Object.entries(inputs)).toEqual([['constructor', 'b']]);
    expect(Object.hasOwn(Object.prototype, 'hallpass')).toBe(false);
  });
});

describe('what is not ours', () => {
  const approve = { hallpass: 1, verb: 'approve', request: REQUEST };

  test.each([
    ['without our mark', { verb: 'approve', request: REQUEST }],
    ['with a mark of another kind', { ...approve, hallpass: '1' }],
    ['with a verb that nobody knows', { ...approve, verb: 'attest' }],
    ['without a request', { hallpass: 1, verb: 'approve' }],
    ['with a request that is no text', { ...approve, request: { $ne: '' } }],
    ['with an endless request', { ...approve, request: 'x'.repeat(65) }],
    [
      'with an endless reason',
      { ...approve, verb: 'deny', [reasonInput('deny', REQUEST)]: 'x'.repeat(10_001) },
    ],
    [
      'with an endless input',
      { hallpass: 1, verb: 'submit-ask', role: 'x', 'input:a': 'x'.repeat(10_001) },
    ],
    [
      'with an input that is no text',
      { hallpass: 1, verb: 'submit-ask', role: 'x', 'input:a': ['b'] },
    ],
    ['in a list', [approve]],
    ['with its mark inherited', Object.create({ ...approve })],
    ['whose verb stands in its data alone', { action: { data: approve } }],
    ['with no data', { action: { verb: 'approve' } }],
  ])('is nothing: %s', (_what, value) => {
    expect(readAction(value)).toBeUndefined();
  });

  test('throws nothing, whatever it is', () => {
    const data = fc.dictionary(
      fc.constantFrom('hallpass', 'verb', 'request', 'role', 'duration', 'input:a', '__proto__'),
      fc.oneof(fc.constantFrom(1, 'approve', 'deny', 'ask', 'submit-ask', 'choose'), fc.anything()),
    );
    const value = fc.oneof(fc.anything(), data, fc.record({ data }), fc.record({ action: data }));
    fc.assert(
      fc.property(value, (one) => void readAction(one)),
      { numRuns: 1_000 },
    );
  });
});
