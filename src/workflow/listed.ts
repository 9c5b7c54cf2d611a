/** What stands at a target and is on no lease, as the target lists it. */
import type { Held, Io, Provider } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Access } from '../core/access.ts';
import { isProvenGone } from '../core/access.ts';
import { effectKey } from '../core/effect.ts';
import type { AccessId } from '../core/ids.ts';
import { accessIdOf } from '../core/ids.ts';
import type { TargetSpec } from '../core/policy.ts';
import type { Stray } from '../core/reconciling.ts';
import type { Instant } from '../core/time.ts';
import type { Attempt } from './attempt.ts';
import { callTime } from './leasing.ts';
import { oneCall } from './patience.ts';
import type { Shell } from './shell.ts';
import type { Traffic } from './traffic.ts';

/** So many are looked up before others have a turn. */
const LOOKED_UP = 500;
/** An account that throttles for longer than so many attempts in a row, which is minutes, is told of. */
const PATIENT = 8;

export type Listed =
  | { readonly kind: 'listed'; readonly strays: readonly Stray[] }
  | { readonly kind: 'unlisted'; readonly code: string; readonly why: string }
  | { readonly kind: 'later'; readonly at: Instant };

/** @throws ProviderError `rate-limited`, to come again: that passes, and is nothing to tell */
export async function listed(
  shell: Shell,
  traffic: Traffic,
  provider: Provider,
  spec: TargetSpec,
  { signal, failures }: Attempt,
): Promise<Listed> {
  const now = shell.ledger.now();
  const way = provider.wayThrough?.(spec);
  const notBefore = way === undefined ? null : traffic.enter(way, 'watch', now);
  if (notBefore !== null) return { kind: 'later', at: notBefore };
  const held = await seen(shell, provider, spec, signal);
  if (held instanceof ProviderError) return unlisted(shell, held, way, traffic, failures);
  if (way !== undefined) traffic.went(way);
  const keeps = provider.capabilities.nativeExpiry === 'enforced';
  const open = held.filter(({ until }) => !keeps || until === null || until > now);
  return { kind: 'listed', strays: await ofNobody(shell, spec, open) };
}

/** Whatever goes wrong there: nothing was seen, and whoever relies on it has to be told. */
async function seen(
  shell: Shell,
  provider: Provider,
  spec: TargetSpec,
  signal: AbortSignal,
): Promise<readonly Held[] | ProviderError> {
  const list = (io: Io) => provider.list(spec, io, shell.seal);
  try {
    return await oneCall(shell, callTime(shell, 'reconcile'), list, signal);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    shell.log.error({ err: error, provider: spec.provider }, 'a provider failed to list');
    return new ProviderError('bad-answer', 'its provider failed', { cause: error });
  }
}

function unlisted(
  { ledger }: Shell,
  error: ProviderError,
  way: ReturnType<NonNullable<Provider['wayThrough']>> | undefined,
  traffic: Traffic,
  failures: number,
): Listed {
  const isThrottled = error.code === 'rate-limited';
  if (isThrottled && way !== undefined) traffic.throttled(way, error.retryAfter, ledger.now());
  if (isThrottled && failures < PATIENT) throw error;
  return { kind: 'unlisted', code: error.code, why: error.message };
}

async function ofNobody(
  shell: Shell,
  spec: TargetSpec,
  held: readonly Held[],
): Promise<readonly Stray[]> {
  const strays: Stray[] = [];
  for (const [nth, one] of held.entries()) {
    if (nth % LOOKED_UP === LOOKED_UP - 1) await nextTurn();
    const id = accessIdOf(spec.type, one.key);
    const access = (await shell.store.access(id))?.value;
    if (access === undefined) strays.push(strayOf(spec, one, false));
    else if (access.leases.length === 0)
      strays.push(strayOf(spec, one, await isBeingTaken(shell, id, access)));
  }
  return strays;
}

/** NB. Once it was proven gone, what is still at work there is about its timer: what stands there now came after it. */
export async function isBeingTaken(
  { store }: Shell,
  id: AccessId,
  access: Access | undefined,
): Promise<boolean> {
  if (access !== undefined && isProvenGone(access)) return false;
  return (await store.effect(effectKey({ kind: 'converge', access: id }))) !== undefined;
}

function strayOf(spec: TargetSpec, held: Held, isTaken: boolean): Stray {
  const { key, until, evidence, owner, handle } = held;
  const access = accessIdOf(spec.type, key);
  const stray = { access, until, evidence, right: null, isTaken };
  if (owner !== 'ours' || handle === undefined)
    return { ...stray, kind: owner === 'foreign' ? 'foreign' : 'unclaimed' };
  const summary = `${spec.provider} ${key}`;
  const right = { accessId: access, provider: spec.type, key, handle, summary, residue: null };
  return { ...stray, kind: 'orphan', right };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
