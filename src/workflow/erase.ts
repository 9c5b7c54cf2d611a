/**
 * Removes the personal texts of a request. The chain holds their salted digests, and neither text nor
 * salt remain, so nobody can tell any more what was said; only that something was.
 */
import { happeningOf } from '../core/audit.ts';
import type { Effect } from '../core/effect.ts';
import type { RequestId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { RequestEvent } from '../core/request-event.ts';
import type { Instant } from '../core/time.ts';
import type { Store, Versioned } from '../store/store.ts';
import { draft } from './effect-row.ts';
import { digestsOf } from './gallery.ts';

type Stored = Versioned<AccessRequest>;

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
    const events = await eventsOf(store, id);
    const digests = await stillThere(store, events.flatMap(ownTexts));
    const shown = [found, ...(await alsoShowing(store, events, digests))];
    const at = Math.max(now, await store.lastCommittedAt());
    const result = await store.commit({
      at,
      expecting: shown.map(({ value, version }) => ({
        scope: { kind: 'request', id: value.id },
        version,
      })),
      // The same rows again: their versions grow, so that each copy lags behind and is drawn.
      requests: shown.map(({ value }) => value),
      erases: digests,
      happenings: digests.map((digest) => ({
        subject: 'installation',
        id: 'installation',
        event: { type: 'text-erased', request: id, digest },
      })),
      effects: (await drawings(store, shown)).map((effect) => draft(effect, at)),
    });
    if (result.kind === 'committed') return digests.length;
  }
}

async function drawings(store: Store, shown: readonly Stored[]): Promise<readonly Effect[]> {
  const copies = await Promise.all(shown.map(({ value }) => store.copiesOf(value.id)));
  return copies.flat().map(({ id }): Effect => ({ kind: 'draw', copy: id }));
}

/** Whoever revokes a request whose extension is under way says so on the cards of both. */
async function alsoShowing(
  store: Store,
  events: readonly RequestEvent[],
  digests: readonly string[],
): Promise<readonly Stored[]> {
  const linked = await Promise.all(events.flatMap(linkedBy).map((id) => store.request(id)));
  return linked.flatMap((other) => {
    if (other === undefined || !('cause' in other.value)) return [];
    const { cause } = other.value;
    return 'reason' in cause && digests.includes(cause.reason.digest) ? [other] : [];
  });
}

function linkedBy(event: RequestEvent): readonly RequestId[] {
  if (event.type === 'extension-asked') return [event.extension];
  const extended = event.type === 'asked' ? event.ask.extends : undefined;
  return extended === undefined ? [] : [extended.request];
}

/** A freeze's reason is no request's own: others that it hit show it too. */
function ownTexts(event: RequestEvent): readonly string[] {
  const taken = event.type === 'revoking-started' || event.type === 'cancelled';
  const isShared = taken && event.cause.kind === 'freeze';
  return isShared ? [] : digestsOf(event);
}

async function stillThere(store: Store, digests: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(digests.map((digest) => store.text(digest)));
  return found.flatMap((text) => (text === undefined ? [] : [text.digest]));
}

async function eventsOf(store: Store, id: RequestId): Promise<readonly RequestEvent[]> {
  const events: RequestEvent[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await store.entries({ afterSeq, limit: 500, subject: 'request', id });
    for (const entry of page) {
      const happening = happeningOf(entry);
      if (happening.subject === 'request') events.push(happening.event);
    }
    const last = page.at(-1);
    if (last === undefined) return events;
    afterSeq = last.seq;
  }
}
