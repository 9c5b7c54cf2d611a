/** Who plays, and by which rules. */
import type { LocalPersonSpec } from '../../src/chat/local/people.ts';

export const CAST: readonly LocalPersonSpec[] = [
  { userId: 'ada' },
  { userId: 'grace' },
  { userId: 'linus' },
  { userId: 'margaret' },
  { userId: 'mallory' },
];

export const START = Date.parse('2026-11-21T03:00:00Z');

export const POLICY = `
version: 1
groups:
  operators: { members: [ada@example.com, linus@example.com] }
  leads: { members: [grace@example.com, linus@example.com] }
  security: { members: [margaret@example.com] }
providers:
  lab: { type: memory }
alarms: local:#alarms
restore: [security]
killSwitch: [security]
roles:
  lb-admin:
    description: the whole load balancer
    targets: [{ provider: lab, resource: edge-admin, key: email }]
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    channel: local:#lb-access
    fallbackChannel: local:#alarms
    expireAfter: 30m
    escalate: [{ after: 5m, to: security }]
    revoke: [security]
    attest: [security]
    warnBefore: 10m
  lb-pair:
    description: needs two
    targets: [{ provider: lab, resource: edge-pair, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    approve: { count: 2, of: leads }
    channel: local:#lb-access
    expireAfter: 30m
    revoke: [security]
    attest: [security]
  lb-shared:
    description: by address
    targets: [{ provider: lab, resource: edge-shared, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    approve: automatic
    channel: local:#lb-access
    expireAfter: 30m
    revoke: [security]
    attest: [security]
`;

/** The leads are a group of the chat platform, by their accounts. */
export const BY_ACCOUNT = {
  policy: changed(
    'leads: { members: [grace@example.com, linus@example.com] }',
    "leads: { local: '@leads' }",
  ),
  groups: { leads: ['grace', 'linus'] },
};

/** The same rules, with something else behind `lb-admin`: see the memory provider's sentinels. */
export function opening(resource: string): string {
  return POLICY.replace('resource: edge-admin', `resource: ${resource}`);
}

/** The same rules with one line of `lb-admin` written differently. */
export function changed(line: string, other: string): string {
  if (!POLICY.includes(line)) throw new Error(`the policy has no line ${line}`);
  return POLICY.replace(line, other);
}
