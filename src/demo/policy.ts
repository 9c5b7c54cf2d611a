/** The policy of the demo: three people, one role, seconds instead of hours. */
import type { DemoGate } from './gate.ts';

export const demoPolicy = ({ provider, target }: Pick<DemoGate, 'provider' | 'target'>) => `
version: 1
groups:
  operators: { members: [ada@example.com] }
  leads: { members: [grace@example.com, linus@example.com] }
  security: { members: [margaret@example.com] }
providers:
  edge: ${provider}
alarms: local:#lb-alarms
roles:
  lb-admin:
    description: the load balancer's admin page
    targets: [${target}]
    who: [operators]
    duration: { max: 1h, default: 10s }
    reason: { required: true, example: rotate the edge certificate }
    approve: { count: 1, of: leads }
    channel: local:#lb-access
    expireAfter: 30m
    escalate: [{ after: 5m, to: security }]
    revoke: [leads, security]
    attest: [security]
    warnBefore: 5s
`;
