/**
 * Draws cards. Level-triggered: whatever happened in between, one run brings a copy up to what is
 * stored, and a run that was lost is made up for by the next.
 */
import type { Conversation, MessageRef, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import { canonical } from '../core/audit.ts';
import { cardView } from '../core/card.ts';
import type { Effect } from '../core/effect.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Millis } from '../core/time.ts';
import type { CardView } from '../core/view.ts';
import type { Copy, HomeRow, Versioned } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { abandoned, lossOf } from './copies.ts';
import { draft } from './effect-row.ts';
import type { Gallery } from './gallery.ts';
import { peopleIn } from './gallery.ts';
import { pauseFor } from './patience.ts';
import type { Shell } from './shell.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

export function drawHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'draw'>, attempt: Attempt): Promise<Outcome> => {
    const found = await standing(shell, effect);
    if (found === undefined) return { kind: 'done' };
    return isDrawn(found) && !isOverdrawing(attempt)
      ? overdrawn(shell, { kind: 'done' }, attempt)
      : draw(shell, gallery, found, attempt);
  };
}

async function draw(
  shell: Shell,
  gallery: Gallery,
  { copy, request }: Standing,
  attempt: Attempt,
): Promise<Outcome> {
  const platform = shell.platforms.get(copy.platform);
  if (platform === undefined)
    return { kind: 'done', draft: await abandoned(shell, copy, request.value, 'not set up') };
  const card = await cardFor(gallery, request, copy, platform);
  try {
    const at = await put(platform, copy, card, gallery, request.value, attempt);
    const outcome = await after(at, shell, gallery, copy, request);
    return copy.ref === null ? outcome : overdrawn(shell, outcome, attempt);
  } catch (error) {
    const lost = await lossOf(shell, copy, request.value, error);
    if (lost === undefined) throw error;
    return { kind: 'done', draft: lost };
  }
}

async function after(
  at: Put,
  shell: Shell,
  gallery: Gallery,
  copy: Copy,
  request: Versioned<AccessRequest>,
): Promise<Outcome> {
  if (at.kind === 'turned-away') return later(shell, at.retryAfter);
  const drawnVersion = at.kind === 'drawn' ? request.version : 0;
  const homes = await gallery.homesOf(request.value, copy);
  const isNew = canonical(at.ref) !== canonical(copy.ref);
  return drawn({ ...copy, ref: at.ref, drawnVersion }, isNew, homes, shell.ledger.now());
}

/** What was turned away has posted nothing: the next attempt need not search. */
function later(shell: Shell, retryAfter: Millis | null): Outcome {
  const at = shell.ledger.now() + pauseFor(shell, 1, retryAfter);
  return { kind: 'again', at, progress: UNPOSTED };
}

const OVERDRAWN = { overdrawn: true } as const;

/**
 * NB. What the attempt before this one sent may have been given up and still arrive, after this one's:
 * so the card is drawn over by and by.
 */
function overdrawn({ ledger, settings }: Shell, outcome: Outcome, attempt: Attempt): Outcome {
  if (attempt.number === 1 || isOverdrawing(attempt) || outcome.kind !== 'done') return outcome;
  const at = ledger.now() + 2 * settings.chatTimeout;
  return { ...outcome, kind: 'again', at, progress: OVERDRAWN };
}

function isOverdrawing({ progress }: Attempt): boolean {
  return canonical(progress) === canonical(OVERDRAWN);
}

interface Standing {
  readonly copy: Copy;
  readonly request: Versioned<AccessRequest>;
}

/** Nothing, where there is nothing to draw on. */
async function standing(shell: Shell, effect: EffectOf<'draw'>): Promise<Standing | undefined> {
  const copy = await shell.store.copy(effect.copy);
  if (copy === undefined || copy.undeliverable) return undefined;
  const request = await shell.store.request(copy.request);
  return request === undefined ? undefined : { copy, request };
}

function isDrawn({ copy, request }: Standing): boolean {
  return copy.ref !== null && copy.drawnVersion >= request.version;
}

/** NB. What there is to tell waits for the thread alone: below a card that stands, it is told already. */
function drawn(copy: Copy, isNew: boolean, homes: readonly HomeRow[], now: number): Outcome {
  const told: Effect = { kind: 'tell', request: copy.request };
  const again: Effect = { kind: 'draw', copy: copy.id };
  const pages = homes.map(
    ({ account, principal }): Effect => ({ kind: 'home', account, principal }),
  );
  const next = [...(copy.principal === null && isNew ? [told] : []), ...pages];
  const effects = copy.drawnVersion === 0 ? [again, ...next] : next;
  return {
    kind: 'done',
    draft: { copies: [copy], effects: effects.map((one) => draft(one, now)) },
  };
}

const UNPOSTED = { unposted: true } as const;

/** The first attempt cannot have posted it already; any other may have, and not lived to say so. */
function surelyUnposted({ number, progress }: Attempt): boolean {
  return number === 1 || canonical(progress) === canonical(UNPOSTED);
}

type Put =
  | { readonly kind: 'drawn' | 'found'; readonly ref: MessageRef }
  | { readonly kind: 'turned-away'; readonly retryAfter: Millis | null };

/** One that is found is first of all written down: a chat that fails often gets there by steps. */
async function put(
  platform: Platform,
  copy: Copy,
  card: CardView,
  gallery: Gallery,
  request: AccessRequest,
  attempt: Attempt,
): Promise<Put> {
  const mentioned = card.mentions?.people ?? [];
  const people = await gallery.peopleById([...peopleIn(request), ...mentioned, ...card.viewers]);
  const io = { signal: attempt.signal };
  if (copy.ref !== null) {
    refuseIfOver(attempt);
    await platform.updateCard(copy.ref, card, people, io);
    return { kind: 'drawn', ref: copy.ref };
  }
  const where = copy.where as unknown as Conversation;
  const search = surelyUnposted(attempt)
    ? ({ kind: 'absent' } as const)
    : await platform.findCard(where, request.id, io, request.askedAt);
  if (search.kind === 'found') return { kind: 'found', ref: search.at };
  refuseIfOver(attempt);
  try {
    return { kind: 'drawn', ref: await platform.postCard(where, card, people, io) };
  } catch (error) {
    if (search.kind === 'cannot-tell' || !isThrottled(error)) throw error;
    return { kind: 'turned-away', retryAfter: error.retryAfter };
  }
}

/** Another process may have drawn what is newer by now: what is sent this late would stand over it for good. */
function refuseIfOver({ isOver }: Attempt): void {
  if (isOver()) throw new ChatError('timeout', 'the attempt was held up before it drew');
}

function isThrottled(error: unknown): error is ChatError {
  return error instanceof ChatError && error.code === 'rate-limited';
}

async function cardFor(
  gallery: Gallery,
  request: Versioned<AccessRequest>,
  copy: Copy,
  platform: Platform,
): Promise<CardView> {
  const viewer =
    copy.principal === null ? null : await gallery.viewer(copy.principal, [request.value]);
  // NB. At once: each may take as long as a call to a chat may, and what is left is for putting it there.
  const [mentions, viewers] = await Promise.all([
    copy.ref === null && viewer === null ? gallery.mention(request.value) : null,
    platform.drawsForEach === true && viewer === null
      ? gallery.viewers(request.value, platform)
      : [],
  ]);
  return cardView({
    request: request.value,
    version: request.version,
    texts: await gallery.texts(request.value),
    viewer,
    mentions,
    viewers,
  });
}
