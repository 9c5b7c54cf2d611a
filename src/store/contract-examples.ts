/** Requests, people and commits for the contract: made up, but of the shapes that the program makes. */
import type { Access } from '../core/access.ts';
import type { Happening } from '../core/audit.ts';
import type { AccessId, CopyId, PolicyHash, PrincipalId, RequestId } from '../core/ids.ts';
import type { Role } from '../core/policy.ts';
import type { AccessRequest, Ask, Status } from '../core/request.ts';
import { planHashOf } from '../core/right.ts';
import { DAY, HOUR, MINUTE } from '../core/time.ts';
import type { Commit, Copy, EffectDraft, PersonRecord } from './store.ts';

export const NOON = Date.parse('2026-11-21T12:00:00Z');

export const role: Role = {
  name: 'lb-admin',
  description: 'The load balancer’s admin pages',
  targets: [{ provider: 'edge', type: 'memory', connection: {}, target: { list: 'admins' } }],
  who: ['sre'],
  maxDuration: 8 * HOUR,
  defaultDuration: HOUR,
  reason: { required: true, pattern: null, example: '' },
  inputs: { from: { kind: 'text', label: 'From', required: false, maxLength: 20, pattern: null } },
  approval: { kind: 'stages', stages: [[{ count: 1, of: 'sre' }]] },
  conditions: [],
  separation: [],
  limits: { perDay: null, live: null, cooldown: null },
  channel: { platform: 'slack', channel: 'lb-access' },
  fallbackChannel: null,
  expireAfter: HOUR,
  startWithin: 7 * DAY,
  escalation: [{ after: 10 * MINUTE, to: 'leads' }],
  revokers: ['sre'],
  attesters: ['leads'],
  warnBefore: 5 * MINUTE,
};

export const ada = 'p_ada' as PrincipalId;
export const ben = 'p_ben' as PrincipalId;

export const requestId = (name: string) => name as RequestId;
const accessId = (name: string) => name as AccessId;

export function right(name = 'edge') {
  const rest = { provider: 'memory', key: name, handle: { v: 1 }, summary: name, residue: null };
  return { accessId: accessId(`acc_${name}`), ...rest };
}

export function ask(id: string, changes: Partial<Ask> = {}): Ask {
  return {
    id: requestId(id),
    requester: ada,
    role,
    applied: [],
    policyHash: 'hash' as PolicyHash,
    duration: HOUR,
    inputs: { from: '“here” \u2028 \u0000 😀' },
    reason: { digest: `reason of ${id}` },
    rights: [right()],
    askedAt: NOON,
    ...changes,
  };
}

/** A request in any status. */
export function request(id: string, status: Status = 'pending', changes: Partial<Ask> = {}) {
  const approvals = [{ by: ben, at: NOON, plan: planHashOf([right()]) }];
  const living = { ...ask(id, changes), approvals, waitsFor: [], escalated: 1 };
  const proof = { kind: 'proven', firstReadAt: NOON, secondReadAt: NOON } as const;
  const gone = { kind: 'gone', proof, at: NOON } as const;
  const grants = [{ accessId: right().accessId, right: right(), state: gone }];
  const started = { ...living, startedAt: NOON, endsAt: NOON + HOUR, grants };
  const start = { at: NOON + HOUR, zone: 'Europe/Berlin' };
  const cause = { kind: 'revoke', by: ben, reason: { digest: 'why' } } as const;
  const make: Record<string, () => AccessRequest> = {
    pending: () => ({ ...living, status: 'pending' }),
    scheduled: () => ({ ...living, start, status: 'scheduled' }),
    cancelled: () => ({ ...living, start, status: 'cancelled', cause, closedAt: NOON }),
    activating: () => ({ ...started, status: 'activating' }),
    active: () => ({ ...started, status: 'active', activeAt: NOON, warned: false }),
    revoking: () => ({ ...started, status: 'revoking', cause, since: NOON, alarms: 2 }),
    denied: () => ({
      ...living,
      status: 'denied',
      by: ben,
      why: { digest: 'no' },
      closedAt: NOON,
    }),
    withdrawn: () => ({ ...living, status: 'withdrawn', closedAt: NOON }),
    expired: () => ({ ...living, status: 'expired', closedAt: NOON }),
  };
  const finished = () =>
    ({ ...started, status, cause, finishedAt: NOON }) as Extract<
      AccessRequest,
      { finishedAt: number }
    >;
  return (make[status] ?? finished)();
}

export function access(name = 'edge'): Access {
  const lease = { request: requestId('r1'), endsAt: NOON + HOUR, state: 'live' } as const;
  const confirmed = { kind: 'present', until: null, at: NOON } as const;
  return { id: right(name).accessId, right: right(name), leases: [lease], confirmed, aims: [NOON] };
}

export function asked(id: string): Happening {
  return { subject: 'request', id: requestId(id), event: { type: 'asked', ask: ask(id) } };
}

export function person(id: PrincipalId, userIds: readonly string[], email = ''): PersonRecord {
  const accounts = userIds.map((userId) => ({ platform: 'slack', tenant: 'T1', userId }));
  return { principal: { id, name: id, email, accounts }, suspended: [] };
}

export function copy(id: string, of: string, changes: Partial<Copy> = {}): Copy {
  return {
    id: id as CopyId,
    request: requestId(of),
    platform: 'slack',
    where: { kind: 'channel', channel: 'lb-access' },
    principal: null,
    ref: null,
    drawnVersion: 0,
    toldSeq: 0,
    undeliverable: false,
    ...changes,
  };
}

export function effect(key: string, changes: Partial<EffectDraft> = {}): EffectDraft {
  return { key, kind: 'draw', payload: { of: key }, dueAt: NOON, lane: 1, ...changes };
}

export function commit(changes: Partial<Commit>): Commit {
  return { at: NOON, expecting: [], ...changes };
}

/** Asking, as the program writes it. */
export function asking(id: string): Commit {
  return commit({
    expecting: [{ scope: { kind: 'request', id: requestId(id) }, version: 0 }],
    requests: [request(id)],
    happenings: [asked(id)],
    texts: [{ digest: `reason of ${id}`, salt: 'salt', text: 'rotate the certificate' }],
    copies: [copy(`copy of ${id}`, id)],
    effects: [effect(`draw/${id}`)],
  });
}
