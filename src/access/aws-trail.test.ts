import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionsOf, calledIn, sorted, statementsOf } from '../../test/support/bot-permissions.ts';
import {
  ACCOUNT,
  type Done,
  fault,
  inSession,
  sessionIn,
  TrailStand,
} from '../../test/support/trail-stand.ts';
import { ManualClock } from '../clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../core/time.ts';
import { sessionsOf } from './aws-identity-center/trail.ts';
import { Trail, trailShape } from './aws-trail.ts';
import type { Io, Use } from './provider.ts';

const START = Date.UTC(2026, 10, 21, 12);
const END = START + HOUR;
const REGIONS = ['eu-central-1', 'us-east-1'];
const ADA = inSession('ada@example.com', 'jit-admin');

let clock: ManualClock;
let stand: TrailStand;
let trail: Trail;

beforeEach(async () => {
  clock = new ManualClock(END + HOUR);
  stand = new TrailStand(() => clock.now());
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDTRAIL', await stand.listen());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  trail = new Trail({
    monotonic: () => clock.monotonic(),
    // Whoever waits is not kept waiting.
    after(delay, ring) {
      const cancel = clock.after(delay, ring);
      queueMicrotask(() => clock.advance(delay));
      return cancel;
    },
  });
});
afterEach(() => stand.stop());
afterAll(() => {
  vi.unstubAllEnvs();
});

const io = (): Io => ({ now: clock.now(), signal: AbortSignal.timeout(10_000) });
const whom = (set = 'jit-admin') =>
  sessionsOf(ACCOUNT, { profile: null, regions: [], user: 'ada@example.com', set });

function used(regions = REGIONS, since = START, until: number | null = END): Promise<Use> {
  const where = { account: ACCOUNT, profile: null, regions };
  return trail.used(where, whom(), { since, until }, io());
}

function done(...events: readonly Partial<Done>[]): void {
  for (const event of events) stand.events.push({ at: START + MINUTE, ...ADA, ...event });
}

describe('what somebody did', () => {
  it('is counted over all regions, with the last of it, and what was done most first', async () => {
    done(
      { call: 'DescribeInstances' },
      { at: START + 3 * MINUTE },
      { at: START + 5 * MINUTE },
      { at: START + 4 * MINUTE, region: 'us-east-1', source: 'iam.amazonaws.com', call: 'GetUser' },
    );
    expect(await used()).toEqual({
      kind: 'used',
      count: 4,
      lastAt: START + 5 * MINUTE,
      what: ['ec2 StopInstances', 'ec2 DescribeInstances', 'iam GetUser'],
    });
  });

  it('is that from the beginning to the end, by the second', async () => {
    done({ at: START - SECOND }, { at: START }, { at: END }, { at: END + SECOND });
    expect(await used(REGIONS, START + 400, END + 400)).toMatchObject({ count: 2, lastAt: END });
    expect(await used(REGIONS, START, null)).toMatchObject({ count: 3, lastAt: END + SECOND });
  });

  it.each([
    ['another permission set', inSession('ada@example.com', 'jit-admin-2')],
    ['a set with a longer name', inSession('ada@example.com', 'x_jit-admin')],
    ['a role of another account', inSession('ada@example.com', 'jit-admin', '210987654321')],
    [
      'a role that was named so',
      {
        ...ADA,
        by: sessionIn('ada@example.com', 'AWSReservedSSO_jit-admin_0123456789abcdef'),
      },
    ],
    ['somebody else’s session', { ...ADA, by: inSession('grace@example.com', 'jit-admin').by }],
    [
      'an IAM user',
      { ...ADA, by: { type: 'IAMUser', principalId: 'AIDAEXAMPLE:ada@example.com' } },
    ],
    ['nobody', { ...ADA, by: {} }],
  ])('is not what is done by %s', async (_whom, event) => {
    done(event);
    expect(await used()).toEqual({ kind: 'unused' });
  });

  it('is told once, although several regions show it', async () => {
    done({});
    stand.instead = () => {
      const text = JSON.stringify({
        ...{ eventID: 'same', eventTime: '2026-11-21T12:01:00Z', recipientAccountId: ACCOUNT },
        ...{ eventSource: 'iam.amazonaws.com', eventName: 'GetUser', userIdentity: ADA.by },
      });
      return { status: 200, body: { Events: [{ CloudTrailEvent: text }] } };
    };
    expect(await used()).toMatchObject({ count: 1 });
  });

  it('is read to the last page', async () => {
    stand.pageSize = 2;
    for (let nth = 0; nth < 9; nth += 1) done({ at: START + nth * MINUTE });
    expect(await used()).toMatchObject({ count: 9, lastAt: START + 8 * MINUTE });
  });

  it('is told from when on, where there is more than is read', async () => {
    for (let nth = 0; nth < 400; nth += 1) done({ at: START + nth * SECOND });
    const from = START + 100 * SECOND;
    expect(await used()).toMatchObject({ count: 300, lastAt: START + 399 * SECOND, from });
  });

  it('is not known from before what is read of others with that name', async () => {
    for (let nth = 0; nth < 400; nth += 1)
      done({ at: START + nth * SECOND, ...inSession('ada@example.com', 'other') });
    expect(await used()).toEqual({ kind: 'unused', from: START + 100 * SECOND });
  });

  it('is not known from before what CloudTrail keeps', async () => {
    clock.advance(100 * DAY);
    const from = clock.now() - 90 * DAY;
    done({ at: from + MINUTE });
    expect(await used(REGIONS, START, null)).toMatchObject({ count: 1, from });
  });

  it('is named in plain letters, whatever was sent', async () => {
    done(
      { call: 'StopInstances\n<@U1> *bold*', source: 'evil `` .com' },
      { call: 'x'.repeat(10_000) },
    );
    expect(await used()).toMatchObject({ what: ['ec2 something', 'something something'] });
  });

  it('is kept short, however much of it there is', async () => {
    for (let nth = 0; nth < 200; nth += 1) done({ at: START + nth * SECOND, call: `Call${nth}` });
    const use = await used();
    expect(use).toMatchObject({ count: 200 });
    expect(use.kind === 'used' && use.what).toHaveLength(50);
  });
});

describe('what was not read', () => {
  it.each([
    ['ThrottlingException', 400, 'rate-limited'],
    ['AccessDeniedException', 400, 'permission-denied'],
    ['InvalidTimeRangeException', 400, 'misconfigured'],
    ['InvalidNextTokenException', 400, 'bad-answer'],
    ['InternalFailure', 500, 'unavailable'],
  ])('by %s is not taken for unused', async (code, status, meaning) => {
    done({});
    stand.instead = (region) => (region === 'us-east-1' ? fault(code, status) : undefined);
    await expect(used()).rejects.toMatchObject({
      code: meaning,
      message: expect.stringContaining('us-east-1'),
    });
  });

  it.each(['', '{', '[]', 'null', '{"eventID":"1"}', '{"eventTime":"yesterday"}'])(
    'because an event says %j is not taken for unused',
    async (text) => {
      done({ text });
      await expect(used()).rejects.toMatchObject({ code: 'bad-answer' });
    },
  );

  it('because an answer is without any list of events is not taken for unused', async () => {
    done({ at: START - MINUTE });
    stand.instead = (region) => (region === 'us-east-1' ? { status: 200, body: {} } : undefined);
    await expect(used()).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.stringContaining('us-east-1'),
    });
  });

  it('of another account is not taken for unused', async () => {
    done({ account: '210987654321', name: 'somebody' });
    await expect(used()).rejects.toMatchObject({ code: 'permission-denied' });
    done({});
    expect(await used()).toMatchObject({ count: 1 });
    done({ account: '210987654321' });
    await expect(used()).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it('because nothing shows at all is not taken for unused', async () => {
    await expect(used()).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('of an account that shows others at work is nothing', async () => {
    done({ region: 'us-east-1', at: START - DAY, name: 'hallpass', by: {} });
    expect(await used()).toEqual({ kind: 'unused' });
  });
});

describe('CloudTrail', () => {
  it('is asked by one name, and within the time of the access', async () => {
    done({});
    await used(['eu-central-1']);
    const [{ asked } = {}] = stand.asked;
    expect(asked).toEqual({
      LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'ada@example.com' }],
      StartTime: START / SECOND,
      EndTime: END / SECOND,
    });
  });

  it('is asked twice a second in each region, and never more', async () => {
    stand.pageSize = 1;
    for (let nth = 0; nth < 5; nth += 1)
      done({ at: START + nth }, { at: START + nth, region: 'us-east-1' });
    const began = clock.now();
    expect(await used()).toMatchObject({ count: 10 });
    expect(clock.now() - began).toBeGreaterThanOrEqual(2 * SECOND);
  });

  it('is asked later by whoever would wait for long', async () => {
    trail = new Trail(new ManualClock(START));
    done({});
    const waiting = Array.from({ length: 20 }, () =>
      used(['eu-central-1']).catch((error) => error),
    );
    const first = await Promise.race(waiting.slice(8));
    expect(first).toMatchObject({ code: 'rate-limited', retryAfter: 4 * SECOND });
    expect((await Promise.all(waiting.slice(0, 2))).map(({ kind }) => kind)).toEqual([
      'used',
      'used',
    ]);
  });

  it('is not waited for when time is over', async () => {
    trail = new Trail(new ManualClock(START));
    done({});
    await Promise.all([used(['eu-central-1']), used(['eu-central-1'])]);
    const over = { now: clock.now(), signal: AbortSignal.abort() };
    const where = { account: ACCOUNT, profile: null, regions: ['eu-central-1'] };
    await expect(
      trail.used(where, whom(), { since: START, until: END }, over),
    ).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('the doctor', () => {
  const findings = (regions = REGIONS) =>
    trail.examine({ account: ACCOUNT, profile: null, regions }, io());

  it('asks once in each region, and says what shows there', async () => {
    done({});
    expect(await findings()).toEqual([
      { level: 'ok', message: `CloudTrail in eu-central-1 shows what is done in ${ACCOUNT}.` },
      { level: 'warning', message: 'CloudTrail in us-east-1 shows nothing so far.' },
    ]);
    expect(stand.asked.map(({ asked }) => asked)).toEqual([{ MaxResults: 1 }, { MaxResults: 1 }]);
  });

  it('finds a region that may not be read, and one of another account', async () => {
    done({ account: '210987654321' });
    stand.instead = (region) =>
      region === 'us-east-1' ? fault('AccessDeniedException') : undefined;
    expect((await findings()).map(({ level }) => level)).toEqual(['fault', 'fault']);
  });

  it('misses the region in which global services are written down', async () => {
    done({});
    expect(await findings(['eu-central-1'])).toMatchObject([{ level: 'ok' }, { level: 'warning' }]);
  });
});

it('is named by regions, of which there is one at least', () => {
  expect(trailShape.safeParse(undefined).success).toBe(true);
  expect(trailShape.parse({ regions: ['eu-central-1'] })).toMatchObject({ profile: null });
  for (const regions of [[], ['Frankfurt'], undefined, ['eu-central-1; rm']])
    expect(trailShape.safeParse({ regions }).success).toBe(false);
});

it('needs to look up events and nothing else, as its example has it', () => {
  const called = calledIn('aws-trail.ts', () => 'cloudtrail');
  expect(actionsOf(statementsOf('trail'))).toEqual(sorted(called));
});
