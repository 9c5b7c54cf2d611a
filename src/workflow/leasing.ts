/** Takes effects that are due, each for one numbered attempt, and for longer than its calls may take. */
import type { EffectKind } from '../core/effect.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { EffectRow, LeaseQuery } from '../store/store.ts';
import type { Shell } from './shell.ts';

/** Between the end of an attempt's calls and the end of its lease. */
const MARGIN: Millis = 2 * SECOND;

/** None when the store cannot be written: the next alarm or sweep comes round. */
export async function leased(
  shell: Shell,
  query: Omit<LeaseQuery, 'now' | 'leaseFor'>,
): Promise<readonly EffectRow[]> {
  const { store, ledger, log } = shell;
  const leaseFor = (kind: string) => leaseTime(shell, kind as EffectKind);
  try {
    return await store.lease({ ...query, now: ledger.now(), leaseFor });
  } catch (error) {
    log.error({ err: error }, 'effects could not be leased');
    return [];
  }
}

export function leaseTime(shell: Shell, kind: EffectKind): Millis {
  return callTime(shell, kind) + MARGIN;
}

/** How long the calls of one attempt may take, all together. */
export function callTime({ settings, providers }: Shell, kind: EffectKind): Millis {
  const calls = [...providers.values()].map((one) => one.capabilities.callTimeout);
  return kind === 'converge' ? 3 * Math.max(...calls, SECOND) + SECOND : 2 * settings.chatTimeout;
}
