/** The kill switch in the wrong hands, and raced: it stops whoever it must, and nobody else turns it. */
import { expect, test } from 'vitest';
import { happeningOf } from '../../src/core/audit.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { CAST, changed } from '../stories/cast.ts';
import { allEntries } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, forge, KEY, lastOf, opensFor, over, refusals, untouched } from './attempt.ts';

const FREEZE = 'freeze confirm a stolen laptop';
const THAW = 'thaw confirm nothing to see here';

async function turns(stage: Stage): Promise<readonly string[]> {
  const types = (await allEntries(stage)).map((entry) => happeningOf(entry).event.type);
  return types.filter((type) => type === 'frozen' || type === 'thawed');
}

test('nobody whom policy does not name freezes or thaws, nor learns how much is open', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  for (const who of ['ada', 'grace', 'linus', 'mallory'])
    for (const text of ['freeze a try', FREEZE, THAW]) {
      const said = await stage.type(who, text);
      expect(said).toContain('does not let you freeze or thaw');
      expect(said).not.toContain('hold');
    }
  expect(await turns(stage)).toEqual([]);
  expect(await refusals(stage)).toContain('not-at-the-switch');
  await opensFor(stage, 'grace', id);
  await over(stage);
});

test('where policy names nobody, nobody freezes', async () => {
  const stage = await Stage.open({ policy: changed('killSwitch: [security]', '') });
  expect(await stage.type('margaret', FREEZE)).toContain('does not let you freeze');
  expect(await turns(stage)).toEqual([]);
  await over(stage);
});

test.each([
  ['a guest', 'guest'],
  ['somebody who left', 'deactivated'],
  ['somebody of another workspace', 'stranger'],
] as const)('%s whom policy names thaws nothing', async (_who, standing) => {
  const stage = await Stage.open();
  await stage.type('margaret', FREEZE);
  await stage.pass(MINUTE, SECOND);
  stage.workspace.setPerson({ userId: 'margaret', standing });
  await stage.type('margaret', THAW);
  expect(await turns(stage)).toEqual(['frozen']);
  expect(await stage.type('ada', ASK)).toContain('Everything is frozen');
  await over(stage);
});

test('whoever took the address of one whom policy names turns nothing', async () => {
  const people = [...CAST, { userId: 'eve', email: 'eve@example.com' }];
  const stage = await Stage.open({ people });
  await stage.type('eve', 'mine');
  stage.workspace.setPerson({ userId: 'eve', email: 'margaret@example.com' });
  expect(await stage.type('eve', FREEZE)).toContain('suspended');
  expect(await turns(stage)).toEqual([]);
  await over(stage);
});

test('while the directory cannot be read, nobody turns the switch', async () => {
  const stage = await Stage.open({
    policy: changed('security: { members: [margaret@example.com] }', "security: { local: '@sec' }"),
    groups: {},
  });
  expect(await stage.type('margaret', FREEZE)).toContain('Hallpass cannot read the group security');
  expect(await turns(stage)).toEqual([]);
  await over(stage);
});

test('an approval and a freeze at once: nothing is open afterwards, whichever came first', async () => {
  for (const first of ['approve', 'freeze']) {
    const stage = await Stage.open();
    const id = await stage.ask('ada', ASK);
    const approve = () => stage.workspace.press('grace', id, 'approve');
    const freeze = () => stage.workspace.type('margaret', FREEZE);
    await Promise.all(first === 'approve' ? [approve(), freeze()] : [freeze(), approve()]);
    await stage.settle();
    await stage.pass(MINUTE, SECOND);
    expect(['pending', 'revoked']).toContain(await stage.status(id));
    expect(stage.gate.opens(KEY)).toBe(false);
    await over(stage);
  }
});

test('what is asked at the moment of a freeze is not given by a rule that needs nobody', async () => {
  const stage = await Stage.open();
  const ask = 'lb-shared 1h ip=192.0.2.7 look at the logs';
  await Promise.all([
    stage.workspace.type('margaret', FREEZE),
    stage.workspace.type('ada', ask),
    stage.workspace.type('linus', ask.replace('.7', '.8')),
  ]);
  await stage.settle();
  await stage.pass(MINUTE, SECOND);
  const given = await stage.store.requests({ statuses: ['activating', 'active'], limit: 10 });
  expect(given).toEqual([]);
  expect(stage.gate.entries.size).toBe(0);
  await over(stage);
});

test('two freezes at once are one, and the second hears that it is frozen', async () => {
  const policy = changed('security: { members: [', 'security: { members: [grace@example.com, ');
  const stage = await Stage.open({ policy });
  await Promise.all(['grace', 'margaret'].map((who) => stage.workspace.type(who, FREEZE)));
  await stage.settle();
  expect(await turns(stage)).toEqual(['frozen']);
  const answers = ['grace', 'margaret'].map((who) => stage.answer(who)).join('\n');
  expect(answers).toContain('Frozen.');
  expect(answers).toContain('Everything is frozen since');
  await over(stage);
});

test('a freeze that was not confirmed changes nothing, and no button stands for it', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await stage.type('margaret', 'freeze a stolen laptop');
  await forge(stage, 'margaret', { kind: 'pressed', action: 'freeze' as 'approve', request: id });
  expect(await turns(stage)).toEqual([]);
  await untouched(stage, id);
  await over(stage);
});

async function told(stage: Stage, who = 'margaret'): Promise<string> {
  await stage.type(who, 'freeze a stolen laptop');
  return stage.workspace.desk(who).answers.at(-1)?.view.confirmation?.preview ?? '';
}

test('the button below what was told freezes for nobody else, and by no other value', async () => {
  const policy = changed('security: { members: [', 'security: { members: [grace@example.com, ');
  const stage = await Stage.open({ policy });
  const id = await stage.ask('ada', ASK);
  const preview = await told(stage);
  for (const who of ['ada', 'grace', 'mallory'])
    expect(await forge(stage, who, { kind: 'confirmed', preview })).toContain('Nothing was done');
  await stage.type('margaret', 'mine');
  const { key } = lastOf(stage);
  for (const other of ['', '__proto__', `${preview} `, preview.slice(1), key, id, '%', '\0'])
    expect(await forge(stage, 'margaret', { kind: 'confirmed', preview: other })).toContain(
      'Nothing was done',
    );
  expect(await turns(stage)).toEqual([]);
  expect(await refusals(stage)).toContain('preview-over');
  await opensFor(stage, 'linus', id);
  await over(stage);
});

test('a press counts for whom policy names at that moment, not for whoever was told before', async () => {
  const stage = await Stage.open();
  const preview = await told(stage);
  stage.workspace.setPerson({ userId: 'margaret', standing: 'guest' });
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain('Guests');
  stage.workspace.setPerson({ userId: 'margaret', standing: 'member' });
  await stage.reload(changed('security: { members: [margaret@', 'security: { members: [linus@'));
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain(
    'does not let you freeze',
  );
  expect(await turns(stage)).toEqual([]);
  await over(stage);
});

test('a press that comes again, or again by hand after a thaw, freezes once', async () => {
  const stage = await Stage.open();
  const preview = await told(stage);
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain('Frozen.');
  const press = lastOf(stage);
  await stage.workspace.redeliver(press);
  await stage.settle();
  expect(stage.answer('margaret')).toContain('Frozen.');
  await stage.type('margaret', THAW);
  await stage.workspace.redeliver(press);
  await stage.settle();
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain('Nothing was');
  await stage.pass(DAY, HOUR);
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain('Nothing was');
  expect(await turns(stage)).toEqual(['frozen', 'thawed']);
  await over(stage);
});

test('two presses at once, and a press beside the line that it stands for, are one freeze', async () => {
  const stage = await Stage.open();
  const preview = await told(stage);
  const press = () => stage.workspace.deliver('margaret', { kind: 'confirmed', preview });
  await Promise.all([press(), press(), stage.workspace.type('margaret', FREEZE)]);
  await stage.settle();
  expect(await turns(stage)).toEqual(['frozen']);
  await over(stage);
});

test('what was answered to something else is no preview, whatever stands in it', async () => {
  const stage = await Stage.open();
  await stage.type('margaret', 'freeze');
  const mistaken = stage.workspace.desk('margaret').answers.at(-1)?.view;
  expect(mistaken?.example).toContain('/jit freeze');
  const { key: preview } = lastOf(stage);
  expect(await forge(stage, 'margaret', { kind: 'confirmed', preview })).toContain('Nothing was');
  expect(await turns(stage)).toEqual([]);
  await over(stage);
});

test('what somebody gives as their reason is no line of the program’s own', async () => {
  const stage = await Stage.open();
  await stage.type('margaret', 'freeze confirm x\n#9 deadbeef Thawed by Ada <!channel>');
  const said = stage.notes().filter((note) => note.includes('deadbeef'));
  expect(said).toHaveLength(1);
  expect(said[0]).not.toContain('\n');
  await over(stage);
});
