import { expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { HOUR, MINUTE } from '../../core/time.ts';
import { ChatError } from '../platform.ts';
import { Channels } from './channels.ts';
import type { Connector } from './connector.ts';
import { forgetfulAddresses, Places } from './places.ts';

const io = { signal: new AbortController().signal };
const HERE = 'https://smba.example.com/emea/';
const PLATFORM = '19:platform@thread.tacv2';
const SECURITY = '19:security@thread.tacv2';
const LB = '19:lb@thread.tacv2';

interface Teams {
  readonly [team: string]: readonly { readonly id: string; readonly name: string }[];
}

function building(teams: Teams, nameless: readonly string[] = []) {
  const clock = new ManualClock(0);
  const places = new Places(forgetfulAddresses());
  const asked: string[] = [];
  for (const id of Object.keys(teams))
    places.teamIs({ id, name: nameless.includes(id) ? '' : nameOf(id), serviceUrl: HERE });
  const connector = {
    async channels(_: string, team: string) {
      asked.push(`channels ${team}`);
      const found = teams[team];
      if (found?.length === 0) throw new ChatError('undeliverable', 'The bot was put out.');
      return found ?? [];
    },
    async teamName(_: string, team: string) {
      asked.push(`name ${team}`);
      return nameOf(team);
    },
  };
  const channels = new Channels(connector as unknown as Connector, places, clock);
  return { clock, places, asked, find: (channel: string) => channels.find(channel, io) };
}

const nameOf = (id: string): string => (id === PLATFORM ? 'Platform team' : 'Security');

test('a channel is found by team and name, by its name alone, and by its id', async () => {
  const { find } = building({ [PLATFORM]: [{ id: LB, name: 'LB access' }] });
  const place = { conversation: LB, serviceUrl: HERE };
  expect(await find('Platform team/LB access')).toEqual(place);
  expect(await find('platform team/lb ACCESS')).toEqual(place);
  expect(await find('LB access')).toEqual(place);
  expect(await find('19:other@thread.tacv2')).toMatchObject({
    conversation: '19:other@thread.tacv2',
  });
});

test('a name that two teams have is nobody’s, until the team is said too', async () => {
  const { find } = building({
    [PLATFORM]: [{ id: LB, name: 'alarms' }],
    [SECURITY]: [{ id: '19:s@thread.tacv2', name: 'alarms' }],
  });
  await expect(find('alarms')).rejects.toMatchObject({ code: 'undeliverable' });
  expect(await find('Platform team/alarms')).toMatchObject({ conversation: LB });
});

test('a team that was met without its name is asked for it once', async () => {
  const { find, asked, places } = building({ [PLATFORM]: [{ id: LB, name: 'lb' }] }, [PLATFORM]);
  expect(await find('Platform team/lb')).toMatchObject({ conversation: LB });
  expect(places.team(PLATFORM)).toMatchObject({ name: 'Platform team' });
  await find('Platform team/lb');
  expect(asked).toEqual([`name ${PLATFORM}`, `channels ${PLATFORM}`]);
});

test('a team that put the bot out hides no channel of another', async () => {
  const { find } = building({ [SECURITY]: [], [PLATFORM]: [{ id: LB, name: 'lb' }] });
  expect(await find('lb')).toMatchObject({ conversation: LB });
  await expect(find('Security/alarms')).rejects.toMatchObject({ code: 'undeliverable' });
});

test('what is not there is looked for again after a minute, and what is there after ten', async () => {
  const { find, asked, clock } = building({ [PLATFORM]: [{ id: LB, name: 'lb' }] });
  await expect(find('new')).rejects.toThrow('add Hallpass');
  await expect(find('new')).rejects.toThrow('add Hallpass');
  expect(asked).toHaveLength(1);
  clock.advance(MINUTE);
  await expect(find('new')).rejects.toThrow('add Hallpass');
  expect(asked).toHaveLength(2);
  await find('lb');
  expect(asked).toHaveLength(2);
  clock.advance(HOUR);
  await find('lb');
  expect(asked).toHaveLength(3);
});
