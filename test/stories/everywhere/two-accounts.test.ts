/** People with an account in each chat, one of which lets nobody write to them. */
import { expect, test, vi } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { Both, rules, shut } from './both.ts';

// Each step is several calls over HTTP, and a machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const STEP = 5 * MINUTE;
const EVERYBODY = ['ada', 'grace', 'linus', 'margaret'] as const;

test('whom Teams lets nobody write to hears in Slack what became of their request', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY, policy: rules('teams'), prepare: shut('ada') },
  });
  const { slack, teams, house } = both;
  await slack.type('ada', 'help');
  const id = await both.ask(teams, 'ada');
  await both.press(teams, 'grace', id, 'approve');
  await both.shows(id, 'active', 'Open until', 1);
  expect(slack.direct('ada').join('\n')).toContain('is open for you until');
  await house.pass(HOUR + MINUTE, STEP);
  expect(slack.direct('ada').at(-1)).toContain('Ended: the time was over.');
  expect(teams.notes('lb-access').join('\n')).not.toContain('could not be reached');
  await both.closeProved();
});

test('whom Teams lets nobody write to is called in Slack, with buttons', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY, prepare: shut('grace') },
    policy: rules('teams', ['to: security', 'to: leads']),
  });
  const { slack, teams, house } = both;
  for (const chat of [slack, teams]) await chat.type('grace', 'help');
  const id = await both.ask(teams, 'ada');
  await house.pass(6 * MINUTE, STEP);
  const approve = await both.button(slack, 'grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await both.shows(id, 'active', 'Open until', 3);
  expect(teams.notes('lb-access').join('\n')).not.toContain('could not be reached');
  await house.pass(HOUR + MINUTE, STEP);
  await both.shows(id, 'ended', 'Proven gone', 3);
  await both.closeProved();
});

test('whom neither lets it write to is named in the channel, once', async () => {
  const both = await Both.open({
    ...{ onSlack: EVERYBODY, onTeams: EVERYBODY },
    policy: rules('teams', ['to: security', 'to: leads']),
    prepare({ slack, teams }) {
      shut('grace')({ teams });
      slack.api.closedTo.add('U0GRACE');
    },
  });
  const { slack, teams, house } = both;
  for (const chat of [slack, teams]) await chat.type('grace', 'help');
  const id = await both.ask(teams, 'ada');
  await house.pass(6 * MINUTE, STEP);
  const said = `Grace could not be reached by direct message about request ${id}.`;
  const notes = teams.notes('lb-access').filter((text) => text.includes('could not be reached'));
  expect(notes).toEqual([expect.stringContaining(said)]);
  await both.shows(id, 'pending', 'Waiting for approval until', 2);
  await both.closeProved();
});
