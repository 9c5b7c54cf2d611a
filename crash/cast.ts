/** Who plays, and by which rules. Each role is asked for once in a script, so that it names its request. */

export const START = Date.parse('2026-11-21T03:00:00Z');

export const PEOPLE = ['ada', 'linus', 'grace', 'margaret', 'hedy', 'mallory'].map((userId) => ({
  userId,
}));
export const GROUPS = { leads: ['grace', 'margaret'] };
export const CHANNELS = ['lb-access', 'flaky', 'alarms'];

const GLASS =
  'breakGlass: { who: [operators], max: 5m, often: { most: 2, within: 1d }, review: { by: [security], within: 4m } }';

/** How each channel and target behaves: see src/chat/local/faults.ts and src/access/memory/sentinels.ts. */
export const POLICY = `
version: 1
groups:
  operators: { members: [ada@example.com, linus@example.com] }
  leads: { local: "@leads" }
  security: { members: [margaret@example.com, hedy@example.com] }
providers:
  lab: { type: memory }
alarms: local:#alarms
restore: [security]
killSwitch: [security]
reconcile: { every: 5m, orphans: remove }
defaults:
  channel: local:#lb-access
  reason: { required: false }
  expireAfter: 8m
  revoke: [security]
  attest: [security]
  warnBefore: 2m
roles:
${role('admin', 'edge-admin', '{ count: 1, of: leads }', `escalate: [{ after: 3m, to: security }]\n    ${GLASS}`)}
${role('denied', 'edge-denied', '{ count: 1, of: leads }')}
${role('dropped', 'edge-dropped', '{ count: 1, of: leads }')}
${role('forgotten', 'edge-forgotten', '{ count: 1, of: leads }', 'escalate: [{ after: 3m, to: security }, { after: 5m, to: { managerOf: requester } }]')}
${role('pair', 'edge-pair', '{ count: 2, of: leads }')}
${role('slow', 'throttles-first-1', 'automatic', 'channel: local:#flaky')}
${role('broken', 'fails-always', 'automatic')}
${role('lossy', 'loses-answer', 'automatic', 'channel: local:#flaky')}
`;

/** The same, with another sentence in it. */
export const OTHER_POLICY = POLICY.replace(
  'description: gives edge-admin',
  'description: gives all',
);

/** One role gives another thing, so that nothing of it is given that was approved before. */
export const WITHOUT_DROPPED = POLICY.replace('resource: edge-dropped', 'resource: edge-other');

function role(name: string, resource: string, approve: string, more = ''): string {
  return `  ${name}:
    description: gives ${resource}
    targets: [{ provider: lab, resource: ${resource}, key: email }]
    who: [operators]
    duration: { max: 1h, default: 5m }
    approve: ${approve}
    ${more}`;
}
