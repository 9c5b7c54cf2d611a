/** People with an account in Slack and another in Teams, who want to be two, or quicker than the rules. */
import { expect, test, vi } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { Both, type BothOptions, placed, rules, shut } from '../stories/everywhere/both.ts';
import { THREE_LEADS } from '../stories/everywhere/races.ts';
import { TWICE } from '../stories/everywhere/stages.ts';
import { PAIR } from './attempt.ts';

// Each step is several calls over HTTP, and a machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const EVERYBODY = ['ada', 'grace', 'linus', 'margaret'] as const;
const LEADS = '{ members: [grace@example.com, linus@example.com] }';
const FROM_ENTRA = [LEADS, "{ teams: '@leads' }"] as const;
const ALREADY = 'approved this already';

const open = (policy: string, prepare?: BothOptions['prepare']) =>
  Both.open({ onSlack: EVERYBODY, onTeams: EVERYBODY, policy, ...(prepare && { prepare }) });

const having = (answers: readonly string[], text: string) =>
  answers.filter((answer) => answer.includes(text));

test('a button in Teams and one in Slack, pressed by one human in one moment, are one approval of two', async () => {
  const policy = rules(
    'teams',
    ['approve: { count: 1, of: leads }', 'approve: { count: 2, of: leads }'],
    ['to: security', 'to: leads'],
  );
  const both = await open(policy, shut('grace'));
  const { slack, teams, house } = both;
  for (const chat of [slack, teams]) await chat.type('grace', 'help');
  const id = await both.ask(teams, 'ada');
  await house.pass(6 * MINUTE, 5 * MINUTE);
  const presses = [
    await both.button(teams, 'grace', id, 'approve'),
    await both.button(slack, 'grace', id, 'approve', 'direct'),
  ];
  const answers = await house.meanwhile(Promise.all(presses.map((press) => press())));
  expect(having(answers, ALREADY)).toHaveLength(1);
  await both.shows(id, 'pending', 'Approved by: Grace', 3);
  for (const press of presses) expect(await press()).toContain(ALREADY);
  expect((await both.life(id)).filter((type) => type === 'approved')).toHaveLength(1);
  expect(house.gate.entries.size).toBe(0);
  expect(await teams.type('linus', `approve ${id}`)).toContain('Approved');
  await both.shows(id, 'active', 'Approved by: Grace, Linus', 3);
  await both.closeProved();
});

test('whoever may sit for two groups sits for one of them, whichever account they use for the other', async () => {
  const both = await open(placed('slack', TWICE));
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  expect(await both.press(slack, 'grace', id, 'approve')).toContain('more are needed');
  expect(await slack.type('margaret', `approve ${id}`)).toContain('more are needed');
  expect(await teams.type('margaret', `approve ${id}`)).toContain(ALREADY);
  expect(await both.status(id)).toBe('pending');
  expect(slack.cards(id)[0]).toContain('Approved by: Grace, Margaret');
  expect(house.gate.entries.size).toBe(0);
  expect(await teams.type('linus', `approve ${id}`)).toContain('Approved');
  expect(await both.status(id)).toBe('active');
  await both.closeProved();
});

test('whoever was put out of the group in Entra ID a moment ago approves nothing by Slack', async () => {
  const both = await open(rules('slack', FROM_ENTRA), ({ teams }) =>
    teams.setGroup('leads', ['grace', 'margaret']),
  );
  const { slack, teams, house } = both;
  for (const who of EVERYBODY) await teams.type(who, 'help');
  const first = await both.ask(slack, 'ada');
  expect(await both.press(slack, 'grace', first, 'approve')).toContain('Approved');
  const id = await both.ask(slack, 'linus');
  const approve = await both.button(slack, 'grace', id, 'approve');
  teams.setGroup('leads', ['margaret']);
  expect(await approve()).toContain('Only members of leads decide on this.');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  expect(house.gate.entries.size).toBe(1);
  expect(await slack.type('margaret', `approve ${id}`)).toContain('Approved');
  await both.closeProved();
});

test.each([
  ['approval', 'withdrawal'],
  ['withdrawal', 'approval'],
])('of an %s in one chat and a %s in the other at once, one wins', async (first) => {
  const both = await open(rules('slack'));
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  const approve = await both.button(slack, 'grace', id, 'approve');
  const withdraw = () => teams.type('ada', `withdraw ${id}`);
  const deeds = first === 'approval' ? [approve, withdraw] : [withdraw, approve];
  const answers = await house.meanwhile(Promise.all(deeds.map((deed) => deed())));
  expect(having(answers, 'Too late')).toHaveLength(1);
  const isOpen = (await both.status(id)) === 'active';
  await both.shows(id, isOpen ? 'active' : 'withdrawn', isOpen ? 'Open until' : 'Withdrawn by', 1);
  expect(house.gate.entries.size).toBe(isOpen ? 1 : 0);
  await both.closeProved();
});

test('two last approvals at once, one in each chat, are one opening', async () => {
  const both = await open(placed('slack', THREE_LEADS));
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada', PAIR);
  await both.press(slack, 'grace', id, 'approve');
  const last = await both.button(slack, 'linus', id, 'approve');
  const deeds = [last(), teams.type('margaret', `approve ${id}`)];
  const answers = await house.meanwhile(Promise.all(deeds));
  expect(having(answers, 'Too late')).toHaveLength(1);
  const life = await both.life(id);
  expect(life.filter((type) => type === 'activation-started')).toHaveLength(1);
  expect(life.filter((type) => type === 'approved')).toHaveLength(2);
  await both.shows(id, 'active', 'Open until', 1);
  await both.closeProved();
});

test('a card in Slack that is behind what was decided in Teams decides nothing', async () => {
  const both = await open(rules('slack'));
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  const [approve, deny] = [
    await both.button(slack, 'grace', id, 'approve'),
    await both.button(slack, 'grace', id, 'deny'),
  ];
  expect(await teams.type('linus', `deny ${id} not before Monday`)).toContain('Denied');
  expect(await approve()).toContain('Too late: it was denied.');
  expect(await deny({ reason: 'me too' })).toContain('Too late: it was denied.');
  await both.shows(id, 'denied', 'Denied by Linus: not before Monday', 1);
  expect(await both.life(id)).toEqual(['asked', 'denied']);
  expect(house.gate.entries.size).toBe(0);
  await both.closeProved();
});
