/** What a well-signed delivery may hold when whoever it came from is not whom it should be. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import { isSlacks } from '../../src/chat/slack/respond.ts';
import { happeningOf } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { Member } from './slack-api.ts';
import { approval, PEOPLE, SlackWorld } from './slack-world.ts';

test.each([
  ['https://hooks.slack.com/actions/T1/1/x', true],
  ['https://hooks.slack-gov.com/commands/1', true],
  ['http://hooks.slack.com/actions/T1/1/x', false],
  ['https://hooks.slack.com.evil.example/x', false],
  ['https://evil.example/hooks.slack.com', false],
  ['https://hooks.slack.com@evil.example/x', false],
  ['https://evil@hooks.slack.com/x', false],
  ['https://evil.example#hooks.slack.com', false],
  ['https://169.254.169.254/latest/meta-data', false],
  ['http://localhost:6379/', false],
  ['file:///etc/passwd', false],
  ['data:text/plain,x', false],
])('%s is Slack’s: %s', (url, expected) => {
  expect(isSlacks(url, undefined)).toBe(expected);
  expect(isSlacks(url, 'https://slack.com/api/')).toBe(expected);
});

describe('a well-signed delivery', () => {
  let world: SlackWorld;
  let id: RequestId;
  beforeEach(async () => {
    world = await SlackWorld.open();
    id = await world.ask();
  });
  afterEach(() => world.close());

  async function nothingCameOfIt(): Promise<void> {
    await world.untouched(id);
    await world.opensFor(PEOPLE.grace, id);
  }

  async function counted(): Promise<readonly string[]> {
    const entries = await world.service.shell.store.entries({ afterSeq: 0, limit: 1_000 });
    return entries.flatMap((entry) => {
      const { event } = happeningOf(entry);
      return event.type === 'deliveries-rejected' ? Object.keys(event.counts) : [];
    });
  }

  const OUTSIDE: readonly (readonly [string, string, Partial<Member>])[] = [
    ['a guest', 'guest', { is_restricted: true }],
    ['a guest of one channel', 'guest', { is_ultra_restricted: true }],
    ['a bot', 'bot', { is_bot: true }],
    ['somebody who was deactivated', 'deactivated', { deleted: true }],
    ['somebody of a connected workspace', 'stranger', { team_id: 'T02OTHER' }],
    ['somebody whom Slack calls a stranger', 'stranger', { is_stranger: true }],
  ];

  test.each(OUTSIDE)(
    '%s with an approver’s e-mail approves nothing',
    async (_who, standing, more) => {
      world.api.add('U66EVE', 'grace@example.com', more);
      await world.deliver(approval('U66EVE', id));
      expect(world.api.toldTo('U66EVE')).toHaveLength(1);
      expect(await counted()).toEqual([standing]);
      await nothingCameOfIt();
    },
  );

  test.each(OUTSIDE)('%s gets no form', async (_who, _standing, more) => {
    world.api.add('U66EVE', 'ada@example.com', more);
    await world.deliver(payloads.command({ user_id: 'U66EVE', text: '' }));
    expect(world.api.opened).toEqual([]);
    await nothingCameOfIt();
  });

  test('a user whom Slack does not know approves nothing', async () => {
    for (const user of ['U404', 'USLACKBOT', 'W01', '__proto__'])
      await world.deliver(approval(user, id));
    expect(await counted()).toEqual(['stranger']);
    await nothingCameOfIt();
  });

  const ELSEWHERE = { id: 'T02EVIL', domain: 'evil' };

  test.each([
    ['team', { team: ELSEWHERE }],
    [
      'team, with ours beside the user',
      { team: ELSEWHERE, user: { id: PEOPLE.grace, team_id: payloads.TEAM } },
    ],
    ['team, with ours as the enterprise', { team: ELSEWHERE, enterprise: { id: payloads.TEAM } }],
    ['team of the user alone', { team: null, user: { id: PEOPLE.grace, team_id: 'T02EVIL' } }],
    [
      'enterprise, and no team at all',
      { team: null, enterprise: { id: 'E01' }, user: { id: PEOPLE.grace } },
    ],
  ])('a click from another %s is nothing, and is counted', async (_what, more) => {
    expect(await world.deliver(approval(PEOPLE.grace, id, more))).toEqual({
      status: 200,
      text: '',
    });
    expect(world.api.toldTo(PEOPLE.grace)).toEqual([]);
    await nothingCameOfIt();
  });

  test.each([
    [
      'command',
      () => payloads.command({ team_id: 'T02EVIL', user_id: PEOPLE.grace, text: `approve ${id}` }),
    ],
    [
      'direct message',
      () => {
        const said = {
          type: 'message',
          channel_type: 'im',
          channel: 'D1',
          user: PEOPLE.grace,
          text: `approve ${id}`,
        };
        return payloads.event(said, { team_id: 'T02EVIL' });
      },
    ],
    ['form', () => denial(id, { team: ELSEWHERE })],
  ])('a %s from another workspace is nothing', async (_what, body) => {
    await world.deliver(body());
    await nothingCameOfIt();
  });

  function denial(value: string, more: object = {}, user: string = PEOPLE.grace): string {
    const view = {
      callback_id: 'deny',
      private_metadata: value,
      ...payloads.filled({ reason: 'no' }),
    };
    return payloads.submission(view, { user: { id: user }, ...more });
  }

  test('an action that no button has is nothing', async () => {
    for (const action_id of [
      'attest',
      'restore',
      'approve ',
      'Approve',
      'approve;approve',
      '__proto__',
      'constructor',
      'hp:card',
      '',
    ]) {
      const user = { id: PEOPLE.grace };
      const body = payloads.click({ action_id, value: id }, { user });
      expect((await world.deliver(body)).status, action_id).toBe(200);
    }
    await nothingCameOfIt();
  });

  test('of several actions in one click the first alone counts', async () => {
    const actions = [
      { action_id: 'approve', value: '0000000000' },
      { action_id: 'approve', value: id },
    ];
    await world.deliver(approval(PEOPLE.grace, id, { actions }));
    await nothingCameOfIt();
  });

  test.each([
    ['block_id', { block_id: 'hp:card:0000000000', value: 'nothing' }],
    ['value', { value: '../..' }],
    ['value of a list', { selected_option: { value: 'x' }, value: undefined }],
    ['value that is no text', { value: 7 }],
  ])('a click with an altered %s is nothing', async (_what, altered) => {
    const user = { id: PEOPLE.grace };
    await world.deliver(payloads.click({ action_id: 'approve', ...altered }, { user }));
    await nothingCameOfIt();
  });

  test('a button of a message that somebody else posted does not change what it decides on', async () => {
    const bait = world.api.post({
      channel: 'C01LB',
      user: PEOPLE.mallory,
      text: 'Approve the picnic?',
    });
    const container = { type: 'message', message_ts: bait.ts, channel_id: 'C01LB' };
    await world.deliver(approval(PEOPLE.mallory, id, { container }));
    expect(world.api.toldTo(PEOPLE.mallory).join()).toContain('Only members of leads');
    await nothingCameOfIt();
  });

  test.each([
    ['of a request that is not there', '0000000000'],
    ['of nothing', ''],
    ['of two requests', '0000000000 0000000001'],
  ])('a form with the private metadata %s denies nothing', async (_what, metadata) => {
    await world.deliver(denial(metadata));
    await nothingCameOfIt();
  });

  test('a form that was opened for one request and sent for another is decided by who sends it', async () => {
    await world.deliver(denial(id, {}, PEOPLE.mallory));
    await world.deliver(denial(id, {}, PEOPLE.ada));
    expect(world.api.toldTo(PEOPLE.mallory).join()).toContain('Only members of leads');
    await nothingCameOfIt();
  });

  test('a form by the name of another is nothing', async () => {
    for (const callback_id of ['approve', 'attest', 'revoke_all', 'constructor', 'answer']) {
      const view = { callback_id, private_metadata: id, ...payloads.filled({ reason: 'x' }) };
      const body = payloads.submission(view, { user: { id: PEOPLE.grace } });
      expect((await world.deliver(body)).status, callback_id).toBe(200);
    }
    await nothingCameOfIt();
  });

  test.each([
    ['a role that one may not have', { role: 'lb-admin' }, PEOPLE.mallory],
    ['a role that is not there', { role: 'root' }, PEOPLE.ada],
    ['a name of every object', { role: '__proto__' }, PEOPLE.ada],
    ['another one', { role: 'constructor' }, PEOPLE.ada],
  ])(
    'a form for an ask with the private metadata of %s asks for nothing',
    async (_what, { role }, user) => {
      const values = payloads.filled({ duration: '1h', reason: 'rotate' });
      const answer = await world.deliver(
        payloads.submission({ private_metadata: role, ...values }, { user: { id: user } }),
      );
      expect(JSON.parse(answer.text)).toMatchObject({ response_action: 'errors' });
      expect(await world.service.shell.store.requestCount()).toBe(1);
      await nothingCameOfIt();
    },
  );

  test('a payload of another type is nothing', async () => {
    for (const type of [
      'shortcut',
      'message_action',
      'block_suggestion',
      'interactive_message',
      'dialog_submission',
      'workflow_step_execute',
      'view_closed',
    ]) {
      const body = approval(PEOPLE.grace, id, { type, callback_id: 'approve' });
      expect((await world.deliver(body)).status, type).toBeLessThan(500);
    }
    await nothingCameOfIt();
  });

  test.each([
    ['a bot', { bot_id: 'B01' }],
    ['an edit', { subtype: 'message_changed' }],
    ['a program in somebody’s name', { subtype: 'bot_message' }],
    ['a channel', { channel_type: 'channel' }],
    ['a group of people', { channel_type: 'mpim' }],
  ])('a message of %s that reads like a command is none', async (_what, more) => {
    const said = {
      type: 'message',
      channel_type: 'im',
      channel: 'D1',
      user: PEOPLE.grace,
      text: `approve ${id}`,
    };
    await world.deliver(payloads.event({ ...said, ...more }));
    await nothingCameOfIt();
  });

  /** Somewhere inside, where nobody from outside gets to. */
  async function inside(): Promise<{ server: Server; port: number; visits: string[] }> {
    const visits: string[] = [];
    const server = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    return { server, port: (server.address() as AddressInfo).port, visits };
  }

  test('an address to answer to that is not Slack’s is not called: the answer goes by Slack', async () => {
    const { server, port, visits } = await inside();
    const response_url = `http://[::1]:${port}/latest/meta-data`;
    await world.deliver(approval(PEOPLE.mallory, id, { response_url }));
    await world.deliver(payloads.command({ user_id: PEOPLE.mallory, text: 'help', response_url }));
    expect(visits).toEqual([]);
    expect(world.api.toldTo(PEOPLE.mallory)).toHaveLength(2);
    server.close();
    await nothingCameOfIt();
  });
});
