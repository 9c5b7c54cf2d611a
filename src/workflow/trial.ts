/**
 * One attempt at a provider: look, set the target's own timer, write if something has to be written,
 * and look again. What was seen is what counts; what was answered only says when to come back.
 */
import type { Answer, Io, Provider, Remembered, Wish } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Access, Wanted } from '../core/access.ts';
import type { Seen } from '../core/observe.ts';
import { isAsWanted } from '../core/observe.ts';
import type { Json } from '../core/policy.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Aftermath } from '../store/store.ts';
import {
  answerFor,
  hopelessness,
  isForeign,
  isNameless,
  isTold,
  isTurnedAway,
  NOT_TOLD,
  seenFrom,
  tellsNothing,
  waitAfter,
  wrote,
} from './heard.ts';
import { oneCall } from './patience.ts';
import type { Progress } from './progress.ts';
import type { Shell } from './shell.ts';
import { isSet, timerDue } from './timer.ts';

export interface Tried {
  readonly found: Seen;
  readonly left: Seen;
  readonly hopeless: string | null;
  /** What the provider asked for before the next call. */
  readonly wait: Millis | null;
  readonly wrote: boolean;
  /** The provider says that it had to be written, all of it or a part, and was. */
  readonly done: boolean;
  readonly armed: Instant | null | undefined;
  /** What the write may still come to. */
  readonly aftermath: Aftermath | null;
  readonly throttled: boolean;
  /** It was accepted, and is worked on. */
  readonly accepted: boolean;
  /** The row of the effect was told of a receipt, which `aftermath` replaces. */
  readonly noted: boolean;
}

export interface Work {
  readonly shell: Shell;
  readonly provider: Provider;
  readonly access: Access;
  readonly aim: Wanted;
  readonly progress: Progress;
  /** Of an attempt before this one. */
  readonly aftermath: Aftermath | null;
  /** Writes into the row of the effect what may come of this attempt. @returns whether it is still its own */
  readonly note: (aftermath: Aftermath) => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** What was said about coming again while it was looked at. */
  readonly heard: { throttled: boolean; wait: Millis | null };
}

export async function attemptAt(work: Work): Promise<Tried> {
  const { shell, access, aim, aftermath } = work;
  const held = access.confirmed.kind === 'present';
  const found = await look(work);
  if (hasPassed(aim, shell.ledger.now())) return untouched(work, found);
  const { armed, trouble } = await setTimer(work, found);
  if (trouble !== null) return { ...untouched(work, found), ...withoutTimer(work, trouble) };
  if (asWanted(work, found, held)) return { ...untouched(work, found), armed };
  // Another process may have proven it gone meanwhile: what is written now, nobody would look for.
  if (work.isOver()) throw new ProviderError('timeout', 'the attempt was held up before its write');
  const written = await write(work, held);
  const { answer, noted } = written;
  const left: Seen = isForeign(answer) ? { kind: 'foreign' } : await look(work);
  const kept = isForeign(answer) ? await withdraw(work, armed) : armed;
  return {
    found,
    left: isNameless(left) && tellsNothing(answer, held, aim, isAtIt(aftermath)) ? NOT_TOLD : left,
    ...after(work, answer),
    aftermath: aftermathOf(work, written) ?? (held ? null : notYetHeld(written, left)),
    wrote: wrote(answer) || (written.thrown && noted),
    done: isDone(answer),
    armed: kept,
    noted,
  };
}

function isDone(answer: Answer): boolean {
  return answer.kind === 'done' || (answer.kind !== 'pending' && answer.inPart === true);
}

export function keepsEnds({ capabilities }: Provider): boolean {
  return capabilities.nativeExpiry === 'enforced';
}

function untouched({ progress, aftermath }: Work, found: Seen): Tried {
  const { armed } = progress;
  return {
    found,
    left: found,
    hopeless: null,
    wait: null,
    wrote: false,
    done: false,
    armed,
    aftermath: hasReceipt(aftermath) ? aftermath : null,
    throttled: false,
    accepted: false,
    noted: false,
  };
}

interface Armed {
  readonly armed: Instant | null | undefined;
  readonly trouble: Answer | null;
}

async function setTimer(work: Work, found: Seen): Promise<Armed> {
  const { provider, aim, progress } = work;
  const { armed } = progress;
  const due = provider.arm === undefined ? undefined : timerDue(aim, found, armed);
  if (due === undefined) return { armed, trouble: null };
  // NB. What is still being given may come yet, and nobody else would take it away.
  if (due === null && isAtIt(work.aftermath)) return { armed, trouble: null };
  if (due === null) return { armed: await withdraw(work, armed), trouble: null };
  const answer = await arm(work, due);
  return isSet(answer) ? { armed: due, trouble: null } : { armed, trouble: answer };
}

/**
 * NB. A timer that cannot be taken away holds no end up: a next grant moves it.
 *
 * @returns what it is set to, as far as is known: nobody set it to anything but an end that was wanted
 */
async function withdraw(work: Work, armed: Armed['armed']): Promise<Armed['armed']> {
  const { provider, shell, access } = work;
  if (provider.arm === undefined || armed === null) return armed;
  const answer = await arm(work, null);
  if (isSet(answer)) return null;
  shell.log.warn({ access: access.id, answer }, 'a timer could not be taken away');
  return armed ?? (access.aims.length === 0 ? undefined : Math.max(...access.aims));
}

/** What stands there without a timer that ends it in time is not as wanted. */
function withoutTimer(work: Work, trouble: Answer): Partial<Tried> {
  const why = 'why' in trouble ? trouble.why : trouble.kind;
  const left: Seen = { kind: 'partial', why: `its timer is not set: ${why}` };
  return { left, ...after(work, trouble) };
}

function arm(work: Work, at: Instant | null): Promise<Answer> {
  const { provider, access } = work;
  return answered(work, async (io) => {
    const answer = await provider.arm?.(access.right.handle, at, io);
    return answer ?? { kind: 'already', owner: 'absent' };
  });
}

interface Written {
  readonly answer: Answer;
  /** By what something may be known as ours that was asked for, now or before. */
  readonly known: Aftermath | null;
  /** It was no answer: nothing is said of what is known. */
  readonly thrown: boolean;
  readonly noted: boolean;
}

/** NB. Whoever was turned away by an answer did nothing: what they noted is struck out. What is thrown says nothing of it. */
async function write(work: Work, held: boolean): Promise<Written> {
  const { provider, access, aim, aftermath, shell } = work;
  const before = hasReceipt(aftermath) ? aftermath : null;
  let noted: Aftermath | null = null;
  let isLeft = false;
  const note = async (own: Json) => {
    const until = shell.ledger.now() + provider.capabilities.settle;
    // NB. Whoever was left behind may come to this late: nobody would wait for what they ask for then.
    const mayAsk = !isLeft && (await work.note({ until, receipt: own })) && !isLeft;
    if (!mayAsk || work.isOver())
      throw new ProviderError('timeout', 'the attempt was held up before its write');
    noted = { until, receipt: own };
  };
  const receipt = before?.receipt ?? null;
  const wish: Wish = { wanted: aim, aims: access.aims, held, receipt, note };
  try {
    const answer = await called(work, (io) => provider.converge(access.right.handle, wish, io));
    const until = shell.ledger.now() + provider.capabilities.settle;
    const known = replaced(answer, until, isTurnedAway(answer) ? before : (noted ?? before));
    return { answer, known, thrown: false, noted: noted !== null };
  } catch (error) {
    const known = noted ?? before;
    return { answer: answerFor(error), known, thrown: true, noted: noted !== null };
  } finally {
    isLeft = true;
  }
}

/** @param last what is known where the answer says nothing of it */
function replaced(answer: Answer, until: Instant, last: Aftermath | null): Aftermath | null {
  if (!isReplaced(answer)) return last;
  if (answer.receipt === null) return null;
  return { until, receipt: answer.receipt, ...(isTold(answer) ? { isOver: true } : {}) };
}

function isReplaced(answer: Answer): answer is Answer & Required<Remembered> {
  return answer.kind !== 'pending' && 'receipt' in answer && answer.receipt !== undefined;
}

async function answered(work: Work, call: (io: Io) => Promise<Answer>): Promise<Answer> {
  try {
    return await called(work, call);
  } catch (error) {
    return answerFor(error);
  }
}

/** NB. A silent node must not use up the time of the calls that come after the one that asked it. */
function called<Result>(
  { shell, provider, signal }: Work,
  call: (io: Io) => Promise<Result>,
): Promise<Result> {
  return oneCall(shell, provider.capabilities.callTimeout, call, signal);
}

/** Its end has passed and nobody took it back yet: from here on nothing is opened. */
function hasPassed(aim: Wanted, now: Instant): boolean {
  return aim.kind === 'until' && aim.until <= now;
}

/**
 * Nothing has to be written. What is there before we ever read our own back may be somebody else's, and
 * only the provider can tell: then it is asked to write all the same.
 */
function asWanted({ aim, provider, aftermath }: Work, found: Seen, held: boolean): boolean {
  // NB. What is still being given may come after any number of readings.
  if (aim.kind === 'nothing') return found.kind === 'absent' && !isAtIt(aftermath);
  // And what stands there may be going yet, or be somebody else's since: whoever has written down something knows.
  return held && !hasReceipt(aftermath) && isAsWanted(found, aim.until, keepsEnds(provider));
}

/** Has the provider said that it is still at it? */
export function isAtIt(aftermath: Aftermath | null): boolean {
  return hasReceipt(aftermath) && aftermath.isOver !== true;
}

function hasReceipt(aftermath: Aftermath | null): aftermath is Aftermath {
  return aftermath !== null && aftermath.receipt !== undefined;
}

/** What was accepted, or cut off, shows by the settle time: an absence that is read before proves nothing. */
function aftermathOf(
  { shell, provider }: Work,
  { answer, known, thrown }: Written,
): Aftermath | null {
  const until = shell.ledger.now() + provider.capabilities.settle;
  if (answer.kind === 'pending') return { until, receipt: answer.receipt };
  if (answer.kind === 'unknown') return { ...known, until };
  // Whoever was turned away has heard nothing of what was accepted before.
  return thrown || answer.kind === 'throttled' || isReplaced(answer) ? known : null;
}

/**
 * Whatever was answered: until what stands there is read as held, or proven gone, a receipt alone may say that it is
 * ours, and whoever comes next would leave it there for somebody else's. An absence that is read now may be old.
 */
function notYetHeld({ answer, known }: Written, left: Seen): Aftermath | null {
  if (known === null || left.kind === 'foreign') return null;
  const isOver = answer.kind === 'done' || answer.kind === 'already' || answer.kind === 'failed';
  return isOver ? { ...known, isOver } : known;
}

async function look(work: Work): Promise<Seen> {
  const { shell, provider, access } = work;
  try {
    return seenFrom(await called(work, (io) => provider.read(access.right.handle, io)));
  } catch (error) {
    // Whatever goes wrong there: it was not seen, and whoever waits for it has to be told.
    if (!(error instanceof ProviderError))
      shell.log.error({ err: error, access: access.id }, 'a provider failed to read');
    hear(work, error);
    return { kind: 'unreadable', why: error instanceof Error ? error.message : 'aborted' };
  }
}

function hear({ heard }: Work, error: unknown): void {
  if (!(error instanceof ProviderError) || error.code !== 'rate-limited') return;
  heard.throttled = true;
  heard.wait = error.retryAfter;
}

function after({ provider }: Work, answer: Answer): After {
  const throttled = answer.kind === 'throttled';
  const wait = waitAfter(answer, provider.capabilities.settle);
  const accepted = answer.kind === 'pending';
  return { hopeless: hopelessness(answer), wait, throttled, accepted };
}

type After = Pick<Tried, 'hopeless' | 'wait' | 'throttled' | 'accepted'>;
