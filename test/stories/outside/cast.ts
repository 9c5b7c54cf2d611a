/** Who works where these stories happen, and what policy says there. */

/** People by their Slack user id. The platform's groups are no part of it: this Slack has none. */
export const PEOPLE = [
  { id: 'U01ADA', name: 'ada', real_name: 'Ada', email: 'ada@example.com' },
  { id: 'U02GRACE', name: 'grace', real_name: 'Grace', email: 'grace@example.com' },
  { id: 'U03LINUS', name: 'linus', real_name: 'Linus', email: 'linus@example.com' },
  { id: 'U04MARGARET', name: 'margaret', real_name: 'Margaret', email: 'margaret@example.com' },
  // In no group of the policy, unless a story puts him into one.
  { id: 'U05ALAN', name: 'alan', real_name: 'Alan', email: 'alan@example.com' },
] as const;

export const ADA = 'U01ADA';
export const GRACE = 'U02GRACE';
export const LINUS = 'U03LINUS';
export const MARGARET = 'U04MARGARET';
export const ALAN = 'U05ALAN';

const EVERYBODY = [ADA, GRACE, LINUS, MARGARET];

export const ALARMS = 'C0ALARMS';
const DESKS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export const channelOf = (desk: number): string => `C${desk}DESK`;

export const CHANNELS = [
  ...DESKS.map((desk) => ({ id: channelOf(desk), name: `desk-${desk}`, members: EVERYBODY })),
  { id: ALARMS, name: 'alarms', members: EVERYBODY },
];

export interface PolicyPlace {
  /** The folder of HAProxy's configuration and maps. */
  readonly dir: string;
  readonly socket: string;
}

function role(kind: string, desk: number, approve: string, rest: string): string {
  return `
  ${kind}-${desk}:
    description: One part of the load balancer
    channel: slack:#desk-${desk}
    who: [staff]
    duration: { max: 1h, default: 10s }
    approve: ${approve}
    ${rest}`;
}

const BREAK_GLASS =
  'breakGlass: { who: [staff], max: 10s, often: { most: 9, within: 1d }, review: { by: [security], within: 50s } }';

function roles(dir: string, desk: number): string {
  const byIp = `targets: [{ provider: edge, map: ${dir}/jit.map, key: ip }]
    inputs: { ip: { type: ip, label: where you come from } }`;
  const byMail = `targets: [{ provider: edge, map: ${dir}/mail.map, key: email }]`;
  return [
    role('admin', desk, '{ of: leads }', byIp),
    role('pair', desk, '{ count: 2, of: leads }', byIp),
    role('open', desk, 'automatic', `${byIp}\n    ${BREAK_GLASS}`),
    role('mail', desk, '{ of: leads }', byMail),
  ].join('');
}

export function policyText({ dir, socket }: PolicyPlace): string {
  return `version: 1
groups:
  staff: { members: [ada@example.com, linus@example.com, grace@example.com] }
  leads: { members: [grace@example.com, margaret@example.com] }
  security: { members: [margaret@example.com] }
providers:
  edge: { type: haproxy, nodes: ["unix:${socket}"], config: ${dir}/haproxy.cfg }
alarms: slack:#alarms
restore: [security]
killSwitch: [security]
defaults:
  escalate: [{ after: 10m, to: security }]
  expireAfter: 30m
  revoke: [leads]
  attest: [security]
  warnBefore: 10m
roles:${DESKS.map((desk) => roles(dir, desk)).join('')}
`;
}
