/** Which pending requests a person could approve just now. For drawing: the click is judged afresh. */
import { buttonsFor } from '../core/buttons.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Versioned } from '../store/store.ts';
import type { Gallery } from './gallery.ts';
import type { Shell } from './shell.ts';

/** Beyond this many pending requests a list is no help, and the channel has them all. */
const LOOKED_AT = 100;

export async function waitingFor(
  shell: Shell,
  gallery: Gallery,
  id: PrincipalId,
): Promise<readonly Versioned<AccessRequest>[]> {
  const pending = await shell.store.requests({ statuses: ['pending'], limit: LOOKED_AT });
  if (pending.length === 0) return [];
  const viewer = await gallery.viewer(
    id,
    pending.map(({ value }) => value),
  );
  return pending.filter(({ value }) =>
    buttonsFor(value, viewer).some((button) => button.action === 'approve'),
  );
}
