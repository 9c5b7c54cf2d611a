/**
 * Approval in stages: a cast, scripts of clicks, and where the request stands after each. First one of the
 * leads, then one of security and two of the platform people at once; nobody of the requester's own team.
 */
import { expect, test } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import { MINUTE } from '../../src/core/time.ts';
import { allEntries, lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';
import { STAGED } from './staged.ts';

const people = ['ada', 'grace', 'linus', 'margaret', 'barbara', 'ken', 'mallory'];

const POLICY = STAGED.replace('{ of: platform }', '{ count: 2, of: platform }');

/** Who clicks, and what then holds: the status, and what is still needed or why it was refused. */
type Click = readonly [who: string, status: 'pending' | 'active', says: string];
type Change = { readonly policy: string };

const both = '1 of security and 2 of platform';
const order = 'members of leads decide first';
const SCRIPTS: Readonly<Record<string, readonly (Click | Change)[]>> = {
  // Barbara sits for security until margaret comes, and then for the platform people.
  'one after another, and whoever could sit twice makes room': [
    ['grace', 'pending', both],
    ['barbara', 'pending', '2 of platform'],
    ['linus', 'pending', '1 of platform'],
    ['margaret', 'active', 'Approved'],
  ],
  'nobody before their stage, nobody of no stage, nobody of the own team': [
    ['margaret', 'pending', order],
    ['mallory', 'pending', 'Only members of leads, security or platform decide'],
    ['ken', 'pending', 'both in payments'],
    ['ada', 'pending', 'your own request'],
    ['grace', 'pending', both],
    ['grace', 'pending', 'approved this already'],
  ],
  'a stage is open again when its approver is no longer named': [
    ['grace', 'pending', both],
    { policy: POLICY.replace('leads: { members: [grace@example.com, ', 'leads: { members: [') },
    ['margaret', 'pending', order],
    ['linus', 'pending', both],
    ['margaret', 'pending', '2 of platform'],
  ],
  'a rule that was made easier is as hard as it was asked under': [
    { policy: POLICY.replace(/approve:\n.*stages:\n.*\n.*\n/, 'approve: { of: leads }\n') },
    ['grace', 'pending', both],
    ['linus', 'pending', '1 of security and 1 of platform'],
    ['margaret', 'pending', 'Only members of leads'],
  ],
};

async function play(stage: Stage, id: RequestId, script: readonly (Click | Change)[]) {
  for (const scene of script) {
    if ('policy' in scene) {
      await stage.reload(scene.policy);
      continue;
    }
    const [who, status, says] = scene;
    const answer = await stage.press(who, id, 'approve');
    expect([who, await stage.status(id), answer]).toEqual([
      ...[who, status, expect.stringContaining(says)],
    ]);
  }
}

const cast = people.map((userId) => ({ userId }));

test.each(Object.entries(SCRIPTS))('%s', async (_what, script) => {
  const stage = await Stage.open({ policy: POLICY, people: cast });
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  await play(stage, id, script);
  const isOpen = (await stage.status(id)) === 'active';
  expect(stage.gate.entries.size).toBe(isOpen ? 1 : 0);
  await stage.pass(31 * MINUTE);
  expect(await stage.status(id)).toBe(isOpen ? 'active' : 'expired');
  await proved(stage);
  await stage.halt();
});

test('the last seat opens the access, and card and thread have said who was asked when', async () => {
  const stage = await Stage.open({ policy: STAGED, people: cast });
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  expect(stage.card()).toContain('1 of leads, then 1 of security and 1 of platform');
  expect(stage.card()).toContain('Still needed: 1 of leads');
  expect(stage.workspace.direct('margaret')).toHaveLength(0);
  await stage.press('grace', id, 'approve');
  expect(stage.card()).toContain('Still needed: 1 of security and 1 of platform');
  for (const who of ['margaret', 'barbara', 'linus'])
    expect(stage.workspace.direct(who).at(-1)?.text).toContain('[Approve]');
  await stage.press('barbara', id, 'approve', stage.workspace.direct('barbara').at(-1));
  // Barbara is in both groups: whichever seat is still free is margaret's or linus's.
  await stage.press('margaret', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  const thread = stage.thread().join('\n');
  expect(thread).toContain('Approved by Grace (1 of 3). Still needed: 1 of security');
  expect(thread).toContain('security is asked by direct message.');
  expect(thread).toContain('Approved by Margaret (3 of 3).');
  expect(await lifeOf(stage, id)).toEqual(
    expect.arrayContaining(['asked', 'approved', 'activation-started', 'activated']),
  );
  await proved(stage);
  await stage.halt();
});

test('two last approvers at once are one opening, and both are in the trail', async () => {
  const stage = await Stage.open({ policy: STAGED, people: cast });
  const id = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
  await stage.press('grace', id, 'approve');
  await stage.press('barbara', id, 'approve');
  await Promise.all(['margaret', 'linus'].map((who) => stage.workspace.press(who, id, 'approve')));
  await stage.settle();
  expect(await stage.status(id)).toBe('active');
  const opened = (await lifeOf(stage, id)).filter((type) => type === 'activation-started');
  expect(opened).toHaveLength(1);
  expect(['margaret', 'linus'].map((who) => stage.answer(who)).join()).toContain(
    'approved already',
  );
  await proved(stage);
  await stage.halt();
});

test('an ask that too few could approve is refused at once, naming who is missing', async () => {
  const short = POLICY.replace(
    'barbara@example.com, ken@example.com] }\n  payments',
    'ken@example.com] }\n  payments',
  );
  const stage = await Stage.open({ policy: short, people: cast });
  const answer = await stage.type('ada', 'lb-admin 1h rotate the edge certificate');
  expect(answer).toContain('it needs 2 of platform other than you, and there is 1.');
  expect(answer).toContain('Nobody of your own team counts.');
  const refused = (await allEntries(stage)).filter(({ body }) =>
    body.includes('nobody-can-approve'),
  );
  expect(refused).toHaveLength(1);
  expect(await stage.store.requestCount()).toBe(0);
  await proved(stage);
  await stage.halt();
});

test('nobody approves for whom they report to', async () => {
  const stage = await Stage.open({ policy: STAGED, people: cast });
  const id = await stage.ask('linus', 'lb-admin 1h rotate the edge certificate');
  expect(await stage.press('grace', id, 'approve')).toContain('The requester leads crew');
  await stage.press('ken', id, 'approve');
  await stage.press('barbara', id, 'approve');
  await stage.press('margaret', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});
