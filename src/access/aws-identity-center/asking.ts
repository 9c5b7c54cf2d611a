/**
 * What is asked of Identity Center next, by what stands there and what was asked before. Nothing there can be marked,
 * so each wish is written down before it is asked for: a receipt.
 */
import { z } from 'zod';
import { type Instant, MINUTE, SECOND } from '../../core/time.ts';
import {
  type Answer,
  type Io,
  ProviderError,
  type ProviderErrorCode,
  type Wish,
} from '../provider.ts';
import type { Progress, Way } from './client.ts';
import { answerOf, isGone } from './errors.ts';

/** Where it is asked. */
export interface Desk<Handle> {
  /** Does it stand there, by whatever hand? */
  stands(handle: Handle, io: Io): Promise<boolean>;
  /** @returns what to ask after it by; null: it is done */
  create(handle: Handle, io: Io): Promise<string | null>;
  /** @returns the same */
  delete(handle: Handle, io: Io): Promise<string | null>;
  progress(handle: Handle, way: Way, request: string, io: Io): Promise<Progress>;
}

/** "Terraform polls after ten seconds, and then every five": what was accepted takes its time. */
const POLL = 5 * SECOND;
/** What was written down is asked for. */
const AT_ONCE = SECOND;
/** So soon after it was written down nothing was asked for yet, unless whoever was about to has died. */
const FRESH = 10 * SECOND;
/** By then what was asked for, and never answered, has come or never will. */
const LANDS = 5 * MINUTE;
/** What was written down longer ago is written down anew before it is asked for: else nobody would wait for it. */
const HOLDS = 5 * MINUTE;

/** What was turned away otherwise was turned away. */
const OPEN: ReadonlySet<string> = new Set<ProviderErrorCode>([
  'unavailable',
  'timeout',
  'bad-answer',
]);

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

/** Makes what stands there equal to what is wanted, or says what that waits for. */
export async function ask<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  wish: Wish,
  io: Io,
): Promise<Answer> {
  const receipt = receiptIn(wish);
  const pending = await underWay(desk, handle, receipt, io);
  if (pending !== undefined) return pending;
  const found = { isThere: await desk.stands(handle, io), held: wish.held, receipt };
  return wish.wanted.kind === 'nothing'
    ? take(desk, handle, found, io)
    : give(desk, handle, found, io);
}

function receiptIn({ receipt }: Wish): Receipt | null {
  return receiptSchema.safeParse(receipt).data ?? null;
}

/** What was accepted is waited for, whichever way it went: both at once would be a conflict. */
async function underWay<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  receipt: Receipt | null,
  io: Io,
): Promise<Answer | undefined> {
  if (receipt?.kind !== 'accepted') return undefined;
  const progress = await desk.progress(handle, receipt.way, receipt.request, io);
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

async function give<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  { isThere, held, receipt }: Found,
  io: Io,
): Promise<Answer> {
  if (isThere && receipt !== null) return { kind: 'done' };
  if (isThere) return { kind: 'already', owner: held ? 'ours' : 'foreign' };
  if (!isWritten(receipt) || io.now - receipt.at > HOLDS) return writtenDown(receipt, io.now);
  const answer = await written('create', () => desk.create(handle, io));
  const asked = { kind: 'asked', at: io.now } as const;
  if (answer.kind === 'unknown') return { kind: 'pending', pollAfter: POLL, receipt: asked };
  // NB. It may be at work on what was asked for before and never answered.
  const isOpen =
    answer.kind === 'conflict' || (answer.kind === 'failed' && receipt.kind === 'asked');
  return isOpen ? { kind: 'pending', pollAfter: POLL, receipt } : answer;
}

function writtenDown(receipt: Receipt | null, at: Instant): Answer {
  const kind = receipt?.kind === 'asked' ? 'asked' : 'wished';
  return { kind: 'pending', pollAfter: AT_ONCE, receipt: { kind, at } };
}

function isWritten(receipt: Receipt | null): receipt is Wished {
  return receipt?.kind === 'wished' || receipt?.kind === 'asked';
}

/** NB. An attempt takes a turn of its own, and the next one comes after it: unless it was never heard of again. */
function mayCome(receipt: Receipt | null, now: Instant): boolean {
  if (!isWritten(receipt) || now - receipt.at > HOLDS + LANDS) return false;
  return receipt.kind === 'asked' || now - receipt.at > FRESH;
}

async function take<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  { isThere, held, receipt }: Found,
  io: Io,
): Promise<Answer> {
  const isTaken = receipt?.kind === 'accepted' && receipt.way === 'delete';
  if (!isThere && receipt !== null && mayCome(receipt, io.now))
    return { kind: 'pending', pollAfter: POLL, receipt };
  if (!isThere) return isTaken ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
  if (!held && receipt === null) return { kind: 'already', owner: 'foreign' };
  return written('delete', () => desk.delete(handle, io));
}

async function written(way: Way, work: () => Promise<string | null>): Promise<Answer> {
  try {
    const request = await work();
    if (request === null) return { kind: 'done' };
    const receipt = { kind: 'accepted', way, request } as const;
    return { kind: 'pending', pollAfter: POLL, receipt };
  } catch (error) {
    if (mayBeDone(error)) return { kind: 'unknown', why: error.message };
    if (!isGone(error)) return answerOf(error);
    return way === 'delete'
      ? { kind: 'already', owner: 'absent' }
      : { kind: 'failed', class: 'config', why: 'The user, the account or the group is gone.' };
  }
}

/** Whoever was not answered, or not in words that are known, may have been heard. */
function mayBeDone(error: unknown): error is ProviderError {
  return error instanceof ProviderError && OPEN.has(error.code);
}
