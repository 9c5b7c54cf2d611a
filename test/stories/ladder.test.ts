/** While nobody answers: steps, reminders and quiet hours, whatever the process and its clock do. */
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { CAST, changed } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const STEPS = 'escalate: [{ after: 5m, to: security }, { after: 20m, to: operators }]';
/** A story begins at three o'clock. */
const quiet = (hours: string) => `quiet: { from: "03:04", ${hours} }\n    remind: 6m`;
const policyWith = (more: string) =>
  changed('escalate: [{ after: 5m, to: security }]', `${STEPS}\n    ${more}`);

test('what nobody answers climbs the ladder in order, whatever it was stopped for, and expires', async () => {
  const stage = await Stage.open({ policy: policyWith('remind: 6m') });
  const id = await stage.ask('ada', ASK);
  await stage.pass(5 * MINUTE);
  await stage.restart();
  await stage.pass(2 * MINUTE);
  await stage.restart();
  await stage.pass(14 * MINUTE);
  expect(await lifeOf(stage, id)).toEqual([
    ...['asked', 'escalated', 'reminded', 'reminded', 'escalated'],
  ]);
  const thread = stage.thread().join('\n');
  expect(thread).toContain('Reminder 2 by direct message, to leads.');
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('expired');
  await proved(stage);
  await stage.halt();
});

test('what fell due while nothing ran is done once, and a clock that jumps does it no sooner', async () => {
  const stage = await Stage.open({ policy: policyWith('remind: 6m') });
  const id = await stage.ask('ada', ASK);
  await stage.halt();
  stage.clock.advance(19 * MINUTE);
  await stage.boot();
  expect(await lifeOf(stage, id)).toEqual(['asked', 'escalated', 'reminded']);
  stage.clock.step(-HOUR);
  await stage.pass(2 * MINUTE);
  expect(await lifeOf(stage, id)).toEqual(['asked', 'escalated', 'reminded', 'escalated']);
  await stage.halt();
});

test('quiet hours delay what falls due in them, and then everybody is told at once', async () => {
  const stage = await Stage.open({ policy: policyWith(quiet('until: "03:15"')) });
  const id = await stage.ask('ada', ASK);
  await stage.pass(14 * MINUTE);
  expect(stage.workspace.direct('margaret')).toEqual([]);
  expect(stage.thread().join('\n')).toContain('Quiet hours: nobody is told before');
  await stage.restart();
  await stage.pass(MINUTE);
  expect(await lifeOf(stage, id)).toEqual(['asked', 'ladder-held', 'escalated', 'reminded']);
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  const [copy] = stage.workspace.direct('grace');
  await stage.press('grace', id, 'approve', copy);
  expect(await stage.status(id)).toBe('active');
  for (const card of stage.workspace.board.cards(id)) expect(card.text).toContain('Open until');
  await stage.halt();
});

test('quiet hours skip what falls due in them where policy says so, and the thread says that', async () => {
  const stage = await Stage.open({ policy: policyWith(quiet('until: "03:15", does: skip')) });
  const id = await stage.ask('ada', ASK);
  await stage.pass(21 * MINUTE);
  expect(await lifeOf(stage, id)).toEqual([
    ...['asked', 'ladder-skipped', 'ladder-skipped', 'reminded', 'escalated'],
  ]);
  expect(stage.thread().join('\n')).toContain('in quiet hours: security is not told.');
  expect(stage.workspace.direct('margaret')).toEqual([]);
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('expired');
  await proved(stage);
  await stage.halt();
});

test.each([
  ['until: "03:15"', 'is asked by direct message at', 1],
  ['until: "03:15", does: skip', 'security is not told: quiet hours.', 0],
])(
  'a stage that begins in quiet hours, %s, tells nobody of it before they are over',
  async (hours, says, told) => {
    const policy = changed(
      'approve: { count: 1, of: leads }',
      `approve: { stages: [{ of: leads }, { of: security }] }\n    quiet: { from: "03:00", ${hours} }`,
    ).replace('escalate: [{ after: 5m, to: security }]', 'escalate: []');
    const stage = await Stage.open({ policy });
    const id = await stage.ask('ada', ASK);
    await stage.press('grace', id, 'approve');
    await stage.pass(14 * MINUTE);
    expect(stage.workspace.direct('margaret')).toEqual([]);
    expect(stage.thread().join('\n')).toContain(says);
    await stage.restart();
    await stage.pass(2 * MINUTE);
    expect(stage.workspace.direct('margaret')).toHaveLength(told);
    await stage.press('margaret', id, 'approve');
    expect(await stage.status(id)).toBe('active');
    await proved(stage);
    await stage.halt();
  },
);

const MANAGED = changed(
  'escalate: [{ after: 5m, to: security }]',
  'escalate: [{ after: 5m, to: { managerOf: requester } }, { after: 10m, to: security }]',
);

test('whoever manages the requester is told, by what the directory says, and may not approve for that', async () => {
  const people = [{ userId: 'ada', manager: 'mallory' }, ...CAST.slice(1)];
  const stage = await Stage.open({ policy: MANAGED, people });
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  const [copy] = stage.workspace.direct('mallory');
  expect(copy?.text).toContain('Ada asks for lb-admin');
  expect(copy?.text).not.toContain('[Approve]');
  expect(stage.thread().join('\n')).toContain('whoever manages the requester (Mallory)');
  expect(await stage.type('mallory', `approve ${id}`)).toContain('Only members of leads decide');
  await stage.type('grace', `approve ${id}`);
  expect(stage.workspace.direct('mallory')[0]?.text).toContain('Open until');
  await stage.pass(61 * MINUTE);
  await proved(stage);
  await stage.halt();
});

test('whoever manages the requester is known by the groups of policy as well', async () => {
  const operators = 'operators: { managers: [mallory@example.com], members:';
  const policy = MANAGED.replace('operators: { members:', operators);
  const stage = await Stage.open({ policy });
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.workspace.direct('mallory')[0]?.text).toContain(id);
  await stage.halt();
});

test('where nobody is known to manage the requester, the thread says so, and the next step is taken', async () => {
  const people = [{ userId: 'ada', manager: 'ada' }, ...CAST.slice(1)];
  const stage = await Stage.open({ policy: MANAGED, people });
  const id = await stage.ask('ada', ASK);
  await stage.pass(6 * MINUTE);
  expect(stage.thread().join('\n')).toContain('nobody is known who manages the requester.');
  await stage.pass(5 * MINUTE);
  expect(await lifeOf(stage, id)).toEqual(['asked', 'ladder-skipped', 'escalated']);
  expect(stage.workspace.direct('margaret')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('a directory that does not answer is no directory that names nobody', async () => {
  const crew = '  crew: { local: "@unreachable", managers: [mallory@example.com] }';
  const policy = MANAGED.replace('groups:', `groups:\n${crew}`);
  const stage = await Stage.open({ policy });
  const id = await stage.ask('ada', ASK);
  await stage.pass(11 * MINUTE);
  expect(stage.thread().join('\n')).toContain('manages the requester cannot be read');
  expect(await lifeOf(stage, id)).toEqual(['asked', 'ladder-skipped', 'escalated']);
  await stage.halt();
});
