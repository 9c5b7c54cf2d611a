import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RosterStand, rosterStand, says } from '../../../test/support/roster-stand.ts';
import { ManualClock } from '../../clock.ts';
import { describeRoster } from '../contract.ts';
import { createOpsgenie } from './index.ts';

const KEY = 'secret-key-of-an-integration';
const apiKey = { reveal: () => KEY };
const answer = (onCallRecipients: readonly unknown[]) => ({
  data: {
    _parent: { id: 'd875e654-9b4e-4219-a803-0c26936d18de', name: 'Platform', enabled: true },
    onCallRecipients,
  },
  took: 0.1,
  requestId: '7f0alde7-f47c-4b6e-8f6f-3b6b8a0e2c11',
});

describeRoster('opsgenie', {
  make: (url, clock) => createOpsgenie({ url, apiKey, clock }),
  token: KEY,
  schedule: 'Platform_schedule',
  answer,
});

describe('Opsgenie', () => {
  let stand: RosterStand;
  beforeEach(async () => {
    stand = await rosterStand(says(answer([])));
  });
  afterEach(() => stand.stop());

  const ask = (schedule: string) =>
    createOpsgenie({ url: stand.url, apiKey, clock: new ManualClock(0) }).onCall(schedule, {
      signal: AbortSignal.timeout(10_000),
    });

  it.each([
    ['Platform_schedule', 'name'],
    ['d875e654-9b4e-4219-a803-0c26936d18de', 'id'],
  ])('is asked for the schedule %s by its %s, flat', async (schedule, type) => {
    await ask(schedule);
    const [asked] = stand.asked;
    expect(asked?.url.pathname).toBe(`/v2/schedules/${schedule}/on-calls`);
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
      scheduleIdentifierType: type,
      flat: 'true',
    });
    expect(asked?.headers.authorization).toBe(`GenieKey ${KEY}`);
  });

  it.each([
    ['a/../../users', '/v2/schedules/a%2F..%2F..%2Fusers/on-calls'],
    ['on call?flat=false#', '/v2/schedules/on%20call%3Fflat%3Dfalse%23/on-calls'],
  ])('is asked nothing else by the name %j', async (schedule, path) => {
    await ask(schedule);
    expect(stand.asked[0]?.url.pathname).toBe(path);
  });

  it.each(['.', '..'])('is not asked for %j, which would be another question', async (schedule) => {
    await expect(ask(schedule)).rejects.toMatchObject({ code: 'misconfigured' });
    expect(stand.asked).toEqual([]);
  });
});
