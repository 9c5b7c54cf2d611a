/** What attempts share: what they go for, and what must hold after one that got nowhere. */
import { expect } from 'vitest';
import type { Delivery, Intent } from '../../src/chat/platform.ts';
import { happeningOf } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { allEntries, proved } from '../stories/proved.ts';
import type { Stage } from '../stories/stage.ts';

export const ASK = 'lb-admin 1h rotate the edge certificate';
export const KEY = 'edge-admin for ada@example.com';
/** Needs two. */
export const PAIR = 'lb-pair 1h ip=192.0.2.7 debug the pair';

/** A delivery of any content at all, as somebody who writes the bytes could send it. */
export async function forge(stage: Stage, userId: string, intent: Intent): Promise<string> {
  await stage.workspace.deliver(userId, intent);
  await stage.settle();
  return stage.answer(userId);
}

export function lastOf(stage: Stage): Delivery {
  const { lastDelivery } = stage.workspace;
  if (lastDelivery === null) throw new Error('nothing was delivered');
  return lastDelivery;
}

export async function untouched(stage: Stage, id: RequestId): Promise<void> {
  expect(await stage.status(id)).toBe('pending');
  expect((await stage.request(id)).approvals).toEqual([]);
  expect(stage.gate.entries.size).toBe(0);
}

/** Whoever may, can: it was not simply that nothing works. */
export async function opensFor(stage: Stage, userId: string, id: RequestId): Promise<void> {
  expect(await stage.press(userId, id, 'approve')).toContain('Approved');
  expect(await stage.status(id)).toBe('active');
  expect(stage.gate.entries.size).toBe(1);
}

/** The codes of refusals in the audit log, of people and of those who are nobody to Hallpass. */
export async function refusals(stage: Pick<Stage, 'store'>): Promise<readonly string[]> {
  return (await allEntries(stage)).flatMap((entry) => {
    const { event } = happeningOf(entry);
    if (event.type === 'refused') return [event.code];
    return event.type === 'deliveries-rejected' ? Object.keys(event.counts) : [];
  });
}

export async function over(stage: Stage): Promise<void> {
  await proved(stage);
  await stage.halt();
}
