/** Which requests a person could approve or review just now. For drawing: the click is judged afresh. */
import { buttonsFor } from '../core/buttons.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { ButtonAction } from '../core/view.ts';
import type { Versioned } from '../store/store.ts';
import type { Gallery } from './gallery.ts';
import type { Shell } from './shell.ts';

/** Beyond this many pending requests a list is no help, and the channel has them all. */
const LOOKED_AT = 100;
const WAITED_FOR: readonly ButtonAction[] = ['approve', 'justified'];

export async function waitingFor(
  shell: Shell,
  gallery: Gallery,
  id: PrincipalId,
): Promise<readonly Versioned<AccessRequest>[]> {
  const [pending, unreviewed] = await Promise.all([
    shell.store.requests({ statuses: ['pending'], limit: LOOKED_AT }),
    shell.store.requests({ unreviewed: true, limit: LOOKED_AT }),
  ]);
  const waiting = [...pending, ...unreviewed];
  if (waiting.length === 0) return [];
  const viewer = await gallery.viewer(
    id,
    waiting.map(({ value }) => value),
  );
  return waiting.filter(({ value }) =>
    buttonsFor(value, viewer).some(({ action }) => WAITED_FOR.includes(action)),
  );
}
