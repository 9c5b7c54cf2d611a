/**
 * Opsgenie: `GET /v2/schedules/{identifier}/on-calls`, flat: the user names of all who are on call at this
 * moment, which are their e-mail addresses. https://docs.opsgenie.com/docs/who-is-on-call-api
 */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { emailShape, RosterReader } from '../reader.ts';
import { type Roster, RosterError } from '../roster.ts';

const answerShape = z.object({
  data: z.object({ onCallRecipients: z.array(emailShape).max(2_000) }),
});

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface OpsgenieOptions {
  /** Without a slash at its end: `https://api.opsgenie.com`, or `https://api.eu.opsgenie.com`. */
  readonly url: string;
  /** Of an API integration that may read its configuration. */
  readonly apiKey: { reveal(): string };
  readonly clock: Pick<Clock, 'monotonic' | 'timeLimit'>;
}

export function createOpsgenie({ url, apiKey, clock }: OpsgenieOptions): Roster {
  const headers = () => ({
    accept: 'application/json',
    authorization: `GenieKey ${apiKey.reveal()}`,
  });
  const reader = new RosterReader({ title: 'Opsgenie', headers, clock });
  return {
    name: 'opsgenie',
    async onCall(schedule, io) {
      const { data } = await reader.get(addressOf(url, schedule), answerShape, io);
      return [...new Set(data.onCallRecipients)];
    },
  };
}

/** A schedule is named by its id or its name; `..` would be a step up, to another question. */
function addressOf(url: string, schedule: string): URL {
  if (/^\.+$/.test(schedule))
    throw new RosterError('misconfigured', 'No schedule of Opsgenie has such a name.');
  const address = new URL(`${url}/v2/schedules/${encodeURIComponent(schedule)}/on-calls`);
  address.searchParams.set('scheduleIdentifierType', ID.test(schedule) ? 'id' : 'name');
  address.searchParams.set('flat', 'true');
  return address;
}
