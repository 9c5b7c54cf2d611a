/** Whoever writes what a button of Teams sends: other verbs, ids, marks, shapes; and cards that are not theirs. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MARK, reasonInput } from '../../src/chat/teams/actions.ts';
import * as payloads from '../../src/chat/teams/fixtures/payloads.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { changed } from '../stories/cast.ts';
import { refusals } from './attempt.ts';
import { CHAT, said, TeamsWorld } from './teams-world.ts';

let world: TeamsWorld;
let id: RequestId;
beforeEach(async () => {
  world = await TeamsWorld.open();
  id = await world.ask();
});
afterEach(() => world.close());

async function nothingCameOfIt(): Promise<void> {
  await world.settle();
  await world.untouched(id);
  await world.opensFor('grace', id);
}

const NEVER_DRAWN: readonly (readonly [string, string, (id: string) => unknown])[] = [
  ['without our mark', 'approve', (request) => ({ request })],
  ['with another mark', 'approve', (request) => ({ hallpass: 2, request })],
  ['with a mark that is a text', 'approve', (request) => ({ hallpass: '1', request })],
  ['with data that is a text', 'approve', (request) => JSON.stringify({ ...MARK, request })],
  ['with data that is a list', 'approve', (request) => [{ ...MARK, request }]],
  ['without data', 'approve', () => 0],
  ['without a request', 'approve', () => MARK],
  ['with an empty request', 'approve', () => ({ ...MARK, request: '' })],
  ['with several requests', 'approve', (request) => ({ ...MARK, request: [request] })],
  ['with a very long request', 'approve', (request) => ({ ...MARK, request: request.repeat(99) })],
  ['of a verb that there is not', 'grant', (request) => ({ ...MARK, request })],
  ['of a verb in capitals', 'Approve', (request) => ({ ...MARK, request })],
  ['of an inherited verb', 'constructor', (request) => ({ ...MARK, request })],
  ['with its verb inside', '', (request) => ({ ...MARK, verb: 'approve', request })],
  ['of a form', 'submit-ask', () => ({ ...MARK, role: 'lb-admin', duration: '1h', reason: 'x' })],
];

describe('a payload that was never drawn', () => {
  test('does nothing, and says so', async () => {
    for (const [what, verb, data] of NEVER_DRAWN) {
      const answer = await world.press('grace', id, verb, { data: data(id) });
      expect(answer, what).toMatchObject({ status: 200, body: { statusCode: 400 } });
      expect(said(answer)).toBe('Hallpass has no such button.');
    }
    await nothingCameOfIt();
  });

  test('with more in it than there was does what it would have done', async () => {
    const more = { by: world.people.grace.userId, principal: 'p_grace', as: 'grace', force: true };
    const data = { ...MARK, request: id, ...more };
    expect(said(await world.press('ada', id, 'approve', { data }))).toContain('your own');
    expect(said(await world.press('mallory', id, 'approve', { data }))).not.toContain('Approved');
    await nothingCameOfIt();
  });

  test('that turns what was pressed into something else finds the same rules there', async () => {
    const data = { ...MARK, verb: 'approve', request: id, [reasonInput('revoke', id)]: 'because' };
    for (const verb of ['withdraw', 'return', 'revoke', 'deny', 'approve'])
      await world.press('mallory', id, verb, { data });
    await nothingCameOfIt();
  });

  test('for a request that there is not finds none', async () => {
    for (const other of ['0000000000', '../../requests', '%', "' OR 1=1 --", '\0', `${id}0`])
      for (const verb of ['approve', 'refresh', 'withdraw'])
        expect(said(await world.press('grace', other, verb)), other).toContain('no such request');
    await nothingCameOfIt();
  });

  test('for another request than the card shows decides about that one, by its own rules', async () => {
    const other = await world.ask('linus', 'lb-admin 1h mine');
    const { id: card, conversation } = world.card();
    const at = { ...world.card(), id: card, conversation };
    expect(said(await world.press('linus', other, 'approve', { at }))).toContain('your own');
    await world.untouched(other);
    await nothingCameOfIt();
  });

  test('of an old client is held to the same', async () => {
    const { service } = world.microsoft;
    const where = { kind: 'channel', conversation: world.card().conversation } as const;
    const card = world.card().id;
    for (const data of [
      { verb: 'approve', request: id },
      { ...MARK, verb: 'grant', request: id },
      { ...MARK, verb: ['approve'], request: id },
      { ...MARK, verb: 'submit-ask', role: 'lb-admin', duration: '1h', reason: 'mine' },
      [MARK],
      {},
    ])
      await world.deliver(payloads.submitted(service, world.people.grace, where, { data, card }));
    await world.untouched(id);
    const own = { ...MARK, verb: 'approve', request: id };
    await world.deliver(payloads.submitted(service, world.people.ada, where, { data: own, card }));
    expect(world.chat('ada').at(-1)).toContain('your own');
    await nothingCameOfIt();
  });

  test('is counted', async () => {
    await world.press('grace', id, 'grant');
    await world.pass(120_000);
    expect(await refusals(world)).toContain('malformed');
  });
});

describe('who looks at the card in the channel', () => {
  const look = async (who: 'ada' | 'grace' | 'linus' | 'mallory') =>
    said(await world.press(who, id, 'refresh'));

  test('is shown what they may press, and nobody what others may', async () => {
    expect(world.channel().join('\n')).not.toMatch(/^(Approve|Deny|Withdraw)$/m);
    expect(await look('grace')).toMatch(/^Approve\n(.+\n)*Deny/m);
    expect(await look('grace')).not.toContain('Withdraw');
    expect(await look('ada')).toContain('Withdraw');
    expect(await look('ada')).not.toMatch(/^(Approve|Deny)$/m);
    expect(await look('mallory')).toContain('rotate the edge certificate');
    expect(await look('mallory')).not.toMatch(/^(Approve|Deny|Withdraw)$/m);
    await nothingCameOfIt();
  });

  test('is shown what is true at that moment', async () => {
    await world.press('grace', id, 'approve');
    expect(await look('grace')).not.toMatch(/^Approve$/m);
    expect(await look('ada')).toContain('Return');
  });

  test('with an id that they guessed is shown nothing, wherever they say they look', async () => {
    const other = await world.ask('linus', 'lb-admin 1h something of mine');
    const first = world.card();
    const moved = { ...first, id: '1' };
    const elsewhere = { ...first, conversation: '19:alarms@thread.tacv2;messageid=1' };
    for (const [request, at] of [
      [other, first],
      [id, moved],
      [id, elsewhere],
    ] as const) {
      const answer = said(await world.press('mallory', request, 'refresh', { at }));
      expect(answer).toContain('no such request');
      expect(answer).not.toMatch(/certificate|something|Ada|Linus/);
    }
    await nothingCameOfIt();
  });

  test('without a card to look at is shown what `status` would tell them', async () => {
    const { service } = world.microsoft;
    const bare = { verb: 'refresh', data: { ...MARK, request: id }, card: '1' };
    for (const [who, shown] of [
      ['ada', true],
      ['grace', true],
      ['mallory', false],
    ] as const) {
      const { replyToId: _none, ...payload } = payloads.pressed(
        service,
        world.people[who],
        CHAT,
        bare,
      );
      expect(said(await world.deliver(payload)).includes('rotate the edge'), who).toBe(shown);
    }
  });
});

describe('an approver of a moment ago', () => {
  test('is shown no button any more, and what they still see decides nothing', async () => {
    await world.close();
    const members = 'leads: { members: [grace@example.com, linus@example.com] }';
    world = await TeamsWorld.open(
      changed(members, 'leads: { teams: "@Leads" }'),
      ({ entra }, people) => {
        entra.addGroup('Leads', [people.grace.userId, people.linus.userId]);
      },
    );
    id = await world.ask();
    expect(said(await world.press('grace', id, 'refresh'))).toMatch(/^Approve$/m);
    const [group] = [...world.microsoft.entra.groups.values()];
    group?.members.delete(world.people.grace.userId);
    expect(said(await world.press('grace', id, 'approve'))).not.toContain('Approved');
    await world.untouched(id);
    world.clock.advance(61_000);
    await world.settle();
    expect(said(await world.press('grace', id, 'refresh'))).not.toMatch(/^Approve$/m);
    await world.untouched(id);
    await world.opensFor('linus', id);
  });
});

describe('a button on the overview', () => {
  test('is decided, and the overview is not taken for a card of the request', async () => {
    const { service } = world.microsoft;
    const { grace } = world.people;
    await world.deliver(payloads.installed(service, grace, CHAT));
    const home = service
      .chat(grace.userId)
      .said.find(({ activity }) => JSON.stringify(activity).includes('Waiting for me'));
    const data = { ...MARK, verb: 'approve', request: id };
    const press = { data, card: home?.id ?? '' };
    await world.deliver(payloads.submitted(service, grace, CHAT, press));
    expect((await world.request(id)).status).toBe('active');
    const copies = await world.store.copiesOf(id);
    expect(copies.map(({ ref }) => ref?.activity)).not.toContain(home?.id);
    expect(world.chat('grace').join('\n')).toContain('What I may ask for');
  });
});
