/** Guests, bots, other tenants, those who left, and whoever has no signature of Teams: in Teams' own words. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { strangersKey } from '../../src/chat/teams/fixtures/bot-framework.ts';
import { APP, TENANT } from '../../src/chat/teams/fixtures/entra.ts';
import * as payloads from '../../src/chat/teams/fixtures/payloads.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { MINUTE } from '../../src/core/time.ts';
import { refusals } from './attempt.ts';
import { CHAT, said, TeamsWorld } from './teams-world.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';

let world: TeamsWorld;
let id: RequestId;
beforeEach(async () => {
  world = await TeamsWorld.open();
  id = await world.ask();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

async function nothingCameOfIt(): Promise<void> {
  await world.settle();
  await world.untouched(id);
  expect(await world.store.requestCount()).toBe(1);
  await world.opensFor('grace', id);
}

/** Linus is an operator and a lead, by e-mail. */
function linusIs(change: object): void {
  const { users } = world.microsoft.entra;
  const { userId } = world.people.linus;
  users.set(userId, { ...users.get(userId), ...change });
}

const STANDINGS = [
  ['a guest', { userType: 'Guest' }, 'Guests of this workspace'],
  ['somebody who left', { accountEnabled: false }, 'deactivated'],
] as const;

test.each(STANDINGS)('%s approves nothing, whichever button it is', async (_who, is, no) => {
  linusIs(is);
  expect(said(await world.press('linus', id, 'approve'))).toContain(no);
  expect(said(await world.press('linus', id, 'refresh'))).toContain(no);
  const { service } = world.microsoft;
  const data = { hallpass: 1, verb: 'approve', request: id };
  const where = { kind: 'channel', conversation: world.card().conversation } as const;
  const press = { data, card: world.card().id };
  await world.deliver(payloads.submitted(service, world.people.linus, where, press));
  expect(world.chat('linus').join('\n')).toContain(no);
  expect(await refusals(world)).toContain('not-a-member');
  await nothingCameOfIt();
});

test.each(STANDINGS)('%s asks for nothing and is shown nothing', async (_who, is, no) => {
  linusIs(is);
  for (const text of [ASK, 'roles', 'mine', `status ${id}`]) {
    await world.type('linus', text);
    expect(world.chat('linus').at(-1)).toContain(no);
  }
  const { service } = world.microsoft;
  const { linus } = world.people;
  const data = { hallpass: 1, verb: 'ask', role: 'lb-admin' };
  const form = await world.deliver(payloads.dialog(service, linus, CHAT, 'task/fetch', data));
  expect(JSON.stringify(form.body)).toContain(no);
  expect(JSON.stringify(form.body)).not.toContain('submit-ask');
  const filled = { ...data, verb: 'submit-ask', duration: '1h', reason: 'mine' };
  const sent = await world.deliver(payloads.dialog(service, linus, CHAT, 'task/submit', filled));
  expect(JSON.stringify(sent.body)).toContain(no);
  await world.deliver(payloads.installed(service, linus, CHAT));
  expect(world.chat('linus').join('\n')).not.toContain('What I may ask for');
  await nothingCameOfIt();
});

test('an account that Entra ID does not know is nobody', async () => {
  const ghost = { ...world.people.linus, userId: '99999999-0000-4000-8000-000000000001' };
  const answer = said(await world.press(ghost, id, 'approve'));
  expect(answer).not.toContain('Approved');
  await world.pass(5 * MINUTE);
  expect(await refusals(world)).toContain('stranger');
  await world.untouched(id);
});

test.each<[string, object]>([
  ['a bot', { id: '28:11111111-0000-4000-8000-000000000000', name: 'Grace' }],
  ['a person without an object id', { id: '29:1', name: 'Grace' }],
])('%s is nobody, whatever else stands there', async (_who, from) => {
  const pressing = { ...world.pressing('grace', id, 'approve'), from };
  expect(await world.deliver(pressing)).toEqual({ status: 403, body: undefined });
  const { grace } = world.people;
  const asBot = { ...from, id: `28:${APP}`, aadObjectId: grace.userId };
  expect(await world.deliver({ ...pressing, from: asBot })).toEqual({
    status: 403,
    body: undefined,
  });
  await world.deliver({
    ...payloads.typed(world.microsoft.service, grace, CHAT, `approve ${id}`),
    from,
  });
  await nothingCameOfIt();
});

const OTHER = '99999999-0000-4000-8000-000000000000';
test.each<[string, (of: Record<string, object>) => object]>([
  [
    'the conversation',
    ({ conversation }) => ({ conversation: { ...conversation, tenantId: OTHER } }),
  ],
  [
    'the channel data',
    ({ channelData }) => ({ channelData: { ...channelData, tenant: { id: OTHER } } }),
  ],
  [
    'both',
    ({ conversation, channelData }) => ({
      conversation: { ...conversation, tenantId: OTHER },
      channelData: { ...channelData, tenant: { id: OTHER } },
    }),
  ],
])('another tenant in %s is refused and counted', async (_where, change) => {
  const good = world.pressing('grace', id, 'approve') as Record<string, object>;
  expect(await world.deliver({ ...good, ...change(good) })).toEqual({
    status: 403,
    body: undefined,
  });
  await world.untouched(id);
  await world.pass(2 * MINUTE);
  expect(await refusals(world)).toContain('other-workspace');
  await nothingCameOfIt();
});

// Whoever has the bot's secret can have the last one of these.
const FORGED: readonly (readonly [string, (world: TeamsWorld) => string | undefined])[] = [
  ['nothing', () => undefined],
  ['another key', ({ delivery }) => delivery.bearer({}, { key: strangersKey })],
  ['a token for another app', ({ delivery }) => delivery.bearer({ aud: TENANT })],
  [
    'a token for another service',
    ({ delivery }) => delivery.bearer({ serviceurl: 'https://a.example/' }),
  ],
  ['a token of last week', ({ delivery }) => delivery.bearer({ expiresIn: -604_800 })],
  [
    'a token of Entra ID for the bot itself',
    ({ delivery }) =>
      delivery.bearer({
        iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
        ver: '1.0',
        appid: APP,
      }),
  ],
];

test('what is signed with anything but a token of Teams is refused and counted', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const body = JSON.stringify(world.pressing('grace', id, 'approve'));
  for (const [what, bearer] of FORGED)
    expect(await world.delivery.raw(body, bearer(world)), what).toEqual({
      status: 401,
      body: undefined,
    });
  await world.untouched(id);
  await world.pass(2 * MINUTE);
  expect(await refusals(world)).toContain('bad-signature');
  await nothingCameOfIt();
});
