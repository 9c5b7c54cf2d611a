/** The whole program on Teams, where Teams or Graph does not let it through. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHAT, said, TeamsWorld, textOf } from '../../../test/red-team/teams-world.ts';
import { MINUTE } from '../../core/time.ts';
import { APP } from './fixtures/entra.ts';
import { removed } from './fixtures/payloads.ts';

let world: TeamsWorld;
beforeEach(async () => {
  world = await TeamsWorld.open();
});
afterEach(() => world.close());

const cards = (channel = 'lb-access') =>
  world.microsoft.service
    .threadsIn(channel)
    .filter(({ said: [first] }) =>
      first === undefined ? false : textOf(first).includes('rotate the edge certificate'),
    );
const begins = /^POST \/v3\/conversations$/;

test('whoever never met the bot is given it by Graph, and told what they wait for', async () => {
  const { service, entra } = world.microsoft;
  entra.catalog.push({ id: 'app-1', externalId: APP, distributionMethod: 'organization' });
  await world.ask();
  service.installed.delete(world.people.margaret.userId);
  await world.pass(6 * MINUTE);
  expect(entra.installed).toContain(`${world.people.margaret.userId} app-1`);
  expect(world.chat('margaret').join('\n')).toContain('rotate the edge certificate');
});

test('whoever cannot be written to is named in the channel, so that others call them', async () => {
  const id = await world.ask();
  await world.press('grace', id, 'approve');
  const { service } = world.microsoft;
  service.installed.delete(world.people.ada.userId);
  await world.deliver(removed(service, world.people.ada, CHAT));
  await world.pass(51 * MINUTE);
  expect(world.channel().join('\n')).toContain(
    `Ada could not be reached by direct message about request ${id}`,
  );
  await world.pass(20 * MINUTE);
  expect((await world.request(id)).status).toBe('ended');
  expect(world.gate.entries.size).toBe(0);
});

test.each([
  ['the bot was put out', { status: 403, code: 'BotNotInConversationRoster' }],
  ['the channel is gone', { status: 404, code: 'ConversationNotFound' }],
])(
  'where %s the card is posted in the channel that policy names instead',
  async (_why, refusal) => {
    world.microsoft.service.fail(begins, refusal);
    const id = await world.ask();
    expect(cards()).toEqual([]);
    expect(cards('alarms')).toHaveLength(1);
    await world.press('grace', id, 'approve', { at: world.card('alarms') });
    expect((await world.request(id)).status).toBe('active');
  },
);

test.each([
  ['429', { status: 429, retryAfter: '20' }],
  ['412', { status: 412, code: 'PreconditionFailed' }],
  ['502', { status: 502, text: '<html>' }],
  ['504', { status: 504 }],
])('a card that met %s is posted afterwards, once', async (_what, refusal) => {
  world.microsoft.service.fail(begins, refusal, 3);
  const id = await world.ask();
  expect(cards()).toEqual([]);
  await world.pass(5 * MINUTE);
  expect(cards()).toHaveLength(1);
  expect((await world.request(id)).status).toBe('pending');
});

test('a card that somebody deleted is posted anew when there is something to say', async () => {
  const id = await world.ask();
  const [first] = cards();
  first?.said.splice(0);
  await world.type('grace', `approve ${id}`);
  await world.pass(MINUTE);
  expect((await world.request(id)).status).toBe('active');
  expect(cards()).toHaveLength(1);
});

test('where everybody is outlives the process', async () => {
  const id = await world.ask();
  await world.type('grace', 'mine');
  const before = world.microsoft.service.calls.length;
  await world.halt();
  await world.boot();
  await world.press('grace', id, 'approve');
  await world.pass(MINUTE);
  const since = world.microsoft.service.calls.slice(before);
  expect(since.filter(({ path }) => path === '/v3/conversations')).toEqual([]);
  expect(world.chat('grace')).not.toEqual([]);
  expect((await world.request(id)).status).toBe('active');
});

test('a card whose posting was never confirmed is posted again, and both show what is true', async () => {
  const { service } = world.microsoft;
  service.fail(begins, { status: 504, isDone: true });
  const id = await world.ask();
  await world.pass(MINUTE);
  expect(cards()).toHaveLength(2);
  const unknown = world.card();
  expect(said(await world.press('grace', id, 'approve', { at: unknown }))).toContain('Approved');
  await world.pass(MINUTE);
  for (const { said: all } of cards()) expect(all.map(textOf).join('\n')).toContain('Open until');
});
