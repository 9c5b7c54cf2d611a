/** The rules that the bench plays by: a team of a size as teams have, an approver group, one right per address. */

export const ASKERS = Array.from({ length: 600 }, (_, index) => `dev${index}`);
export const APPROVERS = ['lead0', 'lead1', 'lead2', 'lead3'];
export const SECURITY = ['sec0', 'sec1'];
/** Twenty open requests for one role is the most that a person may have. */
export const HOLDERS = Array.from({ length: 5_000 }, (_, index) => holderNamed(index));
export const PAST_ROLES = Array.from({ length: 8 }, (_, index) => `lb-past-${index}`);
export const CHANNEL = 'lb-access';

/**
 * Each role has a channel of its own here, since Slack takes about one message a second into one: the
 * bench is of what Hallpass does with a hundred asks a second, not of how they queue before that.
 */
export const PORTS = Array.from({ length: 300 }, (_, index) => `lb-port-${index}`);

const approved = (name: string, channel: string) => `
  ${name}:
    description: an internal port by address
    targets: [{ provider: lab, resource: ${name}, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    channel: ${channel}
    expireAfter: 30m
    escalate: [{ after: 5m, to: security }]
    revoke: [security]
    attest: [security]
    warnBefore: 10m`;

const automatic = (name: string, channel: string) => `
  ${name}:
    description: an internal port without anybody's approval
    targets: [{ provider: lab, resource: ${name}, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: automatic
    channel: ${channel}
    expireAfter: 30m
    revoke: [security]
    attest: [security]
    warnBefore: 4h`;

/** What stands open, or was had before, while something else is measured. */
const held = (name: string, channel: string, approve: string) => `
  ${name}:
    description: a port that very many hold
    targets: [{ provider: lab, resource: ${name}, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [holders]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: ${approve}
    channel: ${channel}
    expireAfter: 2m
    revoke: [security]
    attest: [security]
    warnBefore: 10m`;

const policy = (platform: string, roles: readonly string[], groups = '') => `
version: 1
groups:
  operators: { ${platform}: "@operators" }
  leads: { ${platform}: "@leads" }
  security: { ${platform}: "@security" }${groups}
providers:
  lab: { type: memory }
alarms: ${platform}:#${CHANNEL}
restore: [security]
roles:${roles.join('')}
`;

/** On a stage where very much is open, or was. */
export const heldPolicy = policy(
  'local',
  [
    approved('lb-port', `local:#${CHANNEL}`),
    automatic('lb-quick', `local:#${CHANNEL}`),
    held('lb-held', `local:#${CHANNEL}`, 'automatic'),
    ...PAST_ROLES.map((name) => held(name, `local:#${CHANNEL}`, '{ count: 1, of: leads }')),
  ],
  '\n  holders: { local: "@holders" }',
);

export const localPolicy = policy('local', [
  approved('lb-port', `local:#${CHANNEL}`),
  automatic('lb-quick', `local:#${CHANNEL}`),
]);

export const slackPolicy = policy(
  'slack',
  PORTS.map((name) => approved(name, `slack:#${name}`)),
);

/** Addresses that differ. */
export function addressOf(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

/** All of one length, and part of nothing else. */
function holderNamed(index: number): string {
  return `holder${String(index).padStart(6, '0')}`;
}
