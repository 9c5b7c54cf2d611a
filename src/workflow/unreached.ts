/** Somebody whom no direct message reaches: their request's channel is told, so that others call them. */
import type { PrincipalId } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { EffectDraft } from '../store/store.ts';
import { draft } from './effect-row.ts';
import type { Shell } from './shell.ts';

export async function unreached(
  shell: Shell,
  who: PrincipalId,
  { id, role }: AccessRequest,
): Promise<readonly EffectDraft[]> {
  const name = (await shell.store.person(who))?.value.principal.name ?? 'Somebody';
  const text = `${name} could not be reached by direct message about request ${id}.`;
  const notice = { kind: 'notice', about: id, text, channel: role.channel } as const;
  return [draft(notice, shell.ledger.now())];
}
