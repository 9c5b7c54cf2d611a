import { describe } from 'vitest';
import { ManualClock } from '../../clock.ts';
import type { ButtonAction } from '../../core/view.ts';
import { type ChatWorld, type Outcome, platformContract } from '../contract.ts';
import type { Delivery } from '../platform.ts';
import { createLocal } from './index.ts';
import { LocalWorkspace } from './workspace.ts';

const STANDINGS = ['member', 'guest', 'bot', 'deactivated', 'stranger'] as const;

async function open(): Promise<ChatWorld> {
  const workspace = new LocalWorkspace({
    clock: new ManualClock(Date.UTC(2026, 10, 21)),
    people: [
      { userId: 'ada' },
      { userId: 'grace' },
      ...STANDINGS.map((standing) => ({ userId: `a-${standing}`, standing })),
    ],
    groups: { sre: ['grace'] },
    channels: ['lb-access', 'archived'],
  });
  const account = (userId: string) => workspace.account(userId);
  const done = async (work: () => Promise<unknown>): Promise<Outcome> => {
    const isAcknowledged = await work().then(
      () => true,
      () => false,
    );
    const delivery: Delivery | null = workspace.lastDelivery;
    return { isAcknowledged, replay: () => done(() => workspace.redeliver(delivery)) };
  };
  return {
    platform: createLocal(workspace),
    channel: '#lb-access',
    undeliverable: '#archived',
    ada: account('ada'),
    grace: account('grace'),
    standings: Object.fromEntries(STANDINGS.map((one) => [one, account(`a-${one}`)])),
    group: { name: '@sre', members: [account('grace')] },
    type: ({ userId }, text) => done(() => workspace.type(userId, text)),
    press: ({ userId }, at, action, request) =>
      done(() => workspace.press(userId, request, action as ButtonAction, at)),
    channelTexts: async () => workspace.channel('lb-access').map(({ text }) => text),
    directTexts: async ({ userId }) => workspace.direct(userId).map(({ text }) => text),
    answers: async ({ userId }) => workspace.answers(userId),
    homeText: async ({ userId }) => workspace.desk(userId).home?.text ?? '',
    close: async () => {},
  };
}

describe('the local workspace', () => platformContract({ open }));
