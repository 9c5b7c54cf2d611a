/** What becomes of a card that cannot be drawn where it was: it moves, or it is given up. */
import type { Conversation } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import { canonical } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import { copyIdOf } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Copy } from '../store/store.ts';
import { elsewhere } from './direct.ts';
import { draft } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';
import { unreached } from './unreached.ts';

/** The card whose thread is the audit trail: neither a direct message nor a stray. */
export function inChannel(copy: Copy): boolean {
  return kindOf(copy) === 'channel';
}

function kindOf(copy: Copy): string {
  return (copy.where as unknown as Conversation | { kind: 'stray' }).kind;
}

/** What to write down after a chat error that no retry heals; undefined: this one may heal. */
export async function lossOf(
  shell: Shell,
  copy: Copy,
  request: AccessRequest,
  error: unknown,
): Promise<Partial<Draft> | undefined> {
  if (!(error instanceof ChatError)) return undefined;
  const isDeleted = error.code === 'not-found' && copy.ref !== null;
  if (isDeleted && kindOf(copy) !== 'stray') return reposted(shell, copy);
  return error.code === 'undeliverable' || error.code === 'not-found'
    ? abandoned(shell, copy, request, error.message)
    : undefined;
}

/** Somebody deleted the message: a new one takes its place, and tells everything anew. */
function reposted(shell: Shell, copy: Copy): Promise<Partial<Draft>> {
  const place = `${canonical(copy.where)}/after/${canonical(copy.ref)}`;
  const id = copyIdOf(copy.request, copy.platform, place);
  return moved(shell, copy, { ...copy, id, ref: null, drawnVersion: 0, toldSeq: 0 });
}

/** Nothing can be posted there any more: the channel's card goes to the channel that policy names. */
export async function abandoned(
  shell: Shell,
  copy: Copy,
  request: AccessRequest,
  why: string,
): Promise<Partial<Draft>> {
  const lost: Copy = { ...copy, undeliverable: true };
  if (!inChannel(copy)) {
    shell.log.warn({ request: request.id, why }, 'a copy of a card is given up');
    return direct(shell, lost, request);
  }
  shell.log.error({ request: request.id, why }, 'a card cannot be delivered');
  const text = `The card of request ${request.id} cannot be delivered: ${why}`;
  const notice = draft({ kind: 'notice', about: request.id, text }, shell.ledger.now());
  const fallback = request.role.fallbackChannel;
  if (fallback === null || isThere(copy, fallback)) return { copies: [lost], effects: [notice] };
  const where: Json = { kind: 'channel', channel: fallback.channel };
  const { platform } = fallback;
  const id = copyIdOf(request.id, platform, `channel/${fallback.channel}`);
  const fresh = { ref: null, drawnVersion: 0, toldSeq: 0 };
  const next = await moved(shell, copy, { ...copy, id, platform, where, ...fresh });
  return { ...next, effects: [...(next.effects ?? []), notice] };
}

/** Who has seen it once knows; whom it never reached is written to elsewhere, or named in the channel. */
async function direct(shell: Shell, lost: Copy, request: AccessRequest): Promise<Partial<Draft>> {
  const { principal, ref } = lost;
  if (ref !== null || principal === null) return { copies: [lost] };
  const next = await elsewhere(shell, request, lost);
  return next === undefined
    ? { copies: [lost], effects: await unreached(shell, principal, request) }
    : moved(shell, lost, next);
}

function isThere(copy: Copy, to: { readonly platform: string; readonly channel: string }): boolean {
  const where = copy.where as unknown as Conversation;
  return copy.platform === to.platform && where.kind === 'channel' && where.channel === to.channel;
}

async function moved(shell: Shell, from: Copy, to: Copy): Promise<Partial<Draft>> {
  const next = await withCopies(shell, from.request, [to], from);
  return { ...next, copies: [{ ...from, undeliverable: true }, to] };
}

/**
 * New copies of a request's card.
 *
 * NB. Whoever changes the request draws the copies that it has. So the request moves when it gets one
 * more: a change that was worked out without that copy is worked out again, and so are other new copies. The copies
 * that there were lag behind it then, like behind any other move.
 */
export async function withCopies(
  shell: Shell,
  request: RequestId,
  fresh: readonly Copy[],
  lost?: Copy,
): Promise<Partial<Draft>> {
  const scope = { kind: 'request', id: request } as const;
  const version = await shell.store.version(scope);
  const known = (await shell.store.copiesOf(request)).filter((copy) => copy.id !== lost?.id);
  const added = fresh.filter(({ id }) => !known.some((copy) => copy.id === id));
  if (added.length === 0) return {};
  const drawn = [...known.filter((copy) => !copy.undeliverable), ...added];
  const now = shell.ledger.now();
  return {
    expecting: [{ scope, version }],
    copies: added,
    touches: [scope],
    effects: drawn.map(({ id }) => draft({ kind: 'draw', copy: id }, now)),
  };
}
