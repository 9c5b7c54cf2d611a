/** A button was pressed on a card that the store does not know: it is adopted, and from then on drawn. */
import type { Delivery } from '../chat/platform.ts';
import { canonical } from '../core/audit.ts';
import { copyIdOf, parseRequestId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import { withCopies } from './copies.ts';
import type { Draft, Shell } from './shell.ts';

export async function strayDraft(shell: Shell, delivery: Delivery): Promise<Partial<Draft>> {
  const { intent, message } = delivery;
  if (intent.kind !== 'pressed' || message === null) return {};
  const id = parseRequestId(intent.request);
  const request = id && (await shell.store.request(id));
  if (id === undefined || request === undefined) return {};
  const copies = await shell.store.copiesOf(id);
  const here = canonical(message);
  if (copies.some((copy) => copy.ref !== null && canonical(copy.ref) === here)) return {};
  // The channel's card may have been posted by an attempt that did not live to say so.
  const unposted = copies.some((copy) => copy.ref === null && !copy.undeliverable);
  if (unposted) return {};
  const copy = copyIdOf(id, delivery.account.platform, `stray/${here}`);
  return withCopies(shell, id, [
    {
      id: copy,
      request: id,
      platform: delivery.account.platform,
      where: { kind: 'stray' } as Json,
      // Nobody's page, and not the thread's card either: drawn for the person who pressed it.
      principal: null,
      ref: message,
      drawnVersion: 0,
      toldSeq: Number.MAX_SAFE_INTEGER,
      undeliverable: false,
    },
  ]);
}
