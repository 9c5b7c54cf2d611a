import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { type Clock, systemClock } from '../../clock.ts';
import type { Account } from '../../core/principal.ts';
import { type ChatWorld, type Outcome, platformContract } from '../contract.ts';
import { MARK } from './actions.ts';
import { PLATFORM } from './directory.ts';
import { textsOf } from './fixtures/card-check.ts';
import { TENANT } from './fixtures/entra.ts';
import { pressed, typed, type Where } from './fixtures/payloads.ts';
import type { Human, Said } from './fixtures/teams-service.ts';
import {
  type Answered,
  CHANNEL,
  Delivery,
  type Microsoft,
  openMicrosoft,
  teamsOn,
} from './fixtures/teams-world.ts';

const CHAT: Where = { kind: 'chat' };

let microsoft: Microsoft;
let delivery: Delivery;
beforeEach(async () => {
  microsoft = await openMicrosoft();
  delivery = new Delivery(microsoft);
  await delivery.listen();
});
afterEach(async () => {
  await delivery.close();
  await microsoft.close();
});

/** Nobody answers here, and whoever presses need not wait as long as people would. */
const impatient: Clock = {
  ...systemClock,
  after: (delay, ring) => systemClock.after(Math.min(delay, 1_000), ring),
};

const account = ({ userId }: Human): Account => ({ platform: PLATFORM, tenant: TENANT, userId });

async function open(): Promise<ChatWorld> {
  const { service, entra } = microsoft;
  const people = { ada: microsoft.person('Ada'), grace: microsoft.person('Grace') };
  const guest = microsoft.person('Guest', { userType: 'Guest' });
  const left = microsoft.person('Left', { accountEnabled: false });
  const inner = entra.addGroup('on call', [people.grace.userId]);
  entra.addGroup('SRE', [inner]);
  const platform = teamsOn(microsoft, { clock: impatient });
  const { start } = platform;
  const answers = new Map<string, string[]>();
  const human = ({ userId }: Account): Human => {
    const found = service.people.get(userId);
    if (found === undefined) throw new Error('nobody');
    return found;
  };

  async function done(who: Account, payload: object): Promise<Outcome> {
    const answered = await delivery.deliver(payload);
    answers.set(who.userId, [...(answers.get(who.userId) ?? []), ...messageIn(answered)]);
    const replay = async () => {
      const again = await done(who, payload);
      await vi.waitFor(() => expect(service.chat(who.userId).said).not.toEqual([]));
      return again;
    };
    return { isAcknowledged: answered.status === 200, replay };
  }

  return {
    platform: {
      ...platform,
      async start(intake) {
        await start(intake);
        delivery.handler = platform.http;
        await delivery.joinTeam(people.ada);
      },
    },
    channel: `Platform/${CHANNEL}`,
    undeliverable: 'Platform/no-such-channel',
    ada: account(people.ada),
    grace: account(people.grace),
    standings: {
      member: account(people.ada),
      guest: account(guest),
      deactivated: account(left),
    },
    group: { name: 'SRE', members: [account(people.grace)] },
    type: (who, text) => done(who, typed(service, human(who), CHAT, text)),
    press: (who, at, verb, request) => {
      const where: Where = { kind: 'channel', conversation: at.conversation ?? '' };
      const press = { verb, data: { ...MARK, request }, card: at.activity ?? '' };
      return done(who, pressed(service, human(who), where, press));
    },
    threadTexts: async ({ conversation = '' }) =>
      (service.threads.get(conversation)?.said ?? []).slice(1).map(textOf),
    channelTexts: async () => service.threadsIn(CHANNEL).flatMap(({ said }) => said.map(textOf)),
    directTexts: async ({ userId }) => service.chat(userId).said.map(textOf),
    answers: async ({ userId }) => [
      ...(answers.get(userId) ?? []),
      ...service.chat(userId).said.map(textOf),
    ],
    homeText: async ({ userId }) => service.chat(userId).said.map(textOf).join('\n'),
    close: async () => {},
  };
}

/** As a person reads it. */
function textOf({ activity }: Said): string {
  const [attachment] = activity.attachments as readonly { readonly content: unknown }[];
  return textsOf(attachment?.content).join('\n');
}

function messageIn({ body }: Answered): string[] {
  const { value } = (body ?? {}) as { readonly value?: unknown };
  return typeof value === 'string' ? [value] : [];
}

describe('Teams', () => platformContract({ open }));
