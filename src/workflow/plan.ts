/** Asks providers what an ask would come to. Reads only. */
import { ProviderError } from '../access/provider.ts';
import type { Terms } from '../core/eligibility.ts';
import type { RightsPlan } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import { accessIdOf } from '../core/ids.ts';
import { invariant } from '../core/invariant.ts';
import type { TargetSpec } from '../core/policy.ts';
import type { Principal } from '../core/principal.ts';
import type { PlannedRight } from '../core/right.ts';
import { oneCall } from './patience.ts';
import { trusted } from './people.ts';
import type { Shell } from './shell.ts';

type Planned = PlannedRight | { readonly refused: string };

export async function planRights(
  shell: Shell,
  terms: Terms,
  requester: PrincipalId,
): Promise<RightsPlan> {
  const found = await shell.store.person(requester);
  invariant(found !== undefined, 'who asks is known');
  const principal = trusted(found.value);
  try {
    const rights = await Promise.all(
      terms.role.targets.map((spec) => planOne(shell, spec, terms, principal)),
    );
    const planned = new Map<string, PlannedRight>();
    for (const right of rights) {
      if ('refused' in right) return { kind: 'refused', why: right.refused };
      planned.set(right.accessId, right);
    }
    return { kind: 'planned', rights: [...planned.values()] };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    shell.log.warn({ err: error, role: terms.role.name }, 'a plan could not be made');
    return { kind: 'unreachable', why: error.message };
  }
}

async function planOne(
  shell: Shell,
  spec: TargetSpec,
  terms: Terms,
  requester: Principal,
): Promise<Planned> {
  const provider = shell.providers.get(spec.type);
  if (provider === undefined)
    throw new ProviderError('misconfigured', `there is no provider of type ${spec.type}`);
  const ask = { spec, inputs: terms.inputs, requester, seal: shell.seal };
  const plan = await oneCall(shell, provider.capabilities.callTimeout, (io) =>
    provider.plan(ask, io),
  );
  if (plan.kind === 'refused') return { refused: plan.why };
  const { key, handle, summary, residue, tellsUse } = plan;
  const accessId = accessIdOf(spec.type, key);
  const tells = tellsUse === true ? { tellsUse } : {};
  return { accessId, provider: spec.type, key, handle, summary, residue, ...tells };
}
