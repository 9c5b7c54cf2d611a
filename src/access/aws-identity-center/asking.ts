/**
 * What is asked of Identity Center next, by what stands there and what was asked before. Nothing there can be marked,
 * so each assignment is noted before it is asked for: a receipt.
 */
import { z } from 'zod';
import { type Instant, MINUTE, type Millis, SECOND } from '../../core/time.ts';
import {
  type Answer,
  type Io,
  ProviderError,
  type ProviderErrorCode,
  type Wish,
} from '../provider.ts';
import { LONGEST_REQUEST, type Progress, type Way } from './client.ts';
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
/** By then what was asked for, and never answered, has come or never will. */
const LANDS = 5 * MINUTE;
/** And it was asked after so often, some five minutes long: a clock that is set ahead makes all of it seem long ago. */
const PATIENCE = 12;
/** Whoever is turned away comes again ever later: for so many questions each of theirs counts. */
const TURNED_AWAY = 2;

/** What was turned away otherwise was turned away. */
const OPEN: ReadonlySet<string> = new Set<ProviderErrorCode>([
  'unavailable',
  'timeout',
  'bad-answer',
]);

/** How often it was waited for. */
const polls = z.int().default(0);

const receiptSchema = z.discriminatedUnion('kind', [
  /** It was asked for, and never answered: or whoever was about to ask is dead. */
  z.strictObject({ kind: z.literal('asked'), at: z.int(), polls }),
  /** The same, as it was stored when it was asked for a moment after it was written down. */
  z.strictObject({ kind: z.literal('wished'), at: z.int(), polls }),
  /** It was accepted: what to ask after it by. */
  z.strictObject({
    kind: z.literal('accepted'),
    way: z.enum(['create', 'delete']),
    request: z.string().max(LONGEST_REQUEST),
    at: z.int().default(0),
    polls,
    /** It was asked for again then: whatever comes of that, what was asked for before may stand. */
    before: z.int().optional(),
  }),
]);
type Receipt = z.infer<typeof receiptSchema>;
type Failed = Extract<Answer, { kind: 'failed' }>;

/** Makes what stands there equal to what is wanted, or says what that waits for. */
export async function ask<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  wish: Wish,
  io: Io,
): Promise<Answer> {
  const last = receiptIn(wish, io);
  const progress = await heardOf(desk, handle, last, wish, io);
  // What was accepted is waited for, whichever way it went: both at once would be a conflict.
  if (last !== null && progress?.kind === 'under-way') return stillAtIt(last, io.now);
  const isGiving = wish.wanted.kind === 'until';
  const failed = failureOf(last, progress);
  // What came to nothing leaves what had been asked for before it: that may be what stands there.
  const receipt = failed === null ? last : askedBefore(last);
  // And told once: whoever asks for it next begins anew.
  if (isGiving && failed !== null && receipt === null) return { ...failed, receipt: null };
  // NB. What it says of itself is no state: the list is read in any case.
  const isThere = await desk.stands(handle, io);
  const awaited = mayCome(receipt, progress, io.now);
  const heard = { failed, receipt, progress, awaited };
  const early = isGiving ? beforeGiving(heard, isThere, io.now) : null;
  if (early !== null) return early;
  const isKnown = awaited || isClaim(receipt, progress, isGiving && !isThere);
  const found = { isThere, receipt: isKnown ? receipt : null, mayCome: awaited };
  return isGiving ? give(desk, handle, found, wish, io) : take(desk, handle, found, wish, io);
}

interface Heard {
  readonly failed: Failed | null;
  readonly receipt: Receipt | null;
  readonly progress: Progress | undefined;
  readonly awaited: boolean;
}

/** null: nothing stands against giving it. */
function beforeGiving(
  { failed, receipt, progress, awaited }: Heard,
  isThere: boolean,
  now: Instant,
): Answer | null {
  if (failed !== null) return isThere ? null : { ...failed, receipt: awaited ? receipt : null };
  if (receipt?.kind !== 'accepted' || isCreate(receipt)) return null;
  // It was taken away, and the list is late to show it; or it is being taken away, and nobody knows of that yet.
  const isGoing = isThere && progress?.kind !== 'failed' && isAwaited(receipt, LANDS, now);
  return isGoing ? waiting(receipt) : null;
}

/** Of what is not awaited any more. */
function isClaim(
  receipt: Receipt | null,
  progress: Progress | undefined,
  isWanting: boolean,
): boolean {
  // What was never answered, and has not come in all that time, never came: what shows later is somebody else's.
  if (receipt?.kind !== 'accepted') return false;
  // And what was taken away is not there any more: what comes next is nobody's yet.
  return isCreate(receipt) || progress?.kind !== 'succeeded' || !isWanting;
}

/** null: it did not fail, or what failed gave nothing. */
function failureOf(receipt: Receipt | null, progress: Progress | undefined): Failed | null {
  if (progress?.kind !== 'failed' || !isCreate(receipt)) return null;
  return { kind: 'failed', class: 'config', why: `Identity Center: ${progress.why.slice(0, 200)}` };
}

/** NB. What cannot be read, something was asked for by all the same. */
function receiptIn({ receipt }: Wish, { now }: Io): Receipt | null {
  if (receipt === null) return null;
  return receiptSchema.safeParse(receipt).data ?? { kind: 'asked', at: now, polls: 0 };
}

function isCreate(receipt: Receipt | null): boolean {
  return receipt?.kind === 'accepted' && receipt.way === 'create';
}

function askedBefore(receipt: Receipt | null): Receipt | null {
  const at = receipt?.kind === 'accepted' ? receipt.before : undefined;
  return at === undefined ? null : { kind: 'asked', at, polls: 0 };
}

/** undefined: nothing was accepted, or whoever takes away may not ask, and takes away all the same. */
async function heardOf<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  receipt: Receipt | null,
  { wanted }: Wish,
  io: Io,
): Promise<Progress | undefined> {
  if (receipt?.kind !== 'accepted') return undefined;
  try {
    return await desk.progress(handle, receipt.way, receipt.request, io);
  } catch (error) {
    const isDenied = error instanceof ProviderError && error.code === 'permission-denied';
    if (wanted.kind === 'nothing' && isDenied) return undefined;
    throw error;
  }
}

function waiting(receipt: Receipt): Answer {
  return { kind: 'pending', pollAfter: POLL, receipt: polled(receipt, 1) };
}

function polled(receipt: Receipt, times: number): Receipt {
  return { ...receipt, polls: receipt.polls + times };
}

/** NB. What is said not to be known after that is waited for as long as if it had been accepted now. */
function stillAtIt(receipt: Receipt, now: Instant): Answer {
  return { kind: 'pending', pollAfter: POLL, receipt: { ...receipt, at: now, polls: 0 } };
}

/** NB. What was accepted and is not known of may be not known of yet. */
function mayCome(receipt: Receipt | null, progress: Progress | undefined, now: Instant): boolean {
  if (receipt === null) return false;
  if (receipt.kind !== 'accepted') return isAwaited(receipt, LANDS, now);
  if (!isCreate(receipt)) return false;
  // Whoever may not ask cannot know that it is over.
  if (progress === undefined) return true;
  return progress.kind === 'forgotten' && isAwaited(receipt, LANDS, now);
}

function isAwaited({ at, polls }: Receipt, longest: Millis, now: Instant): boolean {
  return now - at <= longest || polls < PATIENCE;
}

interface Found {
  readonly isThere: boolean;
  readonly receipt: Receipt | null;
  /** What was asked for before may be given yet. */
  readonly mayCome: boolean;
}

async function give<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  { isThere, receipt, mayCome }: Found,
  { held, note }: Wish,
  io: Io,
): Promise<Answer> {
  if (isThere && receipt !== null) return { kind: 'done', receipt: come(receipt, io.now) };
  if (isThere) return { kind: 'already', owner: held ? 'ours' : 'foreign' };
  if (mayCome && receipt?.kind === 'accepted') return waiting(receipt);
  const asked = { kind: 'asked', at: io.now, polls: 0 } as const;
  await note(asked);
  const answer = await written('create', io.now, () => desk.create(handle, io), receipt !== null);
  if (answer.kind === 'unknown') return waiting(asked);
  return receipt === null ? unlessTheirs(answer) : unlessAtIt(answer, receipt, mayCome);
}

/** It may be at work on what was asked for before, by whoever died of it; or that is done, and does not show yet. */
function unlessAtIt(answer: Answer, receipt: Receipt, mayCome: boolean): Answer {
  const isInTheWay = answer.kind === 'conflict' || (mayCome && answer.kind === 'failed');
  if (isInTheWay) return waiting(receipt);
  // It was looked for once more, and is not there: while all is turned away it is not waited for without end.
  return answer.kind === 'throttled'
    ? { ...answer, receipt: polled(receipt, TURNED_AWAY) }
    : answer;
}

/** NB. Without a receipt: what somebody else is being given is not ours when it shows. */
function unlessTheirs(answer: Answer): Answer {
  return answer.kind === 'conflict' ? { kind: 'pending', pollAfter: POLL } : answer;
}

async function take<Handle>(
  desk: Desk<Handle>,
  handle: Handle,
  { isThere, receipt, mayCome }: Found,
  { held }: Wish,
  io: Io,
): Promise<Answer> {
  const isTaken = receipt?.kind === 'accepted' && receipt.way === 'delete';
  if (!isThere && receipt !== null && mayCome) return waiting(receipt);
  if (!isThere) return isTaken ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
  if (!held && receipt === null) return { kind: 'already', owner: 'foreign' };
  const answer = await written('delete', io.now, () => desk.delete(handle, io));
  if (receipt === null) return answer;
  if (mayCome) return unlessLeft(answer, come(receipt, io.now));
  return isTaken && isAwaited(receipt, LANDS, io.now) ? unlessGoing(answer, receipt) : answer;
}

/** It came, and stands as long as it cannot be taken away. */
function unlessLeft(answer: Answer, receipt: Receipt): Answer {
  return answer.kind === 'unknown' ? { ...answer, receipt } : unlessAtIt(answer, receipt, true);
}

/** NB. What was never answered is waited for so long, and no longer: once it stands there it is waited for anew. */
function come(receipt: Receipt, now: Instant): Receipt {
  return receipt.kind === 'accepted' ? receipt : { ...receipt, at: now, polls: 0 };
}

/** What was accepted before may be at work, and not be known of yet: whoever asks anew must not take it for open. */
function unlessGoing(answer: Answer, receipt: Receipt): Answer {
  if (answer.kind === 'conflict') return waiting(receipt);
  const isTurnedAway = answer.kind === 'throttled' || answer.kind === 'failed';
  return isTurnedAway ? { ...answer, receipt: polled(receipt, TURNED_AWAY) } : answer;
}

async function written(
  way: Way,
  at: Instant,
  work: () => Promise<string | null>,
  isAgain = false,
): Promise<Answer> {
  try {
    const request = await work();
    if (request === null) return { kind: 'done' };
    const receipt = { kind: 'accepted', way, request, at, polls: 0 } as const;
    const before = isAgain && { before: at };
    return { kind: 'pending', pollAfter: POLL, receipt: { ...receipt, ...before } };
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
