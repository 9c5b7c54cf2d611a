/** What follows from events, as rows: effects, deadlines set and taken away, the card of a new request. */
import type { Happening } from '../core/audit.ts';
import { copyIdOf } from '../core/ids.ts';
import type { Due } from '../core/reactions.ts';
import { accessReactions, requestReactions } from '../core/reactions.ts';
import type { AccessRequest } from '../core/request.ts';
import type { RequestEvent } from '../core/request-event.ts';
import type { Instant } from '../core/time.ts';
import type { Copy } from '../store/store.ts';
import { draft } from './effect-row.ts';
import type { Draft, Shell } from './shell.ts';

/** @param requests as the events have made them */
export async function following(
  shell: Shell,
  requests: readonly AccessRequest[],
  happenings: readonly Happening[],
  now: Instant,
): Promise<Pick<Draft, 'copies' | 'cancels' | 'effects'>> {
  const dues: Due[] = [...accessReactions(happenings, now)];
  const cancels: string[] = [];
  const made: Copy[] = [];
  for (const request of requests) {
    const events = eventsOf(request, happenings);
    const isNew = events.some((event) => event.type === 'asked');
    const copies = isNew ? [channelCopy(request)] : await shell.store.copiesOf(request.id);
    if (isNew) made.push(...copies);
    const drawable = copies.filter((copy) => !copy.undeliverable).map((copy) => copy.id);
    const reaction = requestReactions(request, events, drawable, shell.settings, now);
    dues.push(...reaction.effects, ...(await openHomes(shell, request, now)));
    cancels.push(...reaction.cancels);
  }
  return { copies: made, cancels, effects: dues.map(({ effect, at }) => draft(effect, at)) };
}

function eventsOf(
  request: AccessRequest,
  happenings: readonly Happening[],
): readonly RequestEvent[] {
  return happenings.flatMap((happening) =>
    happening.subject === 'request' && happening.id === request.id ? [happening.event] : [],
  );
}

/** Home pages that are open and show this request, or its requester's. */
async function openHomes(
  shell: Shell,
  request: AccessRequest,
  at: Instant,
): Promise<readonly Due[]> {
  const approvers = request.approvals.map((approval) => approval.by);
  const homes = await shell.store.homes([request.requester, ...approvers]);
  return homes.map(({ account, principal }) => ({
    effect: { kind: 'home', account, principal },
    at,
  }));
}

function channelCopy(request: AccessRequest): Copy {
  const { platform, channel } = request.role.channel;
  return {
    id: copyIdOf(request.id, platform, `channel/${channel}`),
    request: request.id,
    platform,
    where: { kind: 'channel', channel },
    principal: null,
    ref: null,
    drawnVersion: 0,
    toldSeq: 0,
    undeliverable: false,
  };
}
