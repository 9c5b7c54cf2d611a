import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RosterStand, rosterStand, says } from '../../../test/support/roster-stand.ts';
import { ManualClock } from '../../clock.ts';
import { describeRoster } from '../contract.ts';
import { createPagerDuty } from './index.ts';

const TOKEN = 'u+secret-token-1';
const SCHEDULE = 'P1SCHED';
const token = { reveal: () => TOKEN };
const entry = (
  email: unknown,
  schedule: unknown = { id: SCHEDULE, type: 'schedule_reference' },
) => ({
  user: { id: 'PUSER01', type: 'user', name: 'Somebody', email },
  schedule,
  escalation_level: 1,
  start: '2026-11-21T08:00:00Z',
  end: '2026-11-21T20:00:00Z',
});
const page = (oncalls: readonly unknown[], more = false, offset = 0) => ({
  ...{ oncalls, more, offset },
  limit: 100,
  total: null,
});

describeRoster('pagerduty', {
  make: (url, clock) => createPagerDuty({ url, token, clock }),
  token: TOKEN,
  schedule: SCHEDULE,
  answer: (emails) => page(emails.map((email) => entry(email))),
});

describe('PagerDuty', () => {
  let stand: RosterStand;
  beforeEach(async () => {
    stand = await rosterStand(says(page([entry('ada@example.com')])));
  });
  afterEach(() => stand.stop());

  const ask = (schedule = SCHEDULE) =>
    createPagerDuty({ url: stand.url, token, clock: new ManualClock(0) }).onCall(schedule, {
      signal: AbortSignal.timeout(10_000),
    });

  it('is asked for one schedule, with the users whole, by version 2 of its API', async () => {
    await ask();
    const [asked] = stand.asked;
    expect(asked?.url.pathname).toBe('/oncalls');
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
      'schedule_ids[]': SCHEDULE,
      'include[]': 'users',
      earliest: 'true',
      limit: '100',
      offset: '0',
    });
    expect(asked?.headers.accept).toBe('application/vnd.pagerduty+json;version=2');
    expect(asked?.headers.authorization).toBe(`Token token=${TOKEN}`);
  });

  it('is read to its last page', async () => {
    stand.behave = (response, { url }) => {
      const offset = Number(url.searchParams.get('offset'));
      const nth = offset / 100;
      says(page([entry(`p${nth}@example.com`)], nth < 2, offset))(response, {
        url,
        headers: {},
      });
    };
    expect(await ask()).toEqual(['p0@example.com', 'p1@example.com', 'p2@example.com']);
  });

  it('is believed nothing when its pages go on for ever', async () => {
    stand.behave = says(page([entry('ada@example.com')], true));
    await expect(ask()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(stand.asked).toHaveLength(20);
  });

  it.each([[{ id: 'POTHER1' }], [null]])('gives no right by the schedule %j', async (other) => {
    stand.behave = says(page([entry('ada@example.com'), entry('mallory@example.com', other)]));
    await expect(ask()).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('cannot be asked for more than one schedule by a name that looks like a query', async () => {
    stand.behave = says(page([]));
    await ask('P1&schedule_ids[]=P2');
    expect(stand.asked[0]?.url.searchParams.getAll('schedule_ids[]')).toEqual([
      'P1&schedule_ids[]=P2',
    ]);
  });
});
