/**
 * Compares what the threads in chat say with the chain. A line that names an entry's number and hash
 * and is another entry's, or a number that is not there, was written or altered by somebody; a line that is
 * missing may have been deleted; a thread that is gone is the workspace's retention.
 */
import type { Conversation, Platform, ThreadReading } from '../chat/platform.ts';
import { ChatError, type ChatErrorCode } from '../chat/platform.ts';
import { platforms } from '../chat/registry.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Entry } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import { MINUTE, type Millis, SECOND } from '../core/time.ts';
import { createLog } from '../log.ts';
import type { Copy, Store } from '../store/store.ts';

export interface ChannelReport {
  readonly sound: boolean;
  readonly lines: readonly string[];
}

interface Counts {
  matching: number;
  retired: number;
  untold: number;
}

/** `#12 0123abcd …`, as thread lines begin. What a reason or a name quotes stands further on. */
const LINE = /(?<=^|\n)#(\d{1,15}) ([0-9a-f]{8}) /g;
const PAGE = 200;
/** A chat that is busy, or away for a moment, is asked again: a thread that is not read proves nothing. */
const TRIES = 3;
const PASSING: readonly ChatErrorCode[] = ['rate-limited', 'unavailable', 'timeout'];
const LONGEST_PAUSE = 2 * MINUTE;

export async function channelReport(
  config: Config,
  store: Store,
  clock: Clock = systemClock,
): Promise<ChannelReport> {
  const log = createLog('error');
  const { platforms: all } = await platforms({ config, clock, log });
  const byName = new Map(all.map((platform) => [platform.name, platform]));
  const faults: string[] = [];
  const counts: Counts = { matching: 0, retired: 0, untold: 0 };
  for await (const copy of threads(store)) {
    const platform = byName.get(copy.platform);
    if (platform === undefined) counts.untold += 1;
    else faults.push(...(await compare({ platform, clock }, copy, store, counts)));
  }
  const summary =
    `threads: ${counts.matching} lines match the chain, ` +
    `${counts.retired} threads are no longer kept in chat, ${counts.untold} cannot be read`;
  return { sound: faults.length === 0, lines: [...faults, summary] };
}

async function* threads(store: Store): AsyncGenerator<Copy> {
  for (let after = ''; ; ) {
    const page = await store.requestsAfter(after, PAGE);
    for (const { value } of page) yield* (await store.copiesOf(value.id)).filter(hasThread);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.value.id;
  }
}

function hasThread(copy: Copy): boolean {
  return copy.ref !== null && (copy.where as unknown as Conversation).kind === 'channel';
}

interface Reader {
  readonly platform: Platform;
  readonly clock: Clock;
}

async function compare(
  reader: Reader,
  copy: Copy,
  store: Store,
  counts: Counts,
): Promise<readonly string[]> {
  const reading = await read(reader, copy);
  if (reading.kind === 'gone') counts.retired += 1;
  if (reading.kind === 'cannot-tell') counts.untold += 1;
  if (reading.kind !== 'read') return [];
  const entries = await entriesOf(store, copy.request);
  const { faults, told } = check(reading.texts, copy.request, entries);
  counts.matching += told.size;
  const missing = entries.filter(({ seq }) => seq <= copy.toldSeq && !told.has(seq));
  if (missing.length === 0 || faults.length > 0) return faults;
  if (!reading.complete) counts.retired += 1;
  return reading.complete
    ? missing.map(({ seq }) => `request ${copy.request}: the line of entry ${seq} is missing`)
    : [];
}

async function read({ platform, clock }: Reader, copy: Copy): Promise<ThreadReading> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await platform.readThread(copy.ref ?? {}, { signal: clock.timeLimit(30 * SECOND) });
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (attempt === TRIES || !PASSING.includes(error.code)) return { kind: 'cannot-tell' };
      await pause(clock, Math.min(error.retryAfter ?? attempt * SECOND, LONGEST_PAUSE));
    }
  }
}

function pause(clock: Clock, delay: Millis): Promise<void> {
  return new Promise((resolve) => void clock.after(delay, resolve));
}

/** A line that stands there twice is fine: what is told is told at least once. */
function check(texts: readonly string[], request: RequestId, entries: readonly Entry[]) {
  const hashes = new Map(entries.map((entry) => [entry.seq, entry.hash.slice(0, 8)]));
  const faults: string[] = [];
  const told = new Set<number>();
  for (const text of texts)
    for (const [, number = '', hash = ''] of `${text} `.matchAll(LINE)) {
      const seq = Number(number);
      if (hashes.get(seq) === hash) told.add(seq);
      else faults.push(`request ${request}: the thread says #${seq} ${hash}, the chain does not`);
    }
  return { faults, told };
}

async function entriesOf(store: Store, id: RequestId): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await store.entries({ afterSeq, limit: 500, subject: 'request', id });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined) return all;
    afterSeq = last.seq;
  }
}
