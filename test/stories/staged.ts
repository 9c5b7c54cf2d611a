/**
 * Rules in stages: first one of the leads, then one of security and one of the platform people at once;
 * nobody of the requester's own team, nobody who reports to them.
 */
import { POLICY } from './cast.ts';

const LEADS = '  leads: { members: [grace@example.com, linus@example.com] }\n';
const SECURITY = '  security: { members: [margaret@example.com] }\n';

const GROUPS = `\
  leads: { members: [grace@example.com, linus@example.com, ken@example.com] }
  security: { members: [margaret@example.com, barbara@example.com] }
  platform: { members: [linus@example.com, barbara@example.com, ken@example.com] }
  payments: { kind: team, members: [ada@example.com, ken@example.com] }
  crew: { members: [grace@example.com], managers: [linus@example.com] }
`;

const STAGES = `\
    approve:
      stages:
        - { of: leads }
        - all: [{ of: security }, { of: platform }]
    separation: [own-team, direct-reports]
`;

export const STAGED = POLICY.replace(LEADS + SECURITY, GROUPS)
  .replace('    approve: { count: 1, of: leads }\n', STAGES)
  .replace('    escalate: [{ after: 5m, to: security }]\n', '');
