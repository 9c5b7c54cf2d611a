/** Takes effects that are due, each for one numbered attempt, and for longer than its calls may take. */
import type { EffectKind } from '../core/effect.ts';
import type { Millis } from '../core/time.ts';
import { SECOND } from '../core/time.ts';
import type { EffectRow, LeaseQuery } from '../store/store.ts';
import type { Shell } from './shell.ts';

/** Between the end of an attempt's calls and the end of its lease. */
const MARGIN: Millis = 2 * SECOND;
/** So long of it a handler has to make something of what its calls came to. */
export const LAST_WORD: Millis = SECOND;

/** How often an attempt may have to wait for a chat as long as one call takes, if not twice. */
const WAITS: Partial<Record<EffectKind, number>> = {
  // The channel, the one in its place, and where alarms go.
  alarm: 3,
  remind: 3,
  // Who is in the group, who they are, and who may stand in for them.
  summon: 3,
  call: 3,
  // What waits for somebody, what they may ask for, and the page.
  home: 3,
};

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

/** How long the calls of one attempt may take, all together: what it may have to do one after the other, summed up. */
export function callTime({ settings, providers }: Shell, kind: EffectKind): Millis {
  const calls = [...providers.values()].map((one) => one.capabilities.callTimeout);
  const longest = Math.max(...calls, SECOND);
  // NB. Where a timer has to be set too, there may be no time left to read back: then the next attempt does.
  if (kind === 'converge') return 3 * longest + SECOND;
  // Who it is from, whom it concerns, and what it would come to.
  if (kind === 'deliver') return 2 * settings.chatTimeout + longest;
  return (WAITS[kind] ?? 2) * settings.chatTimeout;
}
