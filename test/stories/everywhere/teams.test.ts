import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import type { Name } from './chat.ts';
import { playIn } from './play.ts';
import { Scene } from './scene.ts';
import { openTeamsChat, type TeamsChat } from './teams-chat.ts';

playIn('Teams', openTeamsChat);

test('in one channel of Teams each is shown what they may do, and nobody what another may', async () => {
  let teams: TeamsChat | undefined;
  const scene = await Scene.open(async (clock) => {
    teams = await openTeamsChat(clock);
    return teams;
  });
  const buttonsOf = async (who: Name, id: string) =>
    ((await teams?.faceOf(who, id))?.actions ?? []).map(({ title }) => title);
  const everybodysButtons = (id: string) => teams?.cards(id)[0]?.split('\n').slice(-1);

  const id = await scene.ask('linus');
  expect(everybodysButtons(id)).toEqual(['What can I do?']);
  expect(await buttonsOf('linus', id)).toEqual(['Withdraw']);
  expect(await buttonsOf('grace', id)).toEqual(['Approve', 'Deny']);
  for (const who of ['ada', 'margaret', 'mallory'] as const)
    expect(await buttonsOf(who, id)).toEqual([]);
  await scene.press('grace', id, 'approve');
  expect(everybodysButtons(id)).toEqual(['What can I do?']);
  expect(await buttonsOf('linus', id)).toEqual(['Return', 'Extend']);
  expect(await buttonsOf('margaret', id)).toEqual(['Revoke']);
  expect(await buttonsOf('grace', id)).toEqual([]);
  await scene.pass(HOUR + MINUTE);
  expect(everybodysButtons(id)).toEqual([expect.stringContaining(`Request #${id}`)]);
  expect(await buttonsOf('linus', id)).toEqual([]);
  await scene.proved();
  await scene.close();
});
