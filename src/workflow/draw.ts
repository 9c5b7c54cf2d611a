/**
 * Draws cards and tells threads. Both are level-triggered: whatever happened in between, one run brings
 * a copy up to what is stored, and a run that was lost is made up for by the next.
 */
import type { Conversation, MessageRef, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Entry } from '../core/audit.ts';
import { happeningOf } from '../core/audit.ts';
import { cardView } from '../core/card.ts';
import type { Effect } from '../core/effect.ts';
import { copyIdOf } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import { threadText } from '../core/telling.ts';
import type { CardView, ThreadLine } from '../core/view.ts';
import type { Copy, Versioned } from '../store/store.ts';
import { draft } from './effect-row.ts';
import type { Attempt, Outcome } from './effects.ts';
import type { Gallery } from './gallery.ts';
import { digestsOf } from './gallery.ts';
import type { Shell } from './shell.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

/** More lines than this wait for the next message, which follows at once. */
const LINES_A_MESSAGE = 20;

export function drawHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'draw'>, attempt: Attempt): Promise<Outcome> => {
    const lag = await lagging(shell, effect);
    if (lag === undefined) return { kind: 'done' };
    const { copy, request } = lag;
    const platform = shell.platforms.get(copy.platform);
    if (platform === undefined) return giveUp(shell, copy, request.value, 'not set up');
    const card = await cardFor(gallery, request, copy);
    try {
      const ref = await put(platform, copy, card, gallery, request.value, attempt);
      return drawn({ ...copy, ref, drawnVersion: request.version }, shell.ledger.now());
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'undeliverable') throw error;
      return giveUp(shell, copy, request.value, error.message);
    }
  };
}

/** The copy and its request, unless there is nothing to draw. */
async function lagging(shell: Shell, effect: EffectOf<'draw'>) {
  const copy = await shell.store.copy(effect.copy);
  if (copy === undefined || copy.undeliverable) return undefined;
  const request = await shell.store.request(copy.request);
  if (request === undefined) return undefined;
  const isDrawn = copy.ref !== null && copy.drawnVersion >= request.version;
  return isDrawn ? undefined : { copy, request };
}

function drawn(copy: Copy, now: number): Outcome {
  const told: Effect = { kind: 'tell', request: copy.request };
  const effects = copy.principal === null ? [draft(told, now)] : [];
  return { kind: 'done', draft: { copies: [copy], effects } };
}

async function put(
  platform: Platform,
  copy: Copy,
  card: CardView,
  gallery: Gallery,
  request: AccessRequest,
  attempt: Attempt,
): Promise<MessageRef> {
  const people = await gallery.people(request);
  const io = { signal: attempt.signal };
  if (copy.ref === null) {
    const where = copy.where as unknown as Conversation;
    // The first attempt cannot have posted it already; any other may have, and not lived to say so.
    const search =
      attempt.number === 1
        ? ({ kind: 'absent' } as const)
        : await platform.findCard(where, request.id, io, request.askedAt);
    if (search.kind !== 'found') return platform.postCard(where, card, people, io);
    await platform.updateCard(search.at, card, people, io);
    return search.at;
  }
  await platform.updateCard(copy.ref, card, people, io);
  return copy.ref;
}

async function cardFor(
  gallery: Gallery,
  request: Versioned<AccessRequest>,
  copy: Copy,
): Promise<CardView> {
  const viewer =
    copy.principal === null ? null : await gallery.viewer(copy.principal, [request.value]);
  return cardView({
    request: request.value,
    version: request.version,
    texts: await gallery.texts(request.value),
    viewer,
    mentions: copy.ref === null && viewer === null ? await gallery.mention(request.value) : null,
  });
}

/** A chat error that cannot heal: the channel's card moves to the channel that policy names instead. */
async function giveUp(
  shell: Shell,
  copy: Copy,
  request: AccessRequest,
  why: string,
): Promise<Outcome> {
  shell.log.error({ request: request.id, why }, 'a card cannot be delivered');
  const fallback = copy.principal === null ? request.role.fallbackChannel : null;
  const where = { kind: 'channel', channel: fallback?.channel ?? '' };
  const there = fallback?.platform === copy.platform && sameChannel(copy, where.channel);
  const lost: Copy = { ...copy, undeliverable: true };
  const text = `The card of request ${request.id} cannot be delivered: ${why}`;
  const notice = draft({ kind: 'notice', about: request.id, text }, shell.ledger.now());
  if (fallback === null || there)
    return { kind: 'done', draft: { copies: [lost], effects: [notice] } };
  const moved: Copy = {
    ...copy,
    id: fallbackCopyId(request, fallback.platform, fallback.channel),
    platform: fallback.platform,
    where,
    ref: null,
    drawnVersion: 0,
  };
  const again = draft({ kind: 'draw', copy: moved.id }, shell.ledger.now());
  return { kind: 'done', draft: { copies: [lost, moved], effects: [again, notice] } };
}

/** The card whose thread is the audit trail: neither a direct message nor a stray. */
function inChannel(copy: Copy): boolean {
  return (copy.where as unknown as Conversation).kind === 'channel';
}

function sameChannel(copy: Copy, channel: string): boolean {
  const where = copy.where as unknown as Conversation;
  return where.kind === 'channel' && where.channel === channel;
}

function fallbackCopyId(request: AccessRequest, platform: string, channel: string) {
  return copyIdOf(request.id, platform, `channel/${channel}`);
}

export function tellHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'tell'>, attempt: Attempt): Promise<Outcome> => {
    const thread = await threadOf(shell, effect);
    if (thread === undefined) return { kind: 'done' };
    const { copy, ref, request, platform } = thread;
    const entries = await shell.store.entries({
      afterSeq: copy.toldSeq,
      limit: LINES_A_MESSAGE,
      subject: 'request',
      id: effect.request,
    });
    const last = entries.at(-1);
    if (last === undefined) return { kind: 'done' };
    const lines = await linesFrom(entries, request, gallery);
    const people = await gallery.people(request);
    const told = await post(() =>
      platform.postLines(ref, lines, people, { signal: attempt.signal }),
    );
    const draft = {
      copies: [told ? { ...copy, toldSeq: last.seq } : { ...copy, undeliverable: true }],
    };
    return told && entries.length === LINES_A_MESSAGE
      ? { kind: 'again', at: shell.ledger.now(), draft }
      : { kind: 'done', draft };
  };
}

/** Where the request's thread is; undefined while its card is not posted: drawing it asks to tell again. */
async function threadOf(shell: Shell, effect: EffectOf<'tell'>) {
  const copies = await shell.store.copiesOf(effect.request);
  const copy = copies.find((one) => inChannel(one) && !one.undeliverable);
  const request = await shell.store.request(effect.request);
  const platform = copy === undefined ? undefined : shell.platforms.get(copy.platform);
  if (!copy?.ref || request === undefined || platform === undefined) return undefined;
  return { copy, ref: copy.ref, request: request.value, platform };
}

/** False when it can never be posted there. */
async function post(say: () => Promise<void>): Promise<boolean> {
  try {
    await say();
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'undeliverable') return false;
    throw error;
  }
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
