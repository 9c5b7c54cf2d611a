import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type LocalSlack,
  type SlackMessage,
  startLocalSlack,
} from '../../../test/support/local-slack.ts';
import { needs } from '../../../test/support/servers.ts';
import { systemClock } from '../../clock.ts';
import type { FormFaults } from '../../core/view.ts';
import { silentLog } from '../../log.ts';
import { type ChatWorld, type Outcome, platformContract } from '../contract.ts';
import { Front, type Recorded } from './fixtures/front.ts';
import { type RecordingIntake, recordingIntake, UNPACED } from './fixtures/office.ts';
import { textsOf } from './fixtures/validate.ts';
import { longCard, longForm, longHome, REQUEST } from './fixtures/views.ts';
import { createSlack, type SlackPlatform } from './index.ts';

const ADA = 'U01ADA';
const GRACE = 'U02GRACE';
const BOT = 'U0BOT';
const users = [
  { id: ADA, name: 'ada', real_name: 'Ada', email: 'ada@example.com' },
  { id: GRACE, name: 'grace', real_name: 'Grace', email: 'grace@example.com' },
];
const channels = [{ id: 'C01LB', name: 'lb-access', members: [ADA, GRACE] }];
const where = { kind: 'channel', channel: '#lb-access' } as const;
const io = { signal: new AbortController().signal };
const nobody = new Map();
const filledForm = {
  roles: [{ name: 'lb-admin', description: 'The gate' }],
  chosen: longForm.chosen && { ...longForm.chosen, name: 'lb-admin', inputs: {} },
};

const platformFor = (server: LocalSlack, appToken?: string): SlackPlatform =>
  createSlack({ ...server, clock: systemClock, log: silentLog, pace: UNPACED, appToken });

/** The conversation between the bot and this person. */
async function directId(server: LocalSlack, users: string): Promise<string> {
  const response = await fetch(`${server.apiUrl}conversations.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ users }),
  });
  const { channel } = (await response.json()) as { channel: { id: string } };
  return channel.id;
}

const directMessages = async (server: LocalSlack, user: string): Promise<readonly SlackMessage[]> =>
  server.messages(await directId(server, user));

const isFor = (message: SlackMessage, user: string): boolean => message.ephemeral_to === user;
const shown = (value: unknown): string => textsOf(value).join('');

needs('local-slack')('Slack over HTTP', () => {
  const front = new Front();
  let server: LocalSlack;
  beforeAll(async () => {
    const requestUrl = await front.listen();
    server = await startLocalSlack({ mode: 'events', requestUrl, users, channels });
  });
  afterAll(async () => {
    await server.stop();
    await front.close();
  });
  beforeEach(() => server.reset());

  const account = (userId: string) => ({ platform: 'slack', tenant: server.teamId, userId });
  const messages = async () =>
    (await server.messages('C01LB')).filter(({ subtype, thread_ts, ts }) => {
      return subtype !== 'ephemeral' && (thread_ts === undefined || thread_ts === ts);
    });
  const directOf = (user: string) => directMessages(server, user);

  async function done(work: () => Promise<unknown>): Promise<Outcome> {
    front.last = null;
    await work();
    const recorded = await vi.waitFor(() => {
      if (front.last === null) throw new Error('nothing was delivered');
      return front.last;
    });
    return outcome(recorded.status, recorded);
  }

  const replayed: string[] = [];
  function outcome(status: number, recorded: Recorded): Outcome {
    return {
      isAcknowledged: status === 200,
      replay: async () => {
        const again = await front.replay(recorded);
        replayed.push(again.text);
        return outcome(again.status, recorded);
      },
    };
  }

  async function open(): Promise<ChatWorld> {
    const platform = platformFor(server);
    front.handler = platform.http;
    replayed.length = 0;
    return {
      platform,
      channel: '#lb-access',
      undeliverable: 'C404',
      ada: account(ADA),
      grace: account(GRACE),
      standings: { member: account(ADA), bot: account(BOT) },
      group: null,
      type: ({ userId: user }, text) =>
        done(() =>
          server.command({ channel: 'C01LB', user, command: '/jit', text }).catch(() => {}),
        ),
      press: ({ userId: user }, at, actionId) =>
        done(() =>
          server.press({ channel: at.channel ?? '', messageTs: at.ts ?? '', user, actionId }),
        ),
      channelTexts: async () => (await messages()).map(({ blocks }) => shown(blocks)),
      directTexts: async ({ userId }) =>
        (await directOf(userId)).map(({ blocks }) => shown(blocks)),
      answers: async ({ userId }) => {
        const all = await server.messages('C01LB');
        const own = all.filter((one) => isFor(one, userId)).map(({ blocks }) => shown(blocks));
        return userId === ADA ? [...own, ...replayed] : own;
      },
      homeText: async ({ userId }) => shown(await server.home(userId)),
      close: async () => {
        front.handler = null;
      },
    };
  }

  describe('keeps the contract and', () => platformContract({ open }));

  describe('and so does a person who', () => {
    let slack: SlackPlatform;
    let intake: RecordingIntake;
    beforeEach(async () => {
      slack = platformFor(server);
      front.handler = slack.http;
      intake = recordingIntake();
      await slack.start(intake);
    });
    afterEach(() => slack.stop());

    const view = () =>
      vi.waitFor(async () => {
        const top = (await server.views()).at(-1);
        if (top === undefined) throw new Error('no form is open');
        return top;
      });
    const said = (value: string) => ({ value: { type: 'plain_text_input', value } });

    test('types the bare command fills in a form, and is told what is wrong with it', async () => {
      intake.askForm = async () => filledForm;
      intake.checkForm = async (_account, { reason }): Promise<FormFaults> =>
        reason === '' ? { reason: 'Say why.' } : {};
      await server.command({ channel: 'C01LB', user: ADA, command: '/jit', text: '' });
      expect(await view()).toMatchObject({ callback_id: 'ask' });
      const duration = said('1h');
      const wrong = await server.submitView({ user: ADA, values: { duration, reason: said('') } });
      expect(wrong.errors).toEqual({ reason: 'Say why.' });
      await server.submitView({ user: ADA, values: { duration, reason: said('because') } });
      expect(intake.deliveries[0]?.intent).toMatchObject({
        form: 'ask',
        values: { role: 'lb-admin', duration: '1h', reason: 'because' },
      });
    });

    test('presses Deny is asked for a reason', async () => {
      const { ts = '' } = await slack.postCard(where, longCard, nobody, io);
      const press = { channel: 'C01LB', messageTs: ts, user: GRACE };
      await server.press({ ...press, actionId: 'deny' });
      expect(await view()).toMatchObject({ callback_id: 'deny', private_metadata: REQUEST });
      await server.submitView({ user: GRACE, values: { reason: said('not today') } });
      expect(intake.deliveries[0]?.intent).toEqual({
        kind: 'submitted',
        form: 'deny',
        request: REQUEST,
        reason: 'not today',
      });
      const { replyTo = {} } = intake.deliveries[0] ?? {};
      await slack.answer(replyTo, { tone: 'ok', lines: [['noted']], example: null }, nobody, io);
      expect((await directMessages(server, GRACE)).map(({ text }) => text)).toContain('noted');
    });

    test('opens the home tab sees it drawn', async () => {
      const opened = new Promise<void>((resolve) => {
        intake.homeOpened = async (one) => {
          await slack.drawHome(one, longHome, nobody, io);
          resolve();
        };
      });
      await server.openHome(ADA);
      await opened;
      expect(shown(await server.home(ADA))).toContain('Waiting for me');
    });

    test('writes to the bot has given a command', async () => {
      const [first] = await directMessages(server, ADA);
      expect(first).toBeUndefined();
      const channel = await directId(server, ADA);
      await server.say({ channel, user: ADA, text: 'lb-admin 1h because' });
      await vi.waitFor(() => expect(intake.deliveries).toHaveLength(1));
      expect(intake.deliveries[0]?.intent).toMatchObject({ text: 'lb-admin 1h because' });
    });
  });
});

needs('local-slack')('Slack in Socket Mode', () => {
  let server: LocalSlack;
  let slack: SlackPlatform;
  let intake: RecordingIntake;
  beforeAll(async () => {
    server = await startLocalSlack({ mode: 'socket', users, channels });
    slack = platformFor(server, server.appToken);
    intake = recordingIntake();
    await slack.start(intake);
  });
  afterAll(async () => {
    await slack.stop();
    await server.stop();
  });

  test('delivers commands and clicks', async () => {
    await server.command({ channel: 'C01LB', user: ADA, command: '/jit', text: 'lb-admin 1h' });
    const { ts = '' } = await slack.postCard(where, longCard, nobody, io);
    const press = { channel: 'C01LB', messageTs: ts, user: GRACE, actionId: 'approve' };
    await server.press(press);
    await vi.waitFor(() => expect(intake.deliveries).toHaveLength(2));
    expect(intake.deliveries.map(({ intent }) => intent.kind)).toEqual(['typed', 'pressed']);
    expect(slack.http).toBeNull();
  });

  test('leaves unacknowledged what could not be written down', async () => {
    const acks = async () => (await server.log()).filter(({ kind }) => kind === 'ack').length;
    const { accept } = intake;
    const before = await acks();
    const tried = new Promise<void>((resolve) => {
      intake.accept = async () => {
        resolve();
        throw new Error('the disk is full');
      };
    });
    const command = { channel: 'C01LB', user: ADA, command: '/jit', text: 'lb-admin 1h' };
    void server.command(command).catch(() => {});
    await tried;
    intake.accept = accept;
    await server.command(command);
    expect(await acks()).toBe(before + 1);
  });
});
