/**
 * Removes the personal texts of a request. The chain holds their salted digests, and neither text nor
 * salt remain, so nobody can tell any more what was said; only that something was.
 */
import { happeningOf } from '../core/audit.ts';
import type { Effect } from '../core/effect.ts';
import type { RequestId } from '../core/ids.ts';
import type { RequestEvent } from '../core/request.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from '../store/store.ts';
import { draft } from './effect-row.ts';
import { digestsOf } from './gallery.ts';

/**
 * Works on the store alone, so that it can be done while no bot runs; the cards are drawn by the one
 * that does, or by the next. @returns how many texts there were, undefined for an unknown request
 */
export async function eraseReason(
  store: Store,
  id: RequestId,
  now: Instant,
): Promise<number | undefined> {
  for (;;) {
    const found = await store.request(id);
    if (found === undefined) return undefined;
    const digests = await textsOf(store, id);
    const copies = await store.copiesOf(id);
    const at = Math.max(now, await store.lastCommittedAt());
    const drawn = copies.map((copy): Effect => ({ kind: 'draw', copy: copy.id }));
    const result = await store.commit({
      at,
      expecting: [{ scope: { kind: 'request', id }, version: found.version }],
      // The same row again: its version grows, so that each copy lags behind and is drawn.
      requests: [found.value],
      erases: digests,
      happenings: digests.map((digest) => ({
        subject: 'installation',
        id: 'installation',
        event: { type: 'text-erased', request: id, digest },
      })),
      effects: drawn.map((effect) => draft(effect, at)),
    });
    if (result.kind === 'committed') return digests.length;
  }
}

/** A freeze's reason is no request's own: others that it hit show it too. */
function ownTexts(event: RequestEvent): readonly string[] {
  const isShared = event.type === 'revoking-started' && event.cause.kind === 'freeze';
  return isShared ? [] : digestsOf(event);
}

/** Those that are still there. */
async function textsOf(store: Store, id: RequestId): Promise<readonly string[]> {
  const digests: string[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await store.entries({ afterSeq, limit: 500, subject: 'request', id });
    for (const entry of page) {
      const happening = happeningOf(entry);
      if (happening.subject === 'request') digests.push(...ownTexts(happening.event));
    }
    const last = page.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
  }
  const found = await Promise.all(digests.map((digest) => store.text(digest)));
  return found.flatMap((text) => (text === undefined ? [] : [text.digest]));
}
