/** Whatever the Web API answers: an error of ours, or just what it says. Never a person or a member made up. */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChatError } from '../../src/chat/platform.ts';
import type { SlackPlatform } from '../../src/chat/slack/index.ts';
import { createSlack } from '../../src/chat/slack/index.ts';
import { systemClock } from '../../src/clock.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/log.ts';
import { HANG, mutated, nasty, nastyJson, runs } from './nasty.ts';

type Behave = (response: ServerResponse) => void;

let server: Server;
let slack: SlackPlatform;
let behave: Behave;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith('auth.test'))
      json({ ok: true, team_id: 'T1', user_id: 'U0' })(response);
    else behave(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  slack = createSlack({
    ...{ botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret' },
    ...{ apiUrl: `http://127.0.0.1:${port}/api/`, clock: systemClock, log: silentLog },
  });
});
beforeEach(() => {
  behave = json({});
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json =
  (value: unknown): Behave =>
  (response) =>
    text(JSON.stringify(value))(response);
const text =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Behave =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

const ADA = { platform: 'slack', tenant: 'T1', userId: 'U01ADA' };
const io = (time = 8_000) => ({ signal: AbortSignal.timeout(time) });

/** What came of it; a fault that is not the port's own is thrown on. */
async function outcome<Result>(work: Promise<Result>): Promise<Result | ChatError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
}

const USER = {
  ok: true,
  user: {
    ...{
      id: ADA.userId,
      team_id: 'T1',
      name: 'ada',
      real_name: 'Ada',
      deleted: false,
      is_bot: false,
    },
    profile: { email: 'Ada@example.com', display_name: 'ada' },
  },
};

describe('a profile', () => {
  test('is the one that was asked for, or none', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(nastyJson, mutated(USER)), async (value) => {
        behave = json(value);
        const profile = await outcome(slack.profile(ADA, io()));
        if (profile instanceof ChatError) return;
        const { user } = JSON.parse(JSON.stringify(value)) as typeof USER;
        expect(user.id).toBe(ADA.userId);
        expect(profile.email.toUpperCase()).toBe((user.profile?.email ?? '').toUpperCase());
        if (user.deleted) expect(profile.standing).toBe('deactivated');
      }),
      runs(150),
    );
  });

  test('of somebody else is nobody’s', async () => {
    behave = json({ ...USER, user: { ...USER.user, id: 'U02EVE' } });
    await expect(slack.profile(ADA, io())).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('a group', () => {
  const GROUP = { ok: true, users: ['U01ADA', 'U02BEN'] };

  test('holds those who are named in it, or cannot be read', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(nastyJson, mutated(GROUP)), async (value) => {
        behave = json(value);
        const members = await outcome(slack.groupMembers('S01LEADS', io()));
        if (members instanceof ChatError) return;
        const { users } = JSON.parse(JSON.stringify(value)) as typeof GROUP;
        expect(members.map(({ userId }) => userId)).toEqual(users);
      }),
      runs(150),
    );
  });

  test('that is told in part is not read', { timeout: HANG }, async () => {
    const whole = JSON.stringify(GROUP);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        behave = text(whole.slice(0, length));
        expect(await outcome(slack.groupMembers('S01LEADS', io()))).toBeInstanceOf(ChatError);
      }),
      runs(30),
    );
  });
});

describe('a card', () => {
  const HISTORY = {
    ok: true,
    messages: [
      { ts: '1.1', user: 'U0', blocks: [{ type: 'rich_text', block_id: 'hp:card:0123456789' }] },
    ],
    has_more: false,
  };

  test('is found where it is said to be, or it cannot be told', { timeout: HANG }, async () => {
    const where = { kind: 'channel', channel: 'C01LB' } as const;
    await fc.assert(
      fc.asyncProperty(fc.oneof(nastyJson, mutated(HISTORY)), async (value) => {
        behave = json(value);
        const found = await outcome(slack.findCard(where, '0123456789' as RequestId, io()));
        if (found instanceof ChatError || found.kind !== 'found') return;
        expect(JSON.stringify(value)).toContain('hp:card:0123456789');
      }),
      runs(100),
    );
  });
});

describe('an answer that is none', () => {
  test('is an error in few words', { timeout: HANG }, async () => {
    const page = fc.oneof(
      nasty(50_000),
      nasty().map((inner) => `<html>${inner}</html>`),
    );
    const status = fc.constantFrom(200, 301, 400, 404, 429, 500, 503);
    const wait = fc.constantFrom('', '1', '-5', '1e9', '99999999999999', 'Infinity', 'soon');
    await fc.assert(
      fc.asyncProperty(page, status, wait, async (body, code, retry) => {
        behave = text(body, code, { 'retry-after': retry });
        const error = await outcome(slack.groupMembers('S01LEADS', io()));
        expect(error).toBeInstanceOf(ChatError);
        if (!(error instanceof ChatError)) return;
        expect(error.message.length).toBeLessThan(300);
        expect(error.retryAfter ?? 0).toBeLessThanOrEqual(3_600_000);
        expect(error.retryAfter ?? 0).toBeGreaterThanOrEqual(0);
      }),
      runs(100),
    );
  });

  test('and never ends is read no further than any answer goes', { timeout: HANG }, async () => {
    let sent = 0;
    behave = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(1024 * 1024, '[');
      const more = () => {
        while (!response.destroyed && sent < 400) {
          sent += 1;
          if (!response.write(part)) return void response.once('drain', more);
        }
      };
      more();
    };
    expect(await outcome(slack.groupMembers('S01LEADS', io()))).toBeInstanceOf(ChatError);
    expect(sent).toBeLessThan(100);
  });

  test('and comes too slowly is given up in time', async () => {
    behave = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    };
    expect(await outcome(slack.groupMembers('S02LEADS', io(100)))).toMatchObject({
      code: 'timeout',
    });
  });

  test('and breaks off is an error', async () => {
    behave = (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"ok":true,"users":[]}');
      setTimeout(() => response.destroy(), 5);
    };
    expect(await outcome(slack.groupMembers('S01LEADS', io()))).toBeInstanceOf(ChatError);
  });
});
