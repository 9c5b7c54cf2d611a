/** One of two chats is away, or does not let the program in: the other one goes on. */
import { expect, test, vi } from 'vitest';
import { APP } from '../../../src/chat/teams/fixtures/entra.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { Both, rules } from './both.ts';
import { KEY } from './scene.ts';
import type { TeamsChat } from './teams-chat.ts';

// Each step is several calls over HTTP, and a machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const LEADS = '{ members: [grace@example.com, linus@example.com] }';
const CALLS_LEADS = ['to: security', 'to: leads'] as const;
const STEP = 5 * MINUTE;
const EVER = 1_000_000;

test('with Teams away, access opens and ends by Slack, and Teams hears of it when it is back', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'linus'], onTeams: ['grace'], policy: rules('slack', CALLS_LEADS) },
  });
  const { slack, teams, house } = both;
  const { service } = teams.microsoft;
  const id = await both.ask(slack, 'ada');
  await house.pass(6 * MINUTE, STEP);
  await both.shows(id, 'pending', 'Waiting for approval until', 3);
  service.fail(/./, { status: 503 }, EVER);
  expect(await both.press(slack, 'linus', id, 'approve')).toContain('Approved');
  expect(await both.status(id)).toBe('active');
  expect(slack.cards(id)[0]).toContain('Open until');
  expect(teams.copies(id)[0]).toContain('Waiting for approval until');
  await house.pass(HOUR + MINUTE, STEP);
  expect(await both.status(id)).toBe('ended');
  expect(house.gate.opens(KEY)).toBe(false);
  service.mend();
  await house.pass(10 * MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 3);
  await both.closeProved();
});

test('with the channel in Teams away, it is decided and ended in Slack, and the card comes later', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'grace'], onTeams: ['margaret'], policy: rules('teams') },
  });
  const { slack, teams, house } = both;
  const { service } = teams.microsoft;
  service.fail(/./, { status: 503 }, EVER);
  const id = await both.ask(slack, 'ada');
  expect(await slack.type('grace', `approve ${id}`)).toContain('Approved');
  expect(await both.status(id)).toBe('active');
  await house.pass(20 * MINUTE, STEP);
  expect(teams.copies(id)).toEqual([]);
  expect(await slack.type('ada', `return ${id}`)).toContain('Taking away');
  await house.pass(MINUTE, 15_000);
  expect(await both.status(id)).toBe('returned');
  service.mend();
  await house.pass(10 * MINUTE, STEP);
  const [card] = teams.cards(id);
  expect(card).toContain('Returned by the requester. Proven gone');
  await both.closeProved();
});

test('with Slack away, what was asked there is decided and ended by Teams', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'linus'], onTeams: ['grace'], policy: rules('slack', CALLS_LEADS) },
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  await house.pass(6 * MINUTE, STEP);
  const approve = await both.button(teams, 'grace', id, 'approve', 'direct');
  slack.api.isDown = true;
  // Whether whoever asked is still somebody cannot be told: nothing is opened on a guess.
  expect(await approve()).toContain('cannot');
  expect(await both.status(id)).toBe('pending');
  slack.api.isDown = false;
  expect(await approve()).toContain('Approved');
  expect(await both.status(id)).toBe('active');
  slack.api.isDown = true;
  await house.pass(HOUR + MINUTE, STEP);
  expect(await both.status(id)).toBe('ended');
  expect(teams.copies(id)[0]).toContain('Proven gone');
  expect(slack.cards(id)[0]).toContain('Open until');
  slack.api.isDown = false;
  await house.pass(10 * MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 3);
  await both.closeProved();
});

test('a group of Entra ID that cannot be read approves nothing, and says so', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'linus'], onTeams: ['linus'] },
    policy: rules('slack', [LEADS, '{ teams: SRE }']),
    prepare({ teams }) {
      teams.microsoft.entra.addGroup('SRE', [teams.human('linus').userId]);
    },
  });
  const { slack, teams, house } = both;
  const { entra } = teams.microsoft;
  await teams.type('linus', 'help');
  const id = await both.ask(slack, 'ada');
  entra.fail(/groups/, { status: 503 }, EVER);
  expect(await both.press(slack, 'linus', id, 'approve')).toContain('cannot');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  entra.mend();
  expect(await both.press(slack, 'linus', id, 'approve')).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 1);
  await house.pass(HOUR + MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 1);
  await both.closeProved();
});

const NAMED = /Grace could not be reached by direct message/;

/** Nobody put the bot before Grace, and it has never heard of her. */
function unmet({ teams }: { readonly teams: TeamsChat }): void {
  teams.microsoft.service.installed.delete(teams.human('grace').userId);
}

test.each(['slack', 'teams'] as const)(
  'whom Graph does not let it reach is named in the channel, which is in %s',
  async (where) => {
    const both = await Both.open({
      ...{ onSlack: ['ada', 'linus'], onTeams: ['linus', 'grace'] },
      policy: rules(where, CALLS_LEADS),
      prepare({ teams }) {
        unmet({ teams });
        teams.microsoft.entra.permissions.delete('TeamsAppInstallation.ReadWriteSelfForUser.All');
      },
    });
    const { slack, teams, house } = both;
    const unreached = () => both[where].notes('lb-access').filter((text) => NAMED.test(text));
    const id = await both.ask(slack, 'ada');
    await house.pass(6 * MINUTE, STEP);
    expect(unreached()).toEqual([expect.stringContaining(`about request ${id}.`)]);
    expect(teams.direct('grace')).toEqual([]);
    // Whoever may decide still can.
    expect(await slack.type('linus', `approve ${id}`)).toContain('Approved');
    await house.pass(HOUR + MINUTE, STEP);
    await both.shows(id, 'ended', 'Proven gone', 2);
    expect(unreached()).toHaveLength(1);
    await both.closeProved();
  },
);

test('whom it never met is reached where Graph lets it put itself before them', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada'], onTeams: ['linus', 'grace'], policy: rules('slack', CALLS_LEADS) },
    prepare({ teams }) {
      unmet({ teams });
      const app = { id: 'catalog-1', externalId: APP, distributionMethod: 'organization' };
      teams.microsoft.entra.catalog.push(app);
    },
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  await house.pass(6 * MINUTE, STEP);
  expect(slack.notes('lb-access')).toEqual([]);
  const approve = await both.button(teams, 'grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 3);
  await both.closeProved();
});

test('a card for which Teams has no channel goes to the one in Slack that policy names', async () => {
  const both = await Both.open({
    ...{ onSlack: ['ada', 'linus'], onTeams: ['margaret'] },
    policy: rules(
      'teams',
      ['channel: teams:Platform/lb-access', 'channel: teams:Platform team/LB access'],
      ['fallbackChannel: teams:Platform/alarms', 'fallbackChannel: slack:#lb-access'],
    ),
  });
  const { slack, teams, house } = both;
  const id = await both.ask(slack, 'ada');
  await both.shows(id, 'pending', 'Waiting for approval until', 1);
  expect(teams.notes('alarms')).toEqual([
    expect.stringContaining('no team with a channel “Platform team/LB access”'),
  ]);
  expect(await both.press(slack, 'linus', id, 'approve')).toContain('Approved');
  await house.pass(HOUR + MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 1);
  await both.closeProved();
});
