/** Where a policy has things said. */
import { canonical } from './audit.ts';
import type { ChannelRef, Policy } from './policy.ts';

/** Each channel that a policy names, once. */
export function channelsOf({ roles, alarmChannel, reconciliation }: Policy): readonly ChannelRef[] {
  const ofRoles = Object.values(roles).flatMap((role) => [role.channel, role.fallbackChannel]);
  const named = [...ofRoles, alarmChannel, reconciliation.channel];
  const all = named.filter((channel) => channel !== null);
  return [...new Map(all.map((channel) => [canonical(channel), channel])).values()];
}
