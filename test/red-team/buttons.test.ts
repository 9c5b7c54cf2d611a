/** Somebody alters what a button or a form carries. It is a hint: everything else is decided anew. */
import { expect, test } from 'vitest';
import type { Intent } from '../../src/chat/platform.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, forge, KEY, opensFor, over, refusals, untouched } from './attempt.ts';

const approve = (request: string): Intent => ({ kind: 'pressed', action: 'approve', request });

const VALUES: readonly (readonly [string, (id: string) => string])[] = [
  ['nothing', () => ''],
  ['half of it', (id: string) => id.slice(0, 9)],
  ['one letter more', (id: string) => `${id}0`],
  ['two ids', (id: string) => `${id} ${id}`],
  ['a second command', (id: string) => `${id};approve ${id}`],
  ['a second line', (id: string) => `${id}\n${id}`],
  ['SQL', (id: string) => `${id}' OR '1'='1`],
  ['a wildcard', () => '%'],
  ['a path', (id: string) => `../${id}`],
  ['a name of every object', () => '__proto__'],
  ['digits of another script', () => '٠١٢٣٤٥٦٧٨٩'],
  ['a NUL', (id: string) => `${id}\0`],
  ['JSON', (id: string) => JSON.stringify({ request: id })],
  ['very much', () => '0'.repeat(100_000)],
];

test('an altered value approves nothing', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  for (const [what, alter] of VALUES)
    expect(await forge(stage, 'grace', approve(alter(id))), what).toContain('no such request');
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('the value of another card decides on that other request, by its own rule', async () => {
  const stage = await Stage.open();
  const [mine, theirs] = [await stage.ask('linus', ASK), await stage.ask('ada', ASK)];
  const [card] = stage.workspace.board.cards(theirs);
  expect(await stage.press('linus', mine, 'approve', card)).toContain('cannot decide on your own');
  await untouched(stage, mine);
  await untouched(stage, theirs);
  expect(await refusals(stage)).toEqual(['self-approval']);
  await opensFor(stage, 'linus', theirs);
  await over(stage);
});

test.each([
  ['approve', 'Only members of leads', 'not-an-approver'],
  ['withdraw', 'Only the requester', 'not-the-requester'],
  ['return', 'There is nothing to take back', 'not-active'],
] as const)(
  'a button that was never drawn for them, %s, gets a bystander nowhere',
  async (action, said, code) => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    expect(await stage.press('mallory', id, action)).toContain(said);
    expect(await refusals(stage)).toEqual([code]);
    await untouched(stage, id);
    await opensFor(stage, 'grace', id);
    await over(stage);
  },
);

test.each([
  ['deny', 'Only members of leads'],
  ['revoke', 'There is nothing to take back'],
] as const)(
  'a form that was never opened for them, %s, gets a bystander nowhere',
  async (form, said) => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    const intent: Intent = { kind: 'submitted', form, request: id, reason: 'because I can' };
    expect(await forge(stage, 'mallory', intent)).toContain(said);
    await untouched(stage, id);
    await opensFor(stage, 'grace', id);
    await over(stage);
  },
);

test('a bystander takes nobody’s access away, by button, form or command', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  expect(await stage.press('mallory', id, 'return')).toContain('Only the requester');
  expect(await stage.fill('mallory', id, 'revoke', 'mine now')).toContain(
    'does not let you revoke',
  );
  expect(await stage.type('mallory', `attest ${id} gone`)).toContain('it is active');
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.opens(KEY)).toBe(true);
  await stage.fill('margaret', id, 'revoke', 'the work is done');
  await stage.pass(60_000);
  expect(await stage.status(id)).toBe('revoked');
  await over(stage);
});

test('a denial or revocation without its form’s reason is none', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  for (const reason of ['', '   ', '\u200b\u2060', '\n\t'])
    expect(
      await forge(stage, 'grace', { kind: 'submitted', form: 'deny', request: id, reason }),
    ).toContain('needs a reason');
  const pressed: Intent = { kind: 'pressed', action: 'deny', request: id };
  expect(await forge(stage, 'grace', pressed)).toContain('needs a reason');
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

const values = { role: 'lb-admin', duration: '1h', reason: 'rotate it', inputs: {} };

const ALTERED = [
  ['no such role', { role: 'lb-root' }],
  ['a name of every object', { role: '__proto__' }],
  ['another one', { role: 'constructor' }],
  ['the role in another spelling', { role: ' LB-ADMIN' }],
  ['an input that it does not take', { inputs: { who: 'grace@example.com' } }],
  ['an input by the name of every object', { inputs: JSON.parse('{"__proto__":"x"}') }],
  ['a duration without end', { duration: '999999d' }],
  ['a negative duration', { duration: '-1h' }],
  ['a duration in powers', { duration: '1e9h' }],
  ['no duration that lasts', { duration: '0m' }],
  ['digits of another script', { duration: '٩h' }],
  ['one minute too much', { duration: '4h1m' }],
  ['no reason', { reason: '\u2060' }],
] as const;

test('a form that was altered asks for nothing', async () => {
  const stage = await Stage.open({}, { burst: 1_000 });
  for (const [what, alter] of ALTERED) {
    const altered = { ...values, ...alter };
    await stage.workspace.openAskForm('ada', 'lb-admin');
    expect(await stage.workspace.submitAsk('ada', altered), what).toEqual({ kind: 'faulty' });
    await forge(stage, 'ada', { kind: 'submitted', form: 'ask', values: altered });
    expect(await stage.store.requestCount(), what).toBe(0);
  }
  await forge(stage, 'ada', { kind: 'submitted', form: 'ask', values });
  expect(await stage.store.requestCount()).toBe(1);
  await over(stage);
});

test('a form for a role that one may not have asks for nothing', async () => {
  const stage = await Stage.open();
  expect(await forge(stage, 'mallory', { kind: 'submitted', form: 'ask', values })).toContain(
    'Policy does not let you ask for lb-admin',
  );
  expect(await stage.store.requestCount()).toBe(0);
  expect(await refusals(stage)).toEqual(['not-eligible']);
  await stage.ask('ada', ASK);
  await over(stage);
});
