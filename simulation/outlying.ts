/** Cards and pages that no request points to: strays that somebody pressed, home pages that are open. */
import type { CopyId, RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { isLive, isWaiting } from '../src/core/request.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { CardView } from '../src/core/view.ts';
import type { Commit } from '../src/store/store.ts';
import { CHATS } from './cast.ts';
import type { Press } from './crowd.ts';
import type { Setting } from './setting.ts';

/** What was drawn last may still be on its way when a world ends. */
const ON_ITS_WAY: Millis = 3 * MINUTE;

/** When each copy of a card was known to stand where it does. */
export class Postings {
  readonly #at = new Map<CopyId, Millis>();

  committed({ copies = [] }: Commit, now: Millis): void {
    for (const { id, ref } of copies) if (ref !== null && !this.#at.has(id)) this.#at.set(id, now);
  }

  wasPosted(copy: CopyId, before: Millis): boolean {
    return (this.#at.get(copy) ?? Infinity) < before;
  }
}

/** A button that was pressed, and did something, on a card that was posted twice: that one is known since. */
export async function pressedStrays(setting: Setting, presses: readonly Press[]): Promise<void> {
  const { store, witness } = setting;
  for (const { key, request, card, at } of presses) {
    if ((await toneOf(setting, key)) !== 'ok') continue;
    const copies = await store.copiesOf(request);
    const isKnown = copies.some(({ ref }) => ref?.id === card);
    const wereAllPosted = copies.every(({ id }) => witness.postings.wasPosted(id, at));
    if (!isKnown && wereAllPosted)
      witness.broken('every card converges', `${card} of ${request} is still a stray`);
  }
}

async function toneOf({ store }: Setting, key: string): Promise<string | undefined> {
  const answer = (await store.inbox(key))?.answer as { readonly tone?: string } | null | undefined;
  return answer?.tone;
}

/** An open home page shows none of its owner's requests that is over. */
export function openHomes({ people, witness, wall, line }: Setting): void {
  const now = wall.start + line.now;
  for (const name of CHATS)
    for (const [account, { mine }] of people.chats[name].homes)
      for (const card of mine)
        if (isLongOver(witness.requests, card, now))
          witness.broken('an open home page shows what is', `${card.request} to ${account}`);
}

function isLongOver(
  requests: ReadonlyMap<RequestId, AccessRequest>,
  { request: id, status }: CardView,
  now: Millis,
): boolean {
  const request = requests.get(id);
  if (request === undefined || request.status === status || isLive(request)) return false;
  if (isWaiting(request)) return false;
  const endedAt = 'finishedAt' in request ? request.finishedAt : request.closedAt;
  return now - endedAt > ON_ITS_WAY;
}
