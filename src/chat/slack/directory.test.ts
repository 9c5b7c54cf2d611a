import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, ManualClock, systemClock } from '../../clock.ts';
import { MINUTE } from '../../core/time.ts';
import { type Office, type OfficeOptions, openOffice } from './fixtures/office.ts';
import { TEAM } from './fixtures/payloads.ts';

const patient = () => ({ signal: new AbortController().signal });
const io = patient();
let office: Office;
const open = async (
  api: NonNullable<OfficeOptions['api']>,
  clock: Clock = systemClock,
): Promise<Office> => {
  office = await openOffice({ api, clock });
  return office;
};
afterEach(() => office.close());

const account = (userId: string) => ({ platform: 'slack', tenant: TEAM, userId });
const count = (method: string) => office.calls.filter((call) => call.method === method).length;

describe('a person', () => {
  const ada = { id: 'U01', team_id: TEAM, name: 'ada', profile: { email: 'Ada@Example.com' } };

  test.each([
    ['a member', 'member', {}],
    ['a guest of several channels', 'guest', { is_restricted: true }],
    ['a guest of one channel', 'guest', { is_ultra_restricted: true }],
    ['a bot', 'bot', { is_bot: true }],
    ['Slackbot', 'bot', { id: 'USLACKBOT' }],
    ['deactivated', 'deactivated', { deleted: true, is_restricted: true }],
    ['a stranger from Slack Connect', 'stranger', { is_stranger: true }],
    ['a member of another workspace', 'stranger', { team_id: 'T02OTHER' }],
  ])('is known as %s', async (_name, standing, more) => {
    const user = { ...ada, ...more };
    const { slack } = await open(({ method }) => (method === 'users.info' ? { user } : undefined));
    expect(await slack.profile(account(user.id), io)).toEqual({
      name: 'ada',
      email: 'ada@example.com',
      standing,
    });
  });

  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    [null, undefined],
    [7, undefined],
  ])('is told with the time zone that Slack tells: %s', async (tz, zone) => {
    const user = { ...ada, tz };
    const { slack } = await open(({ method }) => (method === 'users.info' ? { user } : undefined));
    expect((await slack.profile(account('U01'), io)).zone).toBe(zone);
  });

  test('is asked after every time, because a decision hangs on it', async () => {
    const { slack } = await open(({ method }) =>
      method === 'users.info' ? { user: ada } : undefined,
    );
    await slack.profile(account('U01'), io);
    await slack.profile(account('U01'), io);
    expect(count('users.info')).toBe(2);
  });
});

describe('a group', () => {
  const groups = ({ method, args }: { method: string; args: Readonly<Record<string, string>> }) => {
    if (method === 'usergroups.list')
      return {
        usergroups: [
          { id: 'S01', handle: 'sre' },
          { id: 'S02', handle: 'db' },
        ],
      };
    if (method !== 'usergroups.users.list') return undefined;
    return args.usergroup === 'S01' ? { users: ['U02', 'U03'] } : { error: 'no_such_subteam' };
  };

  test('is found by its handle or its id', async () => {
    const { slack } = await open(groups);
    const members = [account('U02'), account('U03')];
    expect(await slack.groupMembers('@sre', io)).toEqual(members);
    expect(await slack.groupMembers('S01', io)).toEqual(members);
  });

  test('that is not there is not an empty one', async () => {
    const { slack } = await open(groups);
    await expect(slack.groupMembers('@nobody', io)).rejects.toMatchObject({ code: 'not-found' });
    await expect(slack.groupMembers('S404', io)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('asked for by many at the same time is asked for once', async () => {
    const { slack } = await open(groups);
    await Promise.all(Array.from({ length: 20 }, () => slack.groupMembers('@sre', patient())));
    expect(count('usergroups.users.list')).toBe(1);
  });

  test('is still told to the others when the first who asked gives up', async () => {
    const { slack } = await open(groups);
    await slack.accountByEmail('warm@example.com', io).catch(() => {});
    const hasty = new AbortController();
    const first = slack.groupMembers('@sre', { signal: hasty.signal });
    const second = slack.groupMembers('@sre', io);
    hasty.abort();
    await expect(first).rejects.toMatchObject({ code: 'timeout' });
    expect(await second).toHaveLength(2);
  });
});

describe('a channel', () => {
  test('is found on a later page, once for many posts', async () => {
    const { slack } = await open(({ method, args }) => {
      if (method !== 'conversations.list') return undefined;
      return args.cursor === undefined
        ? { channels: [{ id: 'C01', name: 'a' }], response_metadata: { next_cursor: 'two' } }
        : { channels: [{ id: 'C02', name: 'lb-access' }] };
    });
    const where = { kind: 'channel', channel: '#lb-access' } as const;
    const note = { text: ['hello'], buttons: [] };
    await Promise.all([1, 2, 3].map(() => slack.postNote(where, note, new Map(), io)));
    const posts = office.calls.filter(({ method }) => method === 'chat.postMessage');
    expect(posts.map(({ args }) => args.channel)).toEqual(['C02', 'C02', 'C02']);
    expect(count('conversations.list')).toBe(2);
  });

  test('whose id has come to mean nothing is looked up again', async () => {
    let isGone = true;
    const clock = new ManualClock(Date.UTC(2026, 10, 21));
    const { slack } = await open(({ method }) => {
      if (method === 'conversations.list') return { channels: [{ id: 'C01', name: 'lb-access' }] };
      return method === 'chat.postMessage' && isGone ? { error: 'channel_not_found' } : undefined;
    }, clock);
    const where = { kind: 'channel', channel: 'lb-access' } as const;
    const post = () => slack.postNote(where, { text: ['hello'], buttons: [] }, new Map(), io);
    await expect(post()).rejects.toMatchObject({ code: 'undeliverable' });
    await expect(post()).rejects.toMatchObject({ code: 'undeliverable' });
    expect(count('conversations.list')).toBe(1);
    clock.advance(MINUTE);
    await expect(post()).rejects.toMatchObject({ code: 'undeliverable' });
    isGone = false;
    await post();
    expect(count('conversations.list')).toBe(2);
  });
});

test('the doctor names what the bot lacks', async () => {
  const { slack } = await open(({ method }) => {
    if (method === 'auth.test')
      return { team_id: TEAM, user_id: 'U0BOT', scopes: 'chat:write,commands,users:read' };
    if (method !== 'conversations.list') return undefined;
    return { channels: [{ id: 'C01', name: 'lb-access' }] };
  });
  const findings = await slack.doctor([{ platform: 'slack', channel: 'lb-access' }], io);
  const faults = findings.flatMap(({ level, message }) => (level === 'fault' ? [message] : []));
  expect(faults).toContain("The bot's token lacks the scope im:write.");
  expect(faults).not.toContain("The bot's token lacks the scope chat:write.");
  expect(faults).toContain('The bot is not in #lb-access: invite it there.');
});
