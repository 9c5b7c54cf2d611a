/** What the log tells of a freeze: how many requests it hit, and which of them ended without proof. */
import type { Happening } from '../core/audit.ts';
import { happeningOf } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import { isHitBy } from '../core/standstill.ts';
import type { Store } from '../store/store.ts';

export interface Tallied {
  /** Up to this entry. */
  readonly seq: number;
  readonly hit: number;
  readonly unproven: readonly RequestId[];
}

const PAGE = 1_000;

/** @param why the digest of the freeze's reason */
export async function tallied(store: Store, why: string, before: Tallied): Promise<Tallied> {
  let [{ seq, hit }, unproven] = [before, before.unproven];
  for (let read = PAGE; read === PAGE; ) {
    const page = await store.entries({ afterSeq: seq, limit: PAGE, subject: 'request' });
    for (const entry of page) {
      const said = happeningOf(entry);
      if (isHit(said, why)) hit += 1;
      const open = await unprovenEnd(store, said, why);
      if (open !== undefined) unproven = [...unproven, open];
    }
    seq = page.at(-1)?.seq ?? seq;
    read = page.length;
  }
  return { seq, hit, unproven };
}

function isHit({ subject, event }: Happening, why: string): boolean {
  return (
    subject === 'request' &&
    event.type === 'revoking-started' &&
    event.cause.kind === 'freeze' &&
    event.cause.reason.digest === why
  );
}

async function unprovenEnd(store: Store, said: Happening, why: string) {
  if (said.subject !== 'request' || said.event.type !== 'finished') return undefined;
  if (said.event.proof !== 'attested' && said.event.proof !== 'not-ours') return undefined;
  const request = (await store.request(said.id))?.value;
  return request !== undefined && isHitBy(request, why) ? said.id : undefined;
}
