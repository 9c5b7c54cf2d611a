/** One request in two chats: asked in one, decided in the other, and told alike in both. */
import { expect, test, vi } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { Both, rules } from './both.ts';
import { ASK, KEY } from './scene.ts';
import type { TeamsChat } from './teams-chat.ts';

// Each step is several calls over HTTP, and a machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const LEADS = '{ members: [grace@example.com, linus@example.com] }';
const FROM_ENTRA = [LEADS, '{ teams: SRE }'] as const;
const CALLS_LEADS = ['to: security', 'to: leads'] as const;
const STEP = 5 * MINUTE;

const EVERYBODY = ['ada', 'grace', 'linus', 'margaret'] as const;

/** Grace leads, by a group within a group of Entra ID. */
function withSre({ teams }: { readonly teams: TeamsChat }): void {
  const { entra } = teams.microsoft;
  entra.addGroup('SRE', [entra.addGroup('on call', [teams.human('grace').userId])]);
}

test('what is asked in Slack is approved in Teams by one who is only there, and both tell of it', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'linus', 'margaret'], onTeams: ['grace'] },
    policy: rules('slack', FROM_ENTRA, CALLS_LEADS),
    prepare: withSre,
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  expect(teams.direct('grace')).toEqual([]);
  await house.pass(6 * MINUTE, STEP);
  await both.shows(id, 'pending', 'Waiting for approval until', 2);
  const approve = await both.button(teams, 'grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 2);
  expect(house.gate.opens(KEY)).toBe(true);
  expect(slack.threads(id)[0]?.join('\n')).toContain('Approved by Grace (1 of 1).');
  expect(slack.direct('ada').join('\n')).toContain('is open for you until');
  await house.pass(HOUR + MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone: read back twice as absent.', 2);
  expect(house.gate.opens(KEY)).toBe(false);
  expect(house.log.warnings).toEqual([]);
  await both.closeProved();
});

test('what is asked in Teams is approved in Slack, by command', async () => {
  const both = await Both.open({
    ...{ onSlack: ['grace'], onTeams: ['ada', 'linus'], policy: rules('teams') },
  });
  const { slack, teams, house } = both;
  const id = await both.ask(teams, 'ada');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  expect(await slack.type('grace', `approve ${id}`)).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 1);
  expect(teams.threads(id)[0]?.join('\n')).toContain('Approved by Grace (1 of 1).');
  expect(teams.direct('ada').join('\n')).toContain('is open for you until');
  expect(await slack.type('grace', `status ${id}`)).toContain('is active');
  await house.pass(HOUR + MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 1);
  await both.closeProved();
});

test('what is asked in Teams is approved in Slack, by the button of who was called there', async () => {
  const both = await Both.open({
    ...{ onSlack: ['grace'], onTeams: ['ada', 'linus'] },
    policy: rules('teams', CALLS_LEADS),
  });
  const { slack, teams, house } = both;
  const id = await both.ask(teams, 'ada');
  await house.pass(6 * MINUTE, STEP);
  await both.shows(id, 'pending', 'Waiting for approval until', 3);
  const approve = await both.button(slack, 'grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 3);
  expect(await both.press(teams, 'ada', id, 'return')).toContain('Taking away');
  await house.pass(MINUTE, 15_000);
  await both.shows(id, 'returned', 'Proven gone', 3);
  expect(slack.direct('grace').join('\n')).toContain('Returned by the requester.');
  await both.closeProved();
});

test('a denial in Teams is told to whom asked in Slack, with its reason', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada'], onTeams: ['grace'], policy: rules('slack', FROM_ENTRA, CALLS_LEADS) },
    prepare: withSre,
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  await house.pass(6 * MINUTE, STEP);
  const deny = await both.button(teams, 'grace', id, 'deny', 'direct');
  expect(await deny({ reason: 'freeze until Monday' })).toContain('Denied');
  await both.shows(id, 'denied', 'Denied by Grace: freeze until Monday', 2);
  expect(slack.direct('ada').at(-1)).toContain('was denied by Grace: freeze until Monday');
  expect(house.gate.entries.size).toBe(0);
  await both.closeProved();
});

test('who asks in Slack does not approve in Teams', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY, policy: rules('teams') },
  });
  const { slack, teams } = both;
  const id = await both.ask(slack, 'linus');
  expect(await teams.button('linus', id, 'approve')).toBeUndefined();
  expect(await teams.button('linus', id, 'withdraw')).toBeDefined();
  const approve = await both.button(teams, 'grace', id, 'approve');
  expect(await approve({ by: 'linus' })).toContain('You cannot decide on your own request');
  expect(await teams.type('linus', `approve ${id}`)).toContain('cannot decide on your own request');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  expect(await both.life(id)).toEqual(['asked']);
  await both.closeProved();
});

test('who approves in Slack and again in Teams is one of two', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY, policy: rules('slack') },
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada', 'lb-pair 1h ip=192.0.2.7 debug the pair');
  expect(await both.press(slack, 'grace', id, 'approve')).toContain('more are needed');
  expect(await teams.type('grace', `approve ${id}`)).toContain('You have approved this already');
  await both.shows(id, 'pending', 'Approved by: Grace', 1);
  expect(await teams.type('linus', `approve ${id}`)).toContain('Approved');
  await both.shows(id, 'active', 'Approved by: Grace, Linus', 1);
  expect(house.gate.entries.size).toBe(1);
  await both.closeProved();
});

test('of two who approve at once, one in Slack and one in Teams, one wins', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY, policy: rules('slack', CALLS_LEADS) },
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  const presses = [
    (await both.button(slack, 'grace', id, 'approve'))(),
    teams.type('linus', `approve ${id}`),
  ];
  const answers = await house.meanwhile(Promise.all(presses));
  await both.shows(id, 'active', 'Open until', 1);
  expect(answers.filter((answer) => answer.includes('Approved'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('Too late'))).toHaveLength(1);
  expect((await both.life(id)).filter((type) => type === 'approved')).toHaveLength(1);
  await both.closeProved();
});

test('a freeze that is typed in Teams holds in Slack, and so does its thaw', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'grace', 'linus'], onTeams: ['margaret'], policy: rules('slack') },
  });
  const { slack, teams, house } = both;
  const [id, waits] = [await both.ask(slack, 'ada'), await both.ask(slack, 'linus')];
  await both.press(slack, 'grace', id, 'approve');
  expect(await teams.type('margaret', 'freeze a stolen laptop')).toContain('One request holds');
  expect(await teams.type('margaret', 'freeze confirm a stolen laptop')).toContain('Frozen.');
  expect(house.gate.opens(KEY)).toBe(false);
  const approve = await both.button(slack, 'grace', waits, 'approve');
  expect(await approve()).toContain('Everything is frozen since');
  expect(await slack.type('ada', ASK)).toContain('Everything is frozen since');
  await house.pass(MINUTE, 5 * SECOND);
  await both.shows(id, 'revoked', 'Frozen by Margaret: a stolen laptop', 1);
  expect(slack.notes('alarms').join('\n')).toContain('Frozen: all 1 are confirmed gone.');
  expect(await teams.type('margaret', 'thaw confirm it is found')).toContain('Thawed.');
  expect(await approve()).toContain('Approved');
  await both.closeProved();
});
