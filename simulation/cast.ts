/** Who plays, and by which rules. */

import { policyHashOf } from '../src/core/ids.ts';
import type { Policy } from '../src/core/policy.ts';
import { parsePolicy } from '../src/core/policy-document.ts';
import type { ProviderKinds } from '../src/core/policy-target.ts';
import { MINUTE } from '../src/core/time.ts';

/** The two chats of a world. Some people have an account on both. */
export const CHATS = ['north', 'south'] as const;
export type ChatName = (typeof CHATS)[number];

/**
 * `keeps` turns people away at the end by itself; `plain` keeps no end, and has the name of whoever wrote;
 * `asked` has no room for a name either, and does what it was asked for only later, or not at all.
 */
export const GATES = ['keeps', 'plain', 'asked'] as const;
export type GateName = (typeof GATES)[number];

/** Who knows who is on call, and those who are at first. */
export const ROSTER = 'roster';
export const ON_CALL: readonly string[] = ['linus'];

export interface Human {
  readonly name: string;
  readonly on: readonly ChatName[];
}

/** NB. Two chats know barbara, margaret and grace: each is one human, whatever account they use. */
export const HUMANS: readonly Human[] = [
  { name: 'ada', on: ['north'] },
  { name: 'linus', on: ['north'] },
  { name: 'barbara', on: ['north', 'south'] },
  { name: 'edsger', on: ['south'] },
  { name: 'grace', on: ['north', 'south'] },
  { name: 'katherine', on: ['south'] },
  { name: 'margaret', on: ['north', 'south'] },
  { name: 'mallory', on: ['north'] },
];

export const emailOf = (name: string): string => `${name}@example.com`;

/** Manages everybody whom the chat in the south knows, and who manages a team by the policy. */
export const HEAD = 'katherine';
const TEAM_LEAD = 'margaret';
export const MANAGERS: readonly string[] = [HEAD, TEAM_LEAD];

/** Groups that a chat keeps itself, as they are at first. */
export const CHAT_GROUPS: Readonly<Record<ChatName, Readonly<Record<string, readonly string[]>>>> =
  {
    north: { '@leads': ['grace', 'barbara', 'linus'] },
    south: { '@security': ['margaret', 'katherine'] },
  };

export const ROLES = ['solo', 'pair', 'auto', 'loose', 'staged', 'assigned'] as const;
export type RoleName = (typeof ROLES)[number];

/** From this length on, `loose` needs two. */
export const LONG = 20 * MINUTE;

/** An address that no target opens for. */
export const REFUSED_ADDRESS = '192.0.2.66';
export const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5'] as const;

function document(change: (all: ReturnType<typeof roles>) => object) {
  return {
    version: 1,
    groups: {
      operators: {
        members: ['ada', 'linus', 'barbara', 'edsger', 'grace'].map(emailOf),
      },
      leads: { north: '@leads', members: ['katherine', 'grace'].map(emailOf) },
      security: { south: '@security', [ROSTER]: 'night', members: ['margaret'].map(emailOf) },
      payments: {
        kind: 'team',
        members: ['ada', 'grace'].map(emailOf),
        managers: [emailOf(TEAM_LEAD)],
      },
    },
    providers: Object.fromEntries(GATES.map((name) => [name, { type: name }])),
    alarms: 'north:#alarms',
    restore: ['security'],
    killSwitch: ['security'],
    reconcile: { every: '10m', orphans: 'remove' },
    roles: change(roles()),
  };
}

function roles() {
  const shared = {
    who: ['operators'],
    duration: { max: '30m', default: '10m' },
    channel: 'north:#access',
    fallbackChannel: 'south:#fallback',
    expireAfter: '8m',
    revoke: ['security'],
    attest: ['security'],
    warnBefore: '2m',
  };
  const ip = { ip: { type: 'ip', label: 'your address' } };
  const breakGlass = {
    who: ['operators'],
    max: '10m',
    often: { most: 3, within: '1d' },
    review: { by: ['security', 'leads'], within: '4m' },
  };
  return {
    solo: {
      ...shared,
      description: 'one approval, by name',
      targets: [{ provider: 'keeps', resource: 'edge', key: 'email' }],
      reason: { required: true, example: 'rotate the certificate' },
      approve: { count: 1, of: 'leads' },
      escalate: [
        { after: '2m', to: 'security' },
        { after: '3m', to: { managerOf: 'requester' } },
      ],
      remind: '1m',
      quiet: { from: '03:08', until: '03:11' },
    },
    pair: {
      ...shared,
      description: 'two approvals, two targets, by address',
      targets: [
        { provider: 'keeps', resource: 'pair', key: 'ip' },
        { provider: 'plain', resource: 'pair', key: 'ip' },
      ],
      inputs: ip,
      approve: { count: 2, of: 'leads' },
      escalate: [{ after: '2m', to: { managerOf: 'requester' } }],
      remind: '90s',
      quiet: { from: '03:05', until: '03:15', does: 'skip' },
      channel: 'south:#access',
      breakGlass,
    },
    auto: {
      ...shared,
      description: 'nobody has to agree, shared by address',
      targets: [{ provider: 'plain', resource: 'auto', key: 'ip' }],
      inputs: ip,
      approve: { automatic: { most: 3, within: '1d' } },
      limits: { live: 2 },
    },
    loose: {
      ...shared,
      description: 'one approval, shared by address',
      targets: [{ provider: 'keeps', resource: 'loose', key: 'ip' }],
      inputs: ip,
      approve: { count: 1, of: 'leads' },
      limits: { perDay: '40m', cooldown: '1m' },
      escalate: [{ after: '1m', to: { managerOf: 'requester' } }],
      conditions: {
        long: { when: 'request.duration > duration("20m")', approve: { count: 2, of: 'leads' } },
      },
      breakGlass,
      warnBefore: '1s',
    },
    staged: {
      ...shared,
      description: 'two stages, the second of two people at once, none of them a colleague',
      targets: [{ provider: 'plain', resource: 'staged', key: 'ip' }],
      inputs: ip,
      approve: {
        stages: [{ of: 'leads' }, { all: [{ of: 'security' }, { of: 'leads' }] }],
      },
      separation: ['own-team'],
      returnIfUnusedFor: '4m',
      breakGlass: {
        ...breakGlass,
        who: ['operators', 'security'],
        often: { most: 1, within: '1d' },
      },
    },
    assigned: {
      ...shared,
      description: 'one approval, by a request that another service works on, shared by address',
      targets: [{ provider: 'asked', resource: 'assigned', key: 'ip' }],
      inputs: ip,
      approve: { count: 1, of: 'leads' },
      breakGlass,
    },
  };
}

/** Policies that come into force one after another: stricter, without a role, with another target. */
const DOCUMENTS = [
  document((all) => all),
  document((all) => ({
    ...all,
    solo: { ...all.solo, approve: { count: 2, of: 'leads' }, escalate: [] },
    loose: { ...all.loose, limits: { live: 1 } },
  })),
  document(({ pair: _, ...rest }) => rest),
  document((all) => ({
    ...all,
    staged: { ...all.staged, approve: { stages: [{ of: 'security' }, { of: 'leads' }] } },
    loose: { ...all.loose, targets: [{ provider: 'plain', resource: 'loose', key: 'ip' }] },
    auto: { ...all.auto, approve: { count: 1, of: 'security' } },
    pair: { ...all.pair, breakGlass: undefined },
    assigned: {
      ...all.assigned,
      targets: ['asked', 'plain'].map((provider) => ({
        provider,
        resource: 'assigned',
        key: 'ip',
      })),
    },
  })),
];

let known: readonly Policy[] | undefined;

/** @param kinds of providers: the same in every world, so that it is read once */
export function policies(kinds: ProviderKinds): readonly Policy[] {
  known ??= read(kinds);
  return known;
}

function read(kinds: ProviderKinds): readonly Policy[] {
  return DOCUMENTS.map((value) => {
    const hash = policyHashOf(JSON.stringify(value));
    const locate = () => ({ line: 1, column: 1 });
    const context = { providers: kinds, platforms: CHATS, rosters: [ROSTER] };
    const reading = parsePolicy({ value, hash, locate }, context);
    if (reading.kind !== 'policy') throw new Error(JSON.stringify(reading));
    return reading.policy;
  });
}
