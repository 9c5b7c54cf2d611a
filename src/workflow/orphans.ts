/** Takes up what is ours and no request holds, for the one job to take it away. */
import type { AccessEvent } from '../core/access.ts';
import { evolveAccess } from '../core/evolve.ts';
import type { AccessId } from '../core/ids.ts';
import type { Stray } from '../core/reconciling.ts';
import { draft } from './effect-row.ts';
import { isBeingTaken } from './listed.ts';
import { merged } from './merged.ts';
import type { Draft, Shell } from './shell.ts';

/**
 * NB. Only what was an orphan a while ago too: what was listed may have been taken away, and what a lease
 * was looked for of may just have been over.
 */
export async function adoption(
  shell: Shell,
  waiting: readonly Stray[],
  seen: readonly AccessId[],
): Promise<Partial<Draft>> {
  const again = waiting.filter(({ access }) => seen.includes(access));
  const drafts: Partial<Draft>[] = [];
  const seenAt = shell.ledger.now();
  for (const { right, until } of again)
    if (right !== null)
      drafts.push(await adopted(shell, { type: 'adopted', right, until, seenAt }));
  return merged(...drafts, {
    accesses: drafts.flatMap(({ accesses = [] }) => accesses),
  });
}

async function adopted(
  shell: Shell,
  event: Extract<AccessEvent, { type: 'adopted' }>,
): Promise<Partial<Draft>> {
  const id = event.right.accessId;
  const stored = await shell.store.access(id);
  // It is on its way already.
  if (await isBeingTaken(shell, id, stored?.value)) return {};
  // Somebody was given it since it was listed.
  if (stored !== undefined && stored.value.leases.length > 0) return {};
  const now = shell.ledger.now();
  return {
    expecting: [{ scope: { kind: 'access', id }, version: stored?.version ?? 0 }],
    accesses: [evolveAccess(stored?.value, event, now)],
    happenings: [{ subject: 'access', id, event }],
    effects: [draft({ kind: 'converge', access: id }, now)],
  };
}
