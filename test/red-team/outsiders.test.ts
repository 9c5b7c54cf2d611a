/** Guests, bots, people of other workspaces, those who left: policy may name them all it likes. */
import { expect, test } from 'vitest';
import { CAST } from '../stories/cast.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor, over, PAIR, refusals, untouched } from './attempt.ts';

const OUTSIDE = [
  ['a guest', 'guest', 'Guests of this workspace'],
  ['a bot', 'bot', 'Bots cannot use'],
  ['somebody who left', 'deactivated', 'deactivated'],
  ['somebody of another workspace', 'stranger', 'Only members of this workspace'],
] as const;

/** Linus is an operator and a lead, by e-mail. */
const linusAs = (standing: (typeof OUTSIDE)[number][1]) =>
  CAST.map((person) => (person.userId === 'linus' ? { ...person, standing } : person));

test.each(OUTSIDE)('%s approves nothing', async (_who, standing, said) => {
  const stage = await Stage.open({ people: linusAs(standing) });
  const id = await stage.ask('ada', ASK);
  expect(await stage.press('linus', id, 'approve')).toContain(said);
  expect(await stage.type('linus', `approve ${id}`)).toContain(said);
  expect(await refusals(stage)).toContain(standing);
  await untouched(stage, id);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test.each(OUTSIDE)('%s asks for nothing and is shown nothing', async (_who, standing, said) => {
  const stage = await Stage.open({ people: linusAs(standing) });
  const id = await stage.ask('ada', ASK);
  for (const text of [ASK, 'roles', 'mine', `status ${id}`, 'history'])
    expect(await stage.type('linus', text)).toContain(said);
  await stage.workspace.openAskForm('linus');
  expect(stage.workspace.desk('linus').form).toBeNull();
  await stage.workspace.openHome('linus');
  await stage.settle();
  expect(stage.workspace.desk('linus').home).toBeNull();
  expect(await stage.store.requestCount()).toBe(1);
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test.each(OUTSIDE)(
  'what %s approved before they were one does not count',
  async (_who, standing) => {
    const stage = await Stage.open();
    const id = await stage.ask('ada', PAIR);
    await stage.press('grace', id, 'approve');
    stage.workspace.setPerson({ userId: 'grace', standing });
    expect(await stage.press('linus', id, 'approve')).toContain('more are needed');
    expect(await stage.status(id)).toBe('pending');
    expect(stage.gate.entries.size).toBe(0);
    stage.workspace.setPerson({ userId: 'grace', standing: 'member' });
    expect(await stage.press('grace', id, 'approve')).toContain('Approved');
    expect(await stage.status(id)).toBe('active');
    await over(stage);
  },
);

test.each(OUTSIDE)('a requester who is now %s is given nothing', async (_who, standing) => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  stage.workspace.setPerson({ userId: 'ada', standing });
  expect(await stage.press('grace', id, 'approve')).toContain('does not let the requester');
  await untouched(stage, id);
  stage.workspace.setPerson({ userId: 'ada', standing: 'member' });
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('an account that the workspace does not know is nobody', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.workspace.press('ghost', id, 'approve');
  await stage.workspace.press('../grace', id, 'approve');
  await stage.workspace.press('', id, 'approve');
  await stage.app.service.shell.ledger.commit({ expecting: [] });
  await stage.pass(60_000);
  await untouched(stage, id);
  expect(await refusals(stage)).toContain('stranger');
  await opensFor(stage, 'grace', id);
  await stage.halt();
});
