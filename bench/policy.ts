/** The rules that the bench plays by: a team of a size as teams have, an approver group, one right per address. */

export const ASKERS = Array.from({ length: 600 }, (_, index) => `dev${index}`);
export const APPROVERS = ['lead0', 'lead1', 'lead2', 'lead3'];
export const SECURITY = ['sec0', 'sec1'];
export const CHANNEL = 'lb-access';

/** @param platform whose groups and channel are meant */
export const policyText = (platform: 'local' | 'slack') => `
version: 1
groups:
  operators: { ${platform}: "@operators" }
  leads: { ${platform}: "@leads" }
  security: { ${platform}: "@security" }
providers:
  lab: { type: memory }
alarms: ${platform}:#${CHANNEL}
restore: [security]
roles:
  lb-port:
    description: an internal port by address
    targets: [{ provider: lab, resource: edge-port, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    channel: ${platform}:#${CHANNEL}
    expireAfter: 30m
    escalate: [{ after: 5m, to: security }]
    revoke: [security]
    attest: [security]
    warnBefore: 10m
  lb-quick:
    description: the same without anybody's approval
    targets: [{ provider: lab, resource: edge-quick, key: ip }]
    inputs: { ip: { type: ip, label: your address } }
    who: [operators]
    duration: { max: 4h, default: 1h }
    reason: { required: true, example: rotate the edge certificate }
    approve: automatic
    channel: ${platform}:#${CHANNEL}
    expireAfter: 30m
    revoke: [security]
    attest: [security]
    warnBefore: 4h
`;

/** Addresses that differ. */
export function addressOf(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}
