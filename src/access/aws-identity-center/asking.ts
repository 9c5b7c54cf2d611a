/**
 * What is asked of Identity Center next, by what stands there and what was asked before. Nothing there can be marked,
 * so each wish is written down before it is asked for: a receipt.
 */
import { z } from 'zod';
import { type Instant, MINUTE, SECOND } from '../../core/time.ts';
import type { Answer, Io, Wish } from '../provider.ts';
import type { Center, Way } from './client.ts';
import { answerOf, isGone } from './errors.ts';
import type { Handle } from './target.ts';

/** "Terraform polls after ten seconds, and then every five": what was accepted takes its time. */
const POLL = 5 * SECOND;
/** What was written down is asked for. */
const AT_ONCE = SECOND;
/** So soon after it was written down nothing was asked for yet, unless whoever was about to has died. */
const FRESH = 10 * SECOND;
/** By then what was asked for, and never answered, has come or never will. */
const LANDS = 5 * MINUTE;

const receiptSchema = z.discriminatedUnion('kind', [
  /** It was absent, and is about to be asked for. */
  z.strictObject({ kind: z.literal('wished'), at: z.int() }),
  /** It was asked for, and never answered. */
  z.strictObject({ kind: z.literal('asked'), at: z.int() }),
  /** It was accepted: what to ask after it by. */
  z.strictObject({
    kind: z.literal('accepted'),
    way: z.enum(['create', 'delete']),
    request: z.string().max(100),
  }),
]);
type Receipt = z.infer<typeof receiptSchema>;
type Wished = Extract<Receipt, { kind: 'wished' | 'asked' }>;

export function receiptIn({ receipt }: Wish): Receipt | null {
  return receiptSchema.safeParse(receipt).data ?? null;
}

/** What was accepted is waited for, whichever way it went: both at once would be a conflict. */
export async function underWay(
  center: Center,
  handle: Handle,
  receipt: Receipt | null,
  io: Io,
): Promise<Answer | undefined> {
  if (receipt?.kind !== 'accepted') return undefined;
  const progress = await center.progress(handle, receipt.way, receipt.request, io);
  if (progress.kind === 'under-way') return { kind: 'pending', pollAfter: POLL, receipt };
  // NB. What it says of itself is no state: the list is read in any case.
  return progress.kind === 'failed' && receipt.way === 'create'
    ? { kind: 'failed', class: 'config', why: `Identity Center: ${progress.why.slice(0, 200)}` }
    : undefined;
}

interface Found {
  readonly isThere: boolean;
  readonly held: boolean;
  readonly receipt: Receipt | null;
}

export async function give(
  center: Center,
  handle: Handle,
  { isThere, held, receipt }: Found,
  io: Io,
): Promise<Answer> {
  if (isThere && receipt !== null) return { kind: 'done' };
  if (isThere) return { kind: 'already', owner: held ? 'ours' : 'foreign' };
  if (!isWritten(receipt)) {
    const wished = { kind: 'wished', at: io.now } as const;
    return { kind: 'pending', pollAfter: AT_ONCE, receipt: wished };
  }
  const answer = await written('create', () => center.create(handle, io));
  const asked = { kind: 'asked', at: io.now } as const;
  if (answer.kind === 'unknown') return { kind: 'pending', pollAfter: POLL, receipt: asked };
  // NB. It may be at work on what was asked for before and never answered.
  const isOpen =
    answer.kind === 'conflict' || (answer.kind === 'failed' && receipt.kind === 'asked');
  return isOpen ? { kind: 'pending', pollAfter: POLL, receipt } : answer;
}

function isWritten(receipt: Receipt | null): receipt is Wished {
  return receipt?.kind === 'wished' || receipt?.kind === 'asked';
}

/** NB. An attempt takes a turn of its own, and the next one comes after it: unless it was never heard of again. */
function mayCome(receipt: Receipt | null, now: Instant): boolean {
  if (!isWritten(receipt) || now - receipt.at > LANDS) return false;
  return receipt.kind === 'asked' || now - receipt.at > FRESH;
}

export async function take(
  center: Center,
  handle: Handle,
  { isThere, held, receipt }: Found,
  io: Io,
): Promise<Answer> {
  const isTaken = receipt?.kind === 'accepted' && receipt.way === 'delete';
  if (!isThere && receipt !== null && mayCome(receipt, io.now))
    return { kind: 'pending', pollAfter: POLL, receipt };
  if (!isThere) return isTaken ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
  if (!held && receipt === null) return { kind: 'already', owner: 'foreign' };
  return written('delete', () => center.delete(handle, io));
}

async function written(way: Way, work: () => Promise<string | null>): Promise<Answer> {
  try {
    const request = await work();
    if (request === null) return { kind: 'done' };
    const receipt = { kind: 'accepted', way, request } as const;
    return { kind: 'pending', pollAfter: POLL, receipt };
  } catch (error) {
    if (!isGone(error)) return answerOf(error);
    return way === 'delete'
      ? { kind: 'already', owner: 'absent' }
      : { kind: 'failed', class: 'config', why: 'The user, the account or the group is gone.' };
  }
}
