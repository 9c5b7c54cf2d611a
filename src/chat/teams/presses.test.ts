/** What buttons and forms are answered: in the acknowledgement, or in the chat, and once. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CHAT, said, TeamsWorld } from '../../../test/red-team/teams-world.ts';
import type { RequestId } from '../../core/ids.ts';
import { SECOND } from '../../core/time.ts';
import { MARK, reasonInput } from './actions.ts';
import { cardFaults } from './fixtures/card-check.ts';
import { dialog, typed } from './fixtures/payloads.ts';
import type { Answered } from './fixtures/teams-world.ts';

let world: TeamsWorld;
beforeEach(async () => {
  world = await TeamsWorld.open();
});
afterEach(() => world.close());

const APPROVED = 'Approved lb-admin';
const times = (texts: readonly string[], part: string): number =>
  texts.filter((text) => text.includes(part)).length;
const everywhere = (): readonly string[] =>
  [...world.microsoft.service.threads.values()].flatMap(({ said: all }) =>
    all.map(({ activity }) => JSON.stringify(activity)),
  );

/** Whoever presses waits, and nothing is worked on meanwhile. */
async function pressedAndHeld(payload: object): Promise<{ readonly answered: Promise<Answered> }> {
  const { entra } = world.microsoft;
  const asked = entra.asked.length;
  entra.fail(/\/users\//, 'silent');
  const answered = world.delivery.deliver(payload);
  await vi.waitFor(() => expect(entra.asked.length).toBeGreaterThan(asked));
  return { answered };
}

describe('a button', () => {
  const because = (verb: 'deny' | 'revoke', id: RequestId) => ({
    data: { ...MARK, request: id, [reasonInput(verb, id)]: 'not tonight' },
  });

  test.each([
    ['withdraw', 'ada', 'withdrawn'],
    ['deny', 'grace', 'denied'],
  ] as const)('%s does it before the decision', async (verb, who, status) => {
    const id = await world.ask();
    const pressing = verb === 'deny' ? because(verb, id) : {};
    expect((await world.press(who, id, verb, pressing)).status).toBe(200);
    expect((await world.request(id)).status).toBe(status);
    if (verb === 'deny') expect(world.channel().join('\n')).toContain('not tonight');
  });

  test.each([
    ['return', 'ada', 'returned'],
    ['revoke', 'margaret', 'revoked'],
  ] as const)('%s takes away what was given', async (verb, who, status) => {
    const id = await world.ask();
    await world.press('grace', id, 'approve');
    await world.press(who, id, verb, verb === 'revoke' ? because(verb, id) : {});
    await world.pass(60 * SECOND);
    expect((await world.request(id)).status).toBe(status);
    expect(world.gate.entries.size).toBe(0);
  });

  test.each(['deny', 'revoke'] as const)('%s without a reason does nothing', async (verb) => {
    const id = await world.ask();
    await world.press('grace', id, verb);
    await world.press('grace', id, verb, { data: { ...MARK, request: id, reason: 'x' } });
    await world.untouched(id);
  });
});

describe('an answer', () => {
  let id: RequestId;
  beforeEach(async () => {
    id = await world.ask();
  });

  test('that comes in time is in the acknowledgement, and nowhere else', async () => {
    expect(said(await world.press('grace', id, 'approve'))).toContain(APPROVED);
    expect(times(everywhere(), APPROVED)).toBe(0);
  });

  test('that comes late is in the chat of the one who pressed, once', async () => {
    const { answered } = await pressedAndHeld(world.pressing('grace', id, 'approve'));
    world.clock.advance(4 * SECOND);
    expect(said(await answered)).toContain('told in your chat');
    await world.pass(60 * SECOND);
    expect(times(world.chat('grace'), APPROVED)).toBe(1);
    expect(times(world.channel(), APPROVED)).toBe(0);
    expect((await world.request(id)).status).toBe('active');
  });

  test('to what is delivered twice is the first one, and it is decided once', async () => {
    const payload = world.pressing('grace', id, 'approve');
    const first = said(await world.deliver(payload));
    expect(said(await world.deliver(payload))).toBe(first);
    expect((await world.request(id)).approvals).toHaveLength(1);
  });

  test('to what is delivered twice at once is decided once too', async () => {
    const payload = world.pressing('grace', id, 'approve');
    const both = [world.delivery.deliver(payload), world.deliver(payload)];
    await both[1];
    world.clock.advance(4 * SECOND);
    await world.settle();
    for (const answer of await Promise.all(both)) expect(answer.status).toBe(200);
    expect((await world.request(id)).approvals).toHaveLength(1);
    expect(world.gate.entries.size).toBe(1);
  });

  test('is not waited for by a process that stops, and is given by the next', async () => {
    const { answered } = await pressedAndHeld(world.pressing('grace', id, 'approve'));
    const halted = world.halt();
    expect(said(await answered)).toContain('told in your chat');
    world.clock.advance(10 * SECOND);
    await halted;
    await world.boot();
    await world.pass(60 * SECOND);
    expect((await world.request(id)).approvals).toHaveLength(1);
    expect(times(world.chat('grace'), APPROVED)).toBe(1);
  });

  test('to what is typed in a channel is in the chat of the one who typed', async () => {
    const { service } = world.microsoft;
    const where = { kind: 'channel', conversation: world.card().conversation } as const;
    const before = world.channel().length;
    for (const text of ['mine', 'roles', `status ${id}`, 'nonsense', `approve ${id}`])
      await world.deliver(typed(service, world.people.ada, where, text));
    expect(world.channel()).toHaveLength(before);
    expect(world.chat('ada').length).toBeGreaterThanOrEqual(5);
  });

  test('to somebody who cannot be written to says just that in the channel', async () => {
    const { service } = world.microsoft;
    service.installed.delete(world.people.linus.userId);
    const where = { kind: 'channel', conversation: world.card().conversation } as const;
    await world.deliver(typed(service, world.people.linus, where, `status ${id}`));
    expect(world.channel().at(-1)).toContain('I could not write to you');
    expect(world.channel().at(-1)).not.toContain('certificate');
  });
});

describe('the form', () => {
  const form = (name: string, data: object, who: 'ada' | 'mallory' = 'ada') =>
    world.deliver(dialog(world.microsoft.service, world.people[who], CHAT, name, data));
  const ask = { hallpass: 1, verb: 'ask', role: null };
  const filled = {
    hallpass: 1,
    verb: 'submit-ask',
    role: 'lb-admin',
    duration: '1h',
    reason: 'mine',
  };
  const contentOf = ({ body }: Answered): unknown =>
    (body as { task: { value: { card: { content: unknown } } } }).task.value.card.content;

  test.each(['task/fetch', 'composeExtension/fetchTask'])('is opened by %s', async (name) => {
    const content = contentOf(await form(name, ask));
    expect(JSON.stringify(content)).toContain('the whole load balancer');
    expect(cardFaults(content)).toEqual([]);
  });

  test('goes on with the role that was chosen, and with its inputs', async () => {
    const content = contentOf(
      await form('task/submit', { ...ask, verb: 'choose', role: 'lb-shared' }),
    );
    expect(JSON.stringify(content)).toContain('input:ip');
    expect(cardFaults(content)).toEqual([]);
  });

  test('keeps what was typed, with what is wrong beside it', async () => {
    const data = {
      ...filled,
      role: 'lb-shared',
      duration: '99h',
      'input:ip': 'here',
      reason: 'why',
    };
    const text = JSON.stringify(contentOf(await form('task/submit', data)));
    for (const part of ['99h', 'here', 'why', '4h']) expect(text).toContain(part);
    expect(await world.store.requestCount()).toBe(0);
  });

  test.each(['task/submit', 'composeExtension/submitAction'])('asks by %s', async (name) => {
    const answer = await form(name, filled);
    expect(answer.status).toBe(200);
    const [latest] = await world.store.requests({ limit: 1 });
    expect(latest?.value).toMatchObject({ status: 'pending', duration: 3_600_000 });
    expect(JSON.stringify(answer.body)).toContain(latest?.value.id);
    expect(world.card()).toBeDefined();
  });

  test('for a role that they may not ask for is for nobody', async () => {
    for (const data of [
      { ...ask, role: 'lb-admin' },
      { ...ask, verb: 'choose', role: 'lb-admin' },
      filled,
    ])
      expect(JSON.stringify((await form('task/submit', data, 'mallory')).body)).toContain(
        'nothing',
      );
    expect(await world.store.requestCount()).toBe(0);
  });

  test.each<[string, object]>([
    ['a role that there is not', { ...filled, role: '__proto__' }],
    ['another role than it has inputs for', { ...filled, 'input:ip': '192.0.2.7' }],
    ['an input that objects have', { ...filled, 'input:constructor': 'x' }],
    ['no duration', { ...filled, duration: 'for ever' }],
    ['a duration beyond numbers', { ...filled, duration: '9'.repeat(400) }],
    ['no reason', { ...filled, reason: ' ' }],
    ['a very long reason', { ...filled, reason: 'x'.repeat(9_000) }],
  ])('with %s asks for nothing, and stays open', async (_what, data) => {
    const { body } = await form('task/submit', data);
    expect(body).toMatchObject({ task: { type: 'continue' } });
    expect(cardFaults(contentOf({ status: 200, body }))).toEqual([]);
    expect(await world.store.requestCount()).toBe(0);
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'ask'],
    ['no mark', { verb: 'ask', role: null }],
    ['a button of a card', { hallpass: 1, verb: 'approve', request: 'abcdefghij' }],
    ['values that are no text', { ...filled, duration: 60 }],
    ['far too much', { ...filled, reason: 'x'.repeat(11_000) }],
  ])('that is sent %s is no form of ours', async (_what, data) => {
    const answer = await form('task/submit', data as object);
    expect(answer).toMatchObject({
      status: 200,
      body: { task: { type: 'message', value: 'Hallpass has no such form.' } },
    });
    expect(await world.store.requestCount()).toBe(0);
  });

  test('is what an invoke of another name is not', async () => {
    expect(await form('signin/verifyState', ask)).toEqual({ status: 501, body: undefined });
  });
});
