/** Tells a request's thread what it was not told yet: each event one line, in the order of the chain. */
import type { MessageRef, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Entry } from '../core/audit.ts';
import { happeningOf } from '../core/audit.ts';
import type { Effect } from '../core/effect.ts';
import type { AccessRequest } from '../core/request.ts';
import { threadText } from '../core/telling.ts';
import type { ThreadLine } from '../core/view.ts';
import type { Copy } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { inChannel, lossOf } from './copies.ts';
import { draft } from './effect-row.ts';
import type { Gallery } from './gallery.ts';
import { digestsOf } from './gallery.ts';
import type { Draft, Shell } from './shell.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

/** More lines than this wait for the next message, which follows at once. */
const LINES_A_MESSAGE = 20;

export function tellHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'tell'>, attempt: Attempt): Promise<Outcome> => {
    const thread = await threadOf(shell, effect);
    if (thread === undefined) return { kind: 'done' };
    const { copy, request } = thread;
    const entries = await shell.store.entries({
      afterSeq: copy.toldSeq,
      limit: LINES_A_MESSAGE,
      subject: 'request',
      id: effect.request,
    });
    const last = entries.at(-1);
    if (last === undefined) return { kind: 'done' };
    const lost = await say(thread, await untold(thread, entries, attempt), gallery, attempt);
    if (lost !== undefined)
      return { kind: 'done', draft: await unsayable(shell, copy, request, lost) };
    const told = { copies: [{ ...copy, toldSeq: last.seq }] };
    return entries.length === LINES_A_MESSAGE
      ? { kind: 'again', at: shell.ledger.now(), draft: told }
      : { kind: 'done', draft: told };
  };
}

interface Thread {
  readonly copy: Copy;
  readonly ref: MessageRef;
  readonly request: AccessRequest;
  readonly platform: Platform;
}

/** @returns what no retry heals */
async function say(
  { ref, request, platform }: Thread,
  entries: readonly Entry[],
  gallery: Gallery,
  { signal }: Attempt,
): Promise<ChatError | undefined> {
  if (entries.length === 0) return undefined;
  const lines = await linesFrom(entries, request, gallery);
  try {
    await platform.postLines(ref, lines, await gallery.people(request), { signal });
    return undefined;
  } catch (error) {
    if (error instanceof ChatError && isFinal(error)) return error;
    throw error;
  }
}

function isFinal({ code }: ChatError): boolean {
  return code === 'not-found' || code === 'undeliverable';
}

/**
 * A thread that takes no lines leaves its card as it is: that may still be drawn, and must not go on
 * claiming what is over. Where the card itself is gone, drawing finds out and moves it.
 */
async function unsayable(
  shell: Shell,
  copy: Copy,
  request: AccessRequest,
  error: ChatError,
): Promise<Partial<Draft>> {
  if (error.code === 'not-found') return (await lossOf(shell, copy, request, error)) ?? {};
  const text = `The thread of request ${request.id} takes no lines: ${error.message}`;
  const notice = draft({ kind: 'notice', about: request.id, text }, shell.ledger.now());
  return { effects: [notice] };
}

/** Where the request's thread is; undefined while its card is not posted: drawing it asks to tell again. */
async function threadOf(shell: Shell, effect: EffectOf<'tell'>): Promise<Thread | undefined> {
  const copies = await shell.store.copiesOf(effect.request);
  const copy = copies.find((one) => inChannel(one) && !one.undeliverable);
  const request = await shell.store.request(effect.request);
  const platform = copy === undefined ? undefined : shell.platforms.get(copy.platform);
  if (!copy?.ref || request === undefined || platform === undefined) return undefined;
  return { copy, ref: copy.ref, request: request.value, platform };
}

/** `#12 0123abcd …`, as each line begins on every platform. */
const LINE = /(?<=^|\n)#(\d{1,15}) ([0-9a-f]{8}) /g;

/** An earlier attempt may have told some of it: what is found is not told again. */
async function untold(
  { platform, ref }: { readonly platform: Platform; readonly ref: MessageRef },
  entries: readonly Entry[],
  attempt: Attempt,
): Promise<readonly Entry[]> {
  if (attempt.number === 1) return entries;
  const reading = await platform.readThread(ref, { signal: attempt.signal });
  if (reading.kind !== 'read') return entries;
  const there = reading.texts.flatMap((text) => [...`${text} `.matchAll(LINE)]);
  const told = new Set(there.map(([, seq, hash]) => `${seq} ${hash}`));
  return entries.filter(({ seq, hash }) => !told.has(`${seq} ${hash.slice(0, 8)}`));
}

async function linesFrom(
  entries: readonly Entry[],
  request: AccessRequest,
  gallery: Gallery,
): Promise<readonly ThreadLine[]> {
  const told = entries.flatMap((entry) => {
    const happening = happeningOf(entry);
    return happening.subject === 'request' ? [{ entry, event: happening.event }] : [];
  });
  const texts = await gallery.textsOf(told.flatMap(({ event }) => digestsOf(event)));
  return told.map(({ entry, event }) => ({
    seq: entry.seq,
    hash: entry.hash.slice(0, 8),
    text: threadText(event, request, texts),
  }));
}
