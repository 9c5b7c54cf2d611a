/** What the log tells of a freeze: how many requests it hit, and how many of them are over, proven or not. */
import type { Happening } from '../core/audit.ts';
import { happeningOf } from '../core/audit.ts';
import { isHitBy } from '../core/standstill.ts';
import type { Countdown } from '../core/standstill-text.ts';
import { MOST_NAMED } from '../core/standstill-text.ts';
import type { Store } from '../store/store.ts';

export interface Tallied extends Countdown {
  /** Up to this entry. */
  readonly seq: number;
}

const PAGE = 1_000;

/** @param why the digest of the freeze's reason */
export async function tallied(store: Store, why: string, before: Tallied): Promise<Tallied> {
  let tally = before;
  for (let read = PAGE; read === PAGE; ) {
    const page = await store.entries({ afterSeq: tally.seq, limit: PAGE, subject: 'request' });
    for (const entry of page)
      tally = { ...(await counted(store, tally, happeningOf(entry), why)), seq: entry.seq };
    read = page.length;
  }
  return tally;
}

async function counted(store: Store, tally: Tallied, said: Happening, why: string) {
  if (said.subject !== 'request') return tally;
  const { id, event } = said;
  if (event.type !== 'revoking-started' && event.type !== 'finished') return tally;
  const request = (await store.request(id))?.value;
  if (request === undefined || !isHitBy(request, why)) return tally;
  if (event.type === 'revoking-started') return { ...tally, hit: tally.hit + 1 };
  const over = { ...tally, over: tally.over + 1 };
  if (event.proof === 'proven' || event.proof === 'shared') return over;
  const named = [...tally.unprovenIds, id].slice(0, MOST_NAMED);
  return { ...over, unproven: tally.unproven + 1, unprovenIds: named };
}
