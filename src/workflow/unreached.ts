/** Those whom no direct message reaches, or should: the request's channel is told, so that others see to it. */
import type { Effect } from '../core/effect.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName } from '../core/policy.ts';
import type { Principal } from '../core/principal.ts';
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

/** More names help nobody. */
const NAMED = 3;

/** Everybody who should have been told is away, and nobody is told instead. */
export function awayNotice(
  { id, role }: AccessRequest,
  missed: readonly Principal[],
  group?: GroupName,
): Effect {
  const names = missed.slice(0, NAMED).map(({ name }) => name);
  const more = missed.length > NAMED ? [`${missed.length - NAMED} more`] : [];
  const who = [...names, ...more].join(', ');
  const whose = group === undefined ? '' : ` of ${group}`;
  const text = `Nobody${whose} is told of request ${id}: away, with nobody to be told instead: ${who}.`;
  return { kind: 'notice', about: id, text, channel: role.channel };
}
