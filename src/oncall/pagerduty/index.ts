/**
 * PagerDuty: `GET /oncalls`, which without a time range answers who is on call at this moment.
 * https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
 */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { emailShape, RosterReader } from '../reader.ts';
import { type Roster, RosterError, type RosterIo } from '../roster.ts';

/** The most that PagerDuty gives at once. */
const PAGE = 100;

/** 2,000 on calls of one schedule: a list that goes on is no list to decide by. */
const PAGES = 20;

const pageShape = z.object({
  oncalls: z.array(
    z.object({
      user: z.object({ email: emailShape }),
      schedule: z.object({ id: z.string() }),
    }),
  ),
  more: z.boolean(),
});

export interface PagerDutyOptions {
  /** Without a slash at its end: `https://api.pagerduty.com`, or `https://api.eu.pagerduty.com`. */
  readonly url: string;
  /** Of a REST API key, which may be a read-only one. */
  readonly token: { reveal(): string };
  readonly clock: Pick<Clock, 'monotonic' | 'timeLimit'>;
}

export function createPagerDuty({ url, token, clock }: PagerDutyOptions): Roster {
  const headers = () => ({
    accept: 'application/vnd.pagerduty+json;version=2',
    authorization: `Token token=${token.reveal()}`,
  });
  const reader = new RosterReader({ title: 'PagerDuty', headers, clock });
  return {
    name: 'pagerduty',
    async onCall(schedule, io) {
      const found: string[] = [];
      for (let read = 0; read < PAGES; read += 1) {
        const address = addressOf(url, schedule, read * PAGE);
        const page = await readPage(reader, address, schedule, io);
        found.push(...page.emails);
        if (!page.more) return [...new Set(found)];
      }
      throw new RosterError('bad-answer', 'The answer of PagerDuty goes on for ever.');
    },
  };
}

function addressOf(url: string, schedule: string, offset: number): URL {
  const address = new URL(`${url}/oncalls`);
  address.searchParams.set('schedule_ids[]', schedule);
  address.searchParams.set('include[]', 'users');
  address.searchParams.set('earliest', 'true');
  address.searchParams.set('limit', String(PAGE));
  address.searchParams.set('offset', String(offset));
  return address;
}

/** NB. Whoever is on call by another schedule was not asked about, and gets no right by it. */
async function readPage(reader: RosterReader, address: URL, schedule: string, io: RosterIo) {
  const { oncalls, more } = await reader.get(address, pageShape, io);
  if (oncalls.some((one) => one.schedule.id !== schedule))
    throw new RosterError('bad-answer', 'PagerDuty answered for another schedule.');
  return { emails: oncalls.map(({ user }) => user.email), more };
}
