/** Access at once, without approval: told, reviewed by somebody else, and one at a time. */
import { expect, onTestFinished, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { CAST, changed } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const KEY = 'edge-admin for ada@example.com';
const WHY = 'the edge answers nobody';
const GLASS =
  'breakGlass: { who: [operators], max: 1h, often: { most: 2, within: 7d }, review: { by: [security], within: 4h } }';
const POLICY = changed(
  'approve: { count: 1, of: leads }',
  `approve: { count: 1, of: leads }\n    ${GLASS}`,
);

async function open(policy = POLICY): Promise<Stage> {
  const stage = await Stage.open({ policy });
  onTestFinished(() => stage.halt());
  return stage;
}

const broken = (stage: Stage, who = 'ada'): Promise<RequestId> =>
  stage.ask(who, `break-glass lb-admin 30m ${WHY}`);

async function over(stage: Stage): Promise<void> {
  await stage.settle();
  await proved(stage);
}

test('access is there at once, says what it is, and everybody who could have approved it is told', async () => {
  const stage = await open();
  const id = await broken(stage);
  expect(stage.answer('ada')).toContain('Break-glass: nobody approved it.');
  expect(stage.gate.opens(KEY)).toBe(true);
  expect(await lifeOf(stage, id)).toEqual([
    ...['asked', 'glass-broken', 'activation-started', 'grant-confirmed', 'activated'],
  ]);
  expect(stage.card()).toContain('breaks the glass for');
  expect(stage.card()).toContain('Break-glass: nobody approved it.');
  expect(stage.thread().join('\n')).toContain('Told by direct message: leads, security');
  for (const who of ['grace', 'linus', 'margaret'])
    expect(
      stage.workspace
        .direct(who)
        .map(({ text }) => text)
        .join('\n'),
    ).toContain('breaks the glass for');
  await over(stage);
});

test('it ends on time, and somebody else closes its review', async () => {
  const stage = await open();
  const id = await broken(stage);
  expect(await stage.type('margaret', `review ${id} justified I saw it`)).toContain(
    'reviewed once the access is over',
  );
  await stage.pass(31 * MINUTE, MINUTE);
  expect(stage.gate.opens(KEY)).toBe(false);
  expect(await stage.status(id)).toBe('ended');
  expect(stage.card()).toContain('open until');
  expect(await stage.type('ada', `review ${id} justified I know`)).toContain('Only members of');
  expect(await stage.fill('margaret', id, 'unjustified', 'nothing was down')).toContain(
    'Reviewed as not justified',
  );
  expect(stage.card()).toContain('not justified');
  expect(stage.thread().at(-1)).toContain('Reviewed by');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('nothing was down');
  expect(await stage.type('margaret', `review ${id} justified after all`)).toContain('Too late');
  await over(stage);
});

test('until it is reviewed they break no other glass, and the channel is reminded in growing pauses', async () => {
  const stage = await open();
  const id = await broken(stage);
  await stage.pass(31 * MINUTE, MINUTE);
  expect(await stage.type('ada', `break-glass lb-admin 10m ${WHY}`)).toContain(`${id}, is open`);
  await stage.pass(4 * HOUR, 10 * MINUTE);
  const reminders = () =>
    stage.notes('lb-access').filter((text) => text.includes('A review is overdue.'));
  expect(reminders()).toHaveLength(1);
  expect(reminders()[0]).toContain(`/jit review ${id} justified`);
  expect(stage.card()).toContain('overdue since');
  await stage.pass(8 * HOUR, 10 * MINUTE);
  expect(reminders()).toHaveLength(2);
  await stage.restart();
  await stage.pass(16 * HOUR, 10 * MINUTE);
  expect(reminders()).toHaveLength(3);
  await stage.type('margaret', `review ${id} justified it was down`);
  await stage.pass(3 * DAY, HOUR);
  expect(reminders()).toHaveLength(3);
  const again = await broken(stage);
  expect(await stage.status(again)).toBe('active');
  await over(stage);
});

test('it is off unless policy turns it on, and its own rule says for whom and for how long', async () => {
  const stage = await Stage.open();
  onTestFinished(() => stage.halt());
  expect(await stage.type('ada', `break-glass lb-admin 30m ${WHY}`)).toContain(
    'lets nobody break the glass',
  );
  await stage.reload(POLICY);
  expect(await stage.type('mallory', `break-glass lb-admin 30m ${WHY}`)).toContain('does not let');
  expect(await stage.type('ada', `break-glass lb-admin 61m ${WHY}`)).toContain('at most 1h');
  expect(stage.workspace.answers('ada').at(-1)).toContain('/jit break-glass lb-admin 1h');
  expect(await stage.type('ada', 'break-glass lb-admin 30m')).toContain('A reason is needed');
  expect((await stage.store.requests({ limit: 9 })).length).toBe(0);
  await over(stage);
});

test('what waits for approval does not stand in its way, and goes on waiting', async () => {
  const stage = await open();
  const asked = await stage.ask('ada', 'lb-admin 30m rotate the edge certificate');
  const id = await broken(stage);
  expect(await stage.status(id)).toBe('active');
  expect(await stage.status(asked)).toBe('pending');
  expect(await stage.type('ada', `extend ${id} 30m not done`)).toContain('is not extended');
  await stage.press('grace', asked, 'approve');
  expect(await stage.status(asked)).toBe('active');
  await over(stage);
});

test('a freeze takes it away and lets nobody break another', async () => {
  const stage = await open();
  const id = await broken(stage);
  await stage.type('margaret', 'freeze confirm a stolen laptop');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('revoked');
  expect(await stage.type('linus', `break-glass lb-admin 30m ${WHY}`)).toContain('frozen');
  expect(await stage.type('margaret', `review ${id} justified it was down`)).toContain('Reviewed');
  await over(stage);
});

test('two at the same moment are one', async () => {
  const stage = await open();
  await Promise.all(
    [1, 2].map(() => stage.workspace.type('ada', `break-glass lb-admin 30m ${WHY}`)),
  );
  await stage.settle();
  const rows = await stage.store.requests({ unreviewed: true, limit: 9 });
  expect(rows).toHaveLength(1);
  await over(stage);
});

test('whoever could have approved it is told, however many they are', async () => {
  const crowd = Array.from({ length: 40 }, (_, nth) => `lead${nth}`);
  const leads = crowd.map((name) => `${name}@example.com`).join(', ');
  const policy = POLICY.replace('leads: { members: [', `leads: { members: [${leads}, `);
  const people = [...CAST, ...crowd.map((userId) => ({ userId }))];
  const stage = await Stage.open({ policy, people });
  onTestFinished(() => stage.halt());
  await broken(stage);
  const told = crowd.filter((who) =>
    stage.workspace.direct(who).some(({ text }) => text.includes('breaks the glass for')),
  );
  expect(told).toEqual(crowd);
  await over(stage);
});

test('lists say where a glass may be broken, which one was, and what waits for a review', async () => {
  const stage = await open();
  expect(await stage.type('ada', 'roles')).toContain(
    'Without approval, where nobody answers: /jit break-glass lb-admin 1h',
  );
  expect(await stage.type('grace', 'roles')).not.toContain('break-glass');
  const id = await broken(stage);
  expect(await stage.type('ada', 'mine')).toContain('is active · break-glass, review open');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  await stage.type('margaret', `review ${id} unjustified nothing was down`);
  expect(await stage.type('ada', 'mine')).toContain('was returned · break-glass, not justified');
  expect(await stage.type('ada', `status ${id}`)).toContain('break-glass, not justified');
  await over(stage);
});
