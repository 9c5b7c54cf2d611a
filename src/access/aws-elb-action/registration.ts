/** Whether a target is registered with its group: not whether it is healthy, which is another question. */
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { formatNetwork, parseNetwork } from '../../core/ip.ts';
import type { Residue } from '../../core/residue.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Look } from './look.ts';
import type { Hindrance, Standing } from './standing.ts';
import type { Deregistered } from './target.ts';

export async function registrationNow(look: Look, what: Deregistered): Promise<Standing> {
  const { elb, where, io } = look;
  const members = await look.members(what.group);
  const own = members.find((member) => isOf(member, what) && isRegistered(member));
  const isHealthy = ({ Target: target, TargetHealth: health }: TargetHealthDescription) =>
    health?.State === 'healthy' && !elb.hasJustLeft(what.group, target, io.now);
  const isLast = !members.some((one) => one !== own && isHealthy(one));
  return {
    ...(own === undefined ? deregistered(what, members) : registered(own, what)),
    hinders: (to) => (to === 'set' && isLast && !what.lastServer ? LAST : null),
    put: (to) => (to === 'set' ? elb.deregister(where, what, io) : elb.register(where, what, io)),
  };
}

const LAST: Hindrance = { why: 'No other target of the group is healthy.', passes: true };

/** `i-0123456789abcdef0:8080` */
export function said({ id: text, port }: Pick<Deregistered, 'id' | 'port'>): string {
  const id = idOf(text);
  return `${id.includes(':') ? `[${id}]` : id}:${port}`;
}

/** One address of IPv6 may be written in many ways, and ELB’s documentation does not say which one it lists. */
function idOf(text: string): string {
  const address = parseNetwork(text);
  return address === undefined ? text : formatNetwork(address);
}

/** How soon a target gets traffic again is not ours to tell: its checks have to pass first. */
export async function residueOfDeregistration(
  { elb, where, io }: Look,
  { group }: Deregistered,
): Promise<Residue> {
  const delay = await elb.delay(where, group, io);
  const drains = delay === undefined ? '' : ` for up to ${spanOf(delay)}`;
  const text = `What is deregistered goes on with the connections that it has${drains}. Registered again, it gets traffic once its health checks pass.`;
  return { text, lasts: null };
}

function spanOf(delay: number): string {
  return delay % MINUTE === 0 && delay > 0
    ? `${delay / MINUTE} minutes`
    : `${delay / SECOND} seconds`;
}

type Stands = Pick<Standing, 'is' | 'evidence'>;

function deregistered(what: Deregistered, members: readonly TargetHealthDescription[]): Stands {
  const ports = members
    .filter((member) => hasId(member, what) && isRegistered(member))
    .map(({ Target }) => Target?.Port);
  const others = ports.length === 0 ? '' : `, but at ${ports.join(', ')}`;
  return { is: 'set', evidence: `${said(what)} is not registered${others}` };
}

/** NB. What it cannot be registered with again, as it is, nobody takes away. */
function registered(
  { Target: found, TargetHealth: health }: TargetHealthDescription,
  what: Deregistered,
): Stands {
  const state = `${said(what)} is registered, ${health?.State ?? 'of unknown health'}`;
  const zone = found?.AvailabilityZone;
  const isInZone = what.zone === null ? zone !== 'all' : zone === what.zone;
  if (!isInZone) return { is: 'neither', evidence: `${state}, with the zone ${zone}` };
  if (found?.QuicServerId !== undefined)
    return { is: 'neither', evidence: `${state}, with a server id` };
  return { is: 'otherwise', evidence: state };
}

function isOf(member: TargetHealthDescription, what: Deregistered): boolean {
  return hasId(member, what) && member.Target?.Port === what.port;
}

function hasId({ Target: found }: TargetHealthDescription, { id }: Deregistered): boolean {
  return found?.Id !== undefined && idOf(found.Id) === idOf(id);
}

/** What drains is listed until its delay is over, and is registered no more. */
function isRegistered({ TargetHealth: health }: TargetHealthDescription): boolean {
  return health?.State !== 'draining' && health?.Reason !== 'Target.NotRegistered';
}
